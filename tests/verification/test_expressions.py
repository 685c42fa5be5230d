"""Tests of `assistant.verification.expressions`."""

from typing import Any

import pytest
from hypothesis import given

from assistant.verification.expressions import date_expressions
from tests.verification.texts import prose

_NAMES = ("year", "month", "day", "part", "weekday", "decade", "century", "edge")


def _told(text: str) -> list[dict[str, Any]]:
    return [{n: v for n in _NAMES if (v := getattr(one, n)) not in (None, "")} for one in date_expressions(text)]


@pytest.mark.parametrize(
    "text", ["27 May 2025", "May 27th, 2025", "2025-05-27", "27.05.2025", "05/27/2025", "2025年5月27日"]
)
def test_reads_days(text: str) -> None:
    assert _told(f"It was on {text}.") == [{"year": 2025, "month": 5, "day": 27}]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("in May 2025", {"year": 2025, "month": 5}),
        ("in early May", {"month": 5, "part": "early"}),
        ("by the end of 2025", {"year": 2025, "part": "end"}),
        ("Q1 2025", {"year": 2025, "part": "q1"}),
        ("the third quarter", {"part": "q3"}),
        ("1H25", {"year": 2025, "part": "h1"}),
        ("in the spring", {"part": "spring"}),
        ("the 1990s", {"decade": 1990}),
        ("the 21st century", {"century": 21}),
        ("last year", {"part": "last year"}),
        ("on Tuesday", {"weekday": 1}),
        ("Tuesday, 27 May", {"month": 5, "day": 27, "weekday": 1}),
        ("04/05/2025", {"year": 2025, "part": "04/05/2025"}),
        ("FY2024", {"year": 2024}),
    ],
)
def test_reads_what_is_less_than_a_day_or_more(text: str, told: dict[str, Any]) -> None:
    assert _told(text) == [told]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("27–29 May 2025", {"year": 2025, "month": 5, "day": 27}, {"year": 2025, "month": 5, "day": 29}),
        ("April to June 2025", {"year": 2025, "month": 4}, {"year": 2025, "month": 6}),
        ("27 May to 2 June 2025", {"year": 2025, "month": 5, "day": 27}, {"year": 2025, "month": 6, "day": 2}),
        ("between 2020 and 2024", {"year": 2020}, {"year": 2024}),
        ("2024/25", {"year": 2024}, {"year": 2025}),
    ],
)
def test_reads_ranges(text: str, first: dict[str, Any], last: dict[str, Any]) -> None:
    assert _told(text) == [{**first, "edge": "from"}, {**last, "edge": "to"}]


@pytest.mark.parametrize(
    "text", ["May it be so.", "They march on.", "2000 people", "Section 2025", "He may go.", "$2025"]
)
def test_passes_over_what_is_no_date(text: str) -> None:
    assert _told(text) == []


@given(prose())
def test_offsets_are_exact(text: str) -> None:
    assert all(text[one.start : one.end] == one.text for one in date_expressions(text))
