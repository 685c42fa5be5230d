"""Tests of `assistant.verification.quantities`."""

from decimal import Decimal

import pytest
from hypothesis import given

from assistant.verification.quantities import figures
from tests.verification.texts import prose


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("It cost US$1.2bn.", "1200000000", "USD"),
        ("It cost RMB5bn.", "5000000000", "CNY"),
        ("It cost $35 per kilogram.", "35", "USD/kilogram"),
        ("It makes 300 t/yr.", "300", "tonne/year"),
        ("It makes 300 tonnes annually.", "300", "tonne/year"),
        ("It is a 20-year-old boat.", "20", "year"),
        ("It fell to -5%.", "-5", "percent"),
        ("It is the 3rd boat.", "3", "ordinal"),
        ("It doubled.", "2", "times"),
        ("It rose threefold.", "3", "times"),
        ("It was halved.", "0.5", "share"),
        ("It weighs half a tonne.", "0.5", "tonne"),
        ("It has one mast.", "1", None),
        ("It is among the top-10.", "10", None),
    ],
)
def test_reads_values_and_units(text: str, value: str, unit: str | None) -> None:
    (one,) = figures(text)
    assert (one.value, one.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit", "span"),
    [
        ("It is 2–3 %.", "2", "3", "percent", False),
        ("It is between $2 and $3 billion.", "2e9", "3e9", "USD", False),
        ("It is $2-3 billion.", "2e9", "3e9", "USD", False),
        ("It rose from 10 to 20 tonnes.", "10", "20", "tonne", True),
        ("It is two to three miles.", "2", "3", "mile", False),
        ("It is 500 to 2 million.", "500", "2e6", None, False),
    ],
)
def test_reads_ranges(text: str, low: str, high: str, unit: str | None, span: bool) -> None:
    (one,) = figures(text)
    assert (one.value, one.upper, one.unit, one.span) == (Decimal(low), Decimal(high), unit, span)


def test_tells_a_change_from_a_range() -> None:
    assert [one.upper for one in figures("It rose 10 percent to 20 percent.")] == [None, None]


def test_tells_what_is_listed_together() -> None:
    assert [one.also for one in figures("It is 10, 20 and 30 percent.")] == ["percent", "percent", None]


@pytest.mark.parametrize(
    ("text", "identifiers"),
    [
        ("The F-35, the 5G net and SmCo5", ["f35", "5g", "smco5"]),
        ("Sections 232 and 301", ["232", "301"]),
        ("Order No. 14 of 2020", ["14"]),
        ("v1.2.3 at 3:1", ["v1.2.3", "3:1"]),
    ],
)
def test_identifiers_count_nothing(text: str, identifiers: list[str]) -> None:
    assert [one.identifier for one in figures(text)] == identifiers


@pytest.mark.parametrize(
    "text",
    [
        "On 27 May 2025 and in 1999.",
        "No one came, and one of them left.",
        "First of all, it is firsthand.",
        "Second, it rained.",
        "See https://a.example/5/6.",
        "Ask a5@b.example.",
    ],
)
def test_passes_over_what_is_no_figure(text: str) -> None:
    assert figures(text) == ()


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("more than 40", "more"),
        ("at least 40", "least"),
        ("40 or more", "least"),
        ("up to about 40", "most"),
        ("fewer than 40", "less"),
        ("nearly 40", "nearly"),
        ("some 40", "about"),
        ("hundreds of", "multiples"),
        ("over 40 years", "during"),
        ("40", ""),
    ],
)
def test_reads_comparators(text: str, comparator: str) -> None:
    (one,) = figures(text)
    assert (one.comparator, one.text) == (comparator, text.removesuffix(" of"))


@given(prose())
def test_offsets_are_exact(text: str) -> None:
    assert all(text[one.start : one.end] == one.text for one in figures(text))
