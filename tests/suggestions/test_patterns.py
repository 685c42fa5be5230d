"""Tests of `assistant.suggestions.patterns`."""

import re

import pytest

from assistant.suggestions.patterns import DATE, NAME, NUMBER


@pytest.mark.parametrize("text", ["3 May 1987", "May 3, 1987", "May 1987", "3 May", "May", "1987"])
def test_dates(text: str) -> None:
    assert re.fullmatch(DATE, text)


@pytest.mark.parametrize("text", ["Mayor", "19870", "1400", "3 ships"])
def test_what_is_no_date(text: str) -> None:
    assert not re.fullmatch(DATE, text)


def test_numbers() -> None:
    assert all(re.fullmatch(NUMBER, text) for text in ("two", "twelve", "7", "12"))
    assert not any(re.fullmatch(NUMBER, text) for text in ("many", "120"))


@pytest.mark.parametrize("text", ["Ada Brenner", "Board of the Harbour", "U.S. Senate", "Executive Order 14017"])
def test_names(text: str) -> None:
    assert NAME.fullmatch(text)


@pytest.mark.parametrize("text", ["Arvik", "the Harbour Act", "Harbour act", "Board of harbours"])
def test_what_is_no_name(text: str) -> None:
    assert not NAME.fullmatch(text)
