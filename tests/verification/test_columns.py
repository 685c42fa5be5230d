"""Tests of `assistant.verification.columns`."""

from decimal import Decimal

import pytest

from assistant.verification.columns import Measure, measure, row


@pytest.mark.parametrize(
    ("head", "factor", "unit"),
    [
        ("Exports (tonnes)", "1", "tonne"),
        ("Exports (kt)", "1000", "tonne"),
        ("Exports, thousand tonnes", "1000", "tonne"),
        ("Exports ('000 t)", "1000", "tonne"),
        ("Sales (US$ million)", "1e6", "USD"),
        ("Sales ($m)", "1e6", "USD"),
        ("Price in $/kg", "1", "USD/kilogram"),
        ("Share (%)", "1", "percent"),
        ("Staff (thousands)", "1000", None),
    ],
)
def test_reads_heads(head: str, factor: str, unit: str | None) -> None:
    assert measure(head) == Measure(Decimal(factor), unit)


@pytest.mark.parametrize("head", ["Country", "Year", "Item t", "", "Tin in Peru"])
def test_most_heads_measure_nothing(head: str) -> None:
    found = measure(head)
    assert found is None or head == "Year"


def test_a_cell_has_the_measure_of_its_column() -> None:
    found = row("Tin | 5 | 7", ["Metal | Price ($) | Share (%)"])
    assert found is not None
    assert found.measures(6) == ((Measure(Decimal(1), "USD"),), True)
    assert found.measures(10) == ((Measure(Decimal(1), "percent"),), True)


def test_heads_that_do_not_fit_may_be_any() -> None:
    found = row("Tin | 5 | 7", ["Price ($)", "Share (%)"])
    assert found is not None
    assert found.measures(6) == ((Measure(Decimal(1), "USD"), Measure(Decimal(1), "percent")), False)


def test_prose_is_no_row() -> None:
    assert row("Tin costs 5.", ["Metal | Price ($)"]) is None
