"""Tests of `assistant.catalog.filters`; what the conditions find is tested in test_store.py and test_owners.py."""

from datetime import date

import pytest

from assistant.catalog.filters import filter_sql, unknown_publisher
from assistant.catalog.owners import WHOLE
from assistant.types import Filters


def test_without_filters_only_what_is_not_seen_is_left_out() -> None:
    assert filter_sql(Filters(), WHOLE) == ("", {})
    assert filter_sql(Filters(), None) == (" AND +a.owner IS NULL", {})
    assert filter_sql(Filters(), "k") == (" AND (+a.owner IS NULL OR +a.owner = :viewer)", {"viewer": "k"})


def test_values_are_bound_never_written_into_the_sql() -> None:
    evil = "x') OR 1=1 --"
    where, values = filter_sql(Filters(publisher=(evil, "B"), article=(evil,), since=date(2024, 1, 2)), evil)
    assert "1=1" not in where
    assert where == (
        " AND (+a.owner IS NULL OR +a.owner = :viewer)"
        " AND a.published >= :since AND a.publisher_key IN (:publisher0, :publisher1) AND a.id IN (:article0)"
    )
    assert values == {
        "viewer": evil,
        "since": "2024-01-02",
        "publisher0": evil.casefold(),
        "publisher1": "b",
        "article0": evil,
    }


KNOWN = ("Harbour Gazette", "Port Authority of Velm", "Metal Monthly", "The Velm Port Authority Bulletin")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Harbor Gazete", "take one of the nearest names, 'Harbour Gazette', or list"),
        ("port authority", "nearest names, 'Port Authority of Velm' or 'The Velm Port Authority Bulletin', or"),
        ("Nobody", "list the articles to see by whom"),
        ("", "list the articles to see by whom"),
    ],
)
def test_an_unknown_publisher_is_told_with_the_nearest_names(name: str, near: str) -> None:
    said = str(unknown_publisher(name, KNOWN))
    assert said.startswith(f"no article is published by {name!r}: ")
    assert near in said


def test_of_a_long_name_only_the_beginning_is_told() -> None:
    assert len(str(unknown_publisher("x" * 500, ["x" * 500, "x" * 499]))) < 400
