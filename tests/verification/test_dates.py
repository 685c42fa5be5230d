"""Tests of `assistant.verification.dates`."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verification.dates import missing_dates
from tests.verification.texts import prose

PUBLISHED = ("2025-06-30",)

STATED = [
    ("The fair was on 27 May 2025.", "The fair was on May 27, 2025.", ()),
    ("The fair was in May 2025.", "The fair was on 2025-05-27.", ()),
    ("The fair was in 2025.", "The fair was on 27.05.2025.", ()),
    ("The fair was on 27 May.", "The fair was on May 27, 2025.", ()),
    ("The fair was in the second quarter of 2025.", "The fair was in Q2 2025.", ()),
    ("The fair was in the second quarter of 2025.", "The fair was on 27 May 2025.", ()),
    ("The fair was in 2025.", "The fair was in mid-2025.", ()),
    ("The fair ran from 27 to 29 May 2025.", "The fair ran 27–29 May 2025.", ()),
    ("The fair began on 27 May 2025.", "The fair ran 27–29 May 2025.", ()),
    ("The fair was in May 2025.", "The fair ran 27–29 May 2025.", ()),
    ("It ran between 2020 and 2024.", "It ran 2020/24.", ()),
    ("The fair was on Tuesday, 27 May 2025.", "The fair was on 27 May 2025.", ()),
    ("The mill burned in the 1990s.", "The mill burned in 1995.", ()),
    ("The mill burned in the 20th century.", "The mill burned in 1995.", ()),
    ("The fair was on 27 May 2025.", "The fair was on 27 May.", PUBLISHED),
    ("The fair was in 2024.", "The fair was last year.", PUBLISHED),
    ("The fair was on 29 June 2025.", "The fair was yesterday.", PUBLISHED),
    ("The article of 30 June 2025 praises the fair.", "The fair was good.", PUBLISHED),
    ("The fair was on 27 May 2025.", "The fair was good.", ("The fair of 27 May 2025",)),
    ("In 2024 the farm made rye.", "Hill Farm | 12", ("Farm | Rye 2024 (t)",)),
]
MISSING = [
    ("The fair was on 28 May 2025.", "The fair was on May 27, 2025.", ()),
    ("The fair was on 27 June 2025.", "The fair was on May 27, 2025.", ()),
    ("The fair was on 27 May 2024.", "The fair was on May 27, 2025.", ()),
    ("The fair was on 27 May 2025.", "The fair was in May 2025.", ()),
    ("The fair was in May 2025.", "The fair was in 2025.", ()),
    ("The fair was in early 2025.", "The fair was in late 2025.", ()),
    ("The fair was in Q3 2025.", "The fair was on 27 May 2025.", ()),
    ("The fair was on 28 May 2025.", "The fair ran 27–29 May 2025.", ()),
    ("The fair was on 27 May 2025.", "The fair ran 27–29 May 2025.", ()),
    ("The fair was in 2024.", "The fairs ran 2020-2024.", ()),
    ("The fair was in 2024.", "The fair was in FY2024.", ()),
    ("The fair was on Monday, 27 May 2025.", "The fair was on 27 May 2025.", ()),
    ("The mill burned in 1995.", "The mill burned in the 1990s.", ()),
    ("The fair was on 27 December 2025.", "The fair was on 27 December.", PUBLISHED),
    ("The fair was on 30 June 2025.", "The fair was good.", PUBLISHED),
    ("The fair was last year.", "The fair was in 2024.", ()),
    ("The fair was on 27 May 2025.", "The fair was on 29 May 2025.", ("The fair of 27 May 2025",)),
    ("Rye sold in 2024 and none was left in 2023.", "Rye sold in 2023 and none was left in 2024.", ()),
]


@pytest.mark.parametrize(("statement", "quote", "context"), STATED)
def test_finds_dates_however_they_are_written(statement: str, quote: str, context: tuple[str, ...]) -> None:
    assert missing_dates(statement, [quote], context) == ()


@pytest.mark.parametrize(("statement", "quote", "context"), MISSING)
def test_misses_dates_that_are_changed_or_added(statement: str, quote: str, context: tuple[str, ...]) -> None:
    assert missing_dates(statement, [quote], context)


def test_names_what_is_missing_as_written() -> None:
    assert missing_dates("It ran from May 2, 2020 to mid-2021.", ["It ran from 2 May 2020."]) == ("mid-2021",)


def test_a_year_may_stand_in_another_sentence_of_the_quotes() -> None:
    quotes = ["The fair of 2025 was large.", "It began on 27 May."]
    assert missing_dates("It began on 27 May 2025.", quotes) == ()


@pytest.mark.parametrize(
    ("statement", "quote", "missing"),
    [
        ("The lease ends at the end of 2032.", "The lease ends on 31 December 2032.", 0),
        ("The lease ends at the end of May.", "The lease ends on 30 May.", 0),
        ("The lease begins at the start of 2032.", "The lease begins on 1 January 2032.", 0),
        ("The lease ends at the end of 2032.", "The lease ends on 30 June 2032.", 1),
        ("The lease ends at the end of May.", "The lease ends on 3 May.", 1),
        ("The lease ends on 31 December 2032.", "The lease ends at the end of 2032.", 1),
    ],
)
def test_the_last_day_is_the_end(statement: str, quote: str, missing: int) -> None:
    assert len(missing_dates(statement, [quote])) == missing


_WAYS = ("%d %B %Y", "%B %d, %Y", "%Y-%m-%d", "%d %b %Y", "%b. %d, %Y", "%A, %d %B %Y", "%d.%m.%Y", "the %dth of %B %Y")


@given(
    st.dates(date(1700, 1, 1), date(2199, 12, 1)), st.sampled_from(_WAYS), st.sampled_from(_WAYS), st.integers(1, 400)
)
def test_days_agree_in_all_forms(day: date, one: str, other: str, later: int) -> None:
    quote = f"It was held on {day.strftime(other)} there."
    assert missing_dates(f"They met on {day.strftime(one)}.", [quote]) == ()
    changed = min(day + timedelta(days=later), date(2199, 12, 31))
    assert missing_dates(f"They met on {changed.strftime(one)}.", [quote]) != ()


@given(prose(), prose())
def test_a_text_holds_its_own_dates(text: str, other: str) -> None:
    assert missing_dates(text, [other, text], [other]) == ()


@pytest.mark.parametrize("piece", ["May ", "May 1 ", "2024 ", "2024-", "1/", "1.", "the ", "Q1 ", "Monday, ", "1 to "])
def test_long_texts_take_no_long_time(piece: str) -> None:
    text = (piece * 4000)[:4000]
    start = time.perf_counter()
    missing_dates(text, [text], [text])
    assert time.perf_counter() - start < 20
