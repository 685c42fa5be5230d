"""Tests of `assistant.verification.numerals`."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verification.folding import fold
from assistant.verification.numerals import digits_at, words_at

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,200", "1200"),
        ("1,200.50", "1200.5"),
        ("1.200.000", "1200000"),
        ("1.200,50", "1200.5"),
        ("12,34,567", "1234567"),
        ("1 200 000", "1200000"),
        ("1\u202f200", "1200"),
        ("1'200", "1200"),
        ("3,5 %", "3.5"),
        ("0,125", "0.125"),
        ("1.2 million", "1200000"),
        ("300k", "300000"),
        ("5bn", "5000000000"),
        ("5 hundred thousand", "500000"),
        ("3 crore", "30000000"),
        ("1.5×10^6", "1500000"),
        ("10⁶", "1000000"),
        ("1e6", "1000000"),
        ("2½", "2.5"),
        ("3/4", "0.75"),
        ("5m people", "5000000"),
        ("5m", "5"),
        ("٣٤", "34"),
    ],
)
def test_reads_digits(text: str, value: str) -> None:
    found = digits_at(fold(text), 0)
    assert found is not None
    assert found.value == Decimal(value)


def test_money_tells_scales() -> None:
    found = digits_at("5m", 0, money=True)
    assert found is not None
    assert found.value == 5_000_000


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("two hundred and fifty thousand", "250000", "cardinal"),
        ("two million three hundred thousand", "2300000", "cardinal"),
        ("twenty-five boats", "25", "cardinal"),
        ("a dozen", "12", "cardinal"),
        ("two dozen", "24", "cardinal"),
        ("half a million", "500000", "cardinal"),
        ("one and a half million", "1500000", "cardinal"),
        ("two three", "2", "cardinal"),
        ("half of it", "0.5", "fraction"),
        ("a quarter of it", "0.25", "fraction"),
        ("three-quarters", "0.75", "fraction"),
        ("a third rule", "3", "ordinal"),
        ("twenty-first", "21", "ordinal"),
        ("hundred and first", "101", "ordinal"),
    ],
)
def test_reads_words(text: str, value: str, kind: str) -> None:
    found = words_at(text, 0)
    assert found is not None
    assert (found.value, found.kind) == (Decimal(value), kind)


def test_tells_orders_of_magnitude_apart() -> None:
    found = words_at("tens of thousands of boats", 0)
    assert found is not None
    assert (found.value, found.vague) == (Decimal(10_000), True)


@pytest.mark.parametrize("text", ["a boat", "an idea", "boats", "a", "", "toward"])
def test_refuses_what_is_no_number(text: str) -> None:
    assert words_at(text, 0) is None
    assert digits_at(text, 0) is None


def _spelled(number: int) -> str:
    if number < 20:
        return _ONES[number]
    if number < 100:
        return _TENS[number // 10 - 2] + (f"-{_ONES[number % 10]}" if number % 10 else "")
    if number < 1000:
        return f"{_ONES[number // 100]} hundred" + (f" and {_spelled(number % 100)}" if number % 100 else "")
    thousands, rest = divmod(number, 1000)
    return f"{_spelled(thousands)} thousand" + (f" {'and ' if rest < 100 else ''}{_spelled(rest)}" if rest else "")


@given(st.integers(0, 999_999))
def test_reads_every_number_in_words_and_digits(number: int) -> None:
    spelled, written = words_at(_spelled(number), 0), digits_at(f"{number:,}", 0)
    assert spelled is not None
    assert written is not None
    assert spelled.value == written.value == number
