"""Tests of `assistant.sources.dates`."""

from datetime import date

import pytest

from assistant.sources.dates import parse_date

DAY = date(2025, 5, 30)


@pytest.mark.parametrize(
    "text",
    [
        "2025-05-30",
        "2025/5/30",
        "May 30, 2025",
        "May 30 2025",
        "30 May 2025",
        "30th of May, 2025",
        "Friday, May 30, 2025",
        "MAY 30, 2025",
        "2025-05-30T10:15:00Z",
        "May 30, 2025 at 10:15 a.m. EDT",
    ],
)
def test_reads_dates(text: str) -> None:
    assert parse_date(text) == DAY


def test_reads_short_months() -> None:
    assert parse_date("Sept. 3, 2024") == parse_date("3 Sep 2024") == date(2024, 9, 3)


@pytest.mark.parametrize(
    "text",
    ["", "2025-13-45", "Feb 30, 2025", "Mau 30, 2025", "04/05/2026", "2025", "May 2025", "on May 30, 2025", "x" * 99],
)
def test_refuses_what_is_no_date(text: str) -> None:
    assert parse_date(text) is None
