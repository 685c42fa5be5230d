"""Tests of `assistant.verification.calendar`."""

from datetime import date

import pytest

from assistant.verification.calendar import DateExpression, is_year, month_number, weekday_number


def test_names_have_numbers() -> None:
    assert [month_number(name) for name in ("Jan", "Sept", "december")] == [1, 9, 12]
    assert [weekday_number(name) for name in ("Monday", "sunday")] == [0, 6]


@pytest.mark.parametrize(
    ("number", "before", "after", "expected"),
    [
        (2025, "in ", " it rained", True),
        (2025, "", " elections", False),
        (2025, "the ", " elections", True),
        (2000, "employs ", " people", False),
        (2000, "more than ", " of them", False),
        (2000, "", " tonnes", False),
        (2000, "", " metric tonnes", False),
        (2025, "", " second quarter", True),
        (1492, "in ", "", True),
        (1492, "", " of them", False),
        (999, "in ", "", False),
    ],
)
def test_tells_years_from_amounts(number: int, before: str, after: str, expected: bool) -> None:
    assert is_year(number, before, after) is expected


def test_a_day_may_borrow_its_year() -> None:
    one = DateExpression("27 May", 0, 6, month=5, day=27)
    assert (one.calendar_day(), one.calendar_day(2025)) == (None, date(2025, 5, 27))
    assert DateExpression("30 Feb", 0, 6, year=2025, month=2, day=30).calendar_day() is None
