"""Tests of `assistant.cli.filters`."""

from datetime import date

import pytest

from assistant.cli.filters import read_date, read_filters
from assistant.errors import FilterError
from assistant.types import Filters


def test_reads_every_field_and_ignores_others() -> None:
    fields = {
        "since": "2025-01-01",
        "until": " 2025-12-31 ",
        "as_of": "2026-01-01",
        "publisher": "Reuters",
        "article": ["a", "b"],
        "answerable": True,
        "gold": [1],
    }
    assert read_filters(fields) == Filters(
        since=date(2025, 1, 1),
        until=date(2025, 12, 31),
        as_of=date(2026, 1, 1),
        publisher=("Reuters",),
        article=("a", "b"),
    )


def test_nothing_given_is_no_filter() -> None:
    assert read_filters({"since": None, "publisher": None, "article": []}).empty


@pytest.mark.parametrize(
    "value", ["2025-13-01", "yesterday", "", "2025-05-27T10:00", 20250527, 1.5, ["2025-05-27"], True]
)
def test_a_date_that_is_none_is_named(value: object) -> None:
    with pytest.raises(FilterError) as caught:
        read_date("as_of", value)
    assert str(caught.value) == f"as-of {value!r} is no date: write it as year-month-day, like 2025-05-27"


def test_a_long_value_is_cut() -> None:
    with pytest.raises(FilterError) as caught:
        read_date("since", "x" * 10_000)
    assert len(str(caught.value)) < 150


def test_a_lone_surrogate_is_shown_as_an_escape() -> None:
    with pytest.raises(FilterError, match=r"\\udce9"):
        read_date("since", "\udce9")


@pytest.mark.parametrize("value", [7, {"a": 1}, ["a", 7], "", ["a", " "]])
def test_a_name_that_is_none_is_named(value: object) -> None:
    with pytest.raises(FilterError, match=r"^publisher .* is no name: give a text or a list of texts$"):
        read_filters({"publisher": value})


def test_bounds_in_the_wrong_order() -> None:
    with pytest.raises(FilterError, match=r"^since 2025-02-01 is later than until 2025-01-01: swap them$"):
        read_filters({"since": "2025-02-01", "until": "2025-01-01"})
