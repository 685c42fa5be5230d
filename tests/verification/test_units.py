"""Tests of `assistant.verification.units`."""

from decimal import Decimal

import pytest

from assistant.verification.units import currency_at, same, unit_at


@pytest.mark.parametrize(
    ("text", "name", "factor"),
    [
        (" tonnes", "tonne", "1"),
        (" metric tons", "tonne", "1"),
        ("-tonne", "tonne", "1"),
        (" kt", "tonne", "1000"),
        (" MT", "tonne", "1"),
        (" Mt", "tonne", "1000000"),
        (" tons", "ton", "1"),
        (" per cent", "percent", "1"),
        ("%", "percent", "1"),
        (" percentage points", "percentage point", "1"),
        (" kilowatt-hours", "watt-hour", "1000"),
        (" GWh", "watt-hour", "1000000000"),
        (" km²", "square kilometre", "1"),
        (" sq km", "square kilometre", "1"),
        (" US dollars", "USD", "1"),
        (" Australian dollars", "AUD", "1"),
        (" cents", "USD", "0.01"),
        (" RMB", "CNY", "1"),
        (" °C", "degree Celsius", "1"),
    ],
)
def test_reads_units(text: str, name: str, factor: str) -> None:
    found = unit_at(text, 0)
    assert found is not None
    assert (found.name, found.factor, found.end) == (name, Decimal(factor), len(text))


@pytest.mark.parametrize("text", [" boats", "", " the", " metrics", " kits", " g2"])
def test_refuses_what_is_no_unit(text: str) -> None:
    assert unit_at(text, 0) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("$5", "USD"),
        ("US$ 5", "USD"),
        ("A$5", "AUD"),
        ("€5", "EUR"),
        ("RMB 5", "CNY"),
        ("JPY5", "JPY"),
        ("U.S. $5", "USD"),
    ],
)
def test_reads_currencies(text: str, name: str) -> None:
    found = currency_at(text, 0)
    assert found is not None
    assert (found.name, text[found.end :]) == (name, "5")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("2", "year"), ("24", "month"), True),
        (("1", "tonne"), ("1000", "kilogram"), True),
        (("50", "percent"), ("0.5", "share"), True),
        (("2", "USD/kilogram"), ("2000", "USD/tonne"), True),
        (("5", "yen sign"), ("5", "CNY"), True),
        (("5", "pound"), ("5", "pound sign"), True),
        (("1", "ton"), ("1", "tonne"), False),
        (("5", "percent"), ("5", "percentage point"), False),
        (("5", "USD"), ("5", "AUD"), False),
        (("5", None), ("5", "percent"), False),
        (("5", "USD/kilogram"), ("5", "USD"), False),
    ],
)
def test_converts(one: tuple[str, str | None], other: tuple[str, str | None], expected: bool) -> None:
    (value, unit), (other_value, other_unit) = one, other
    assert same(Decimal(value), unit, Decimal(other_value), other_unit) is expected
    assert same(Decimal(other_value), other_unit, Decimal(value), unit) is expected
