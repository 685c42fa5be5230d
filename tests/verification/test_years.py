"""Tests of `assistant.verification.years`."""

import pytest
from hypothesis import given

from assistant.verification.years import misdated, misplaced_years
from tests.verification.texts import prose

ROW, HEADS = "Mill | 30 | 40", "Place | Made in 2023 (tonnes) | Made in 2024 (tonnes)"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("In 2025 the mill made 40 tonnes.", ("40 tonnes",)),
        ("In 2023 the mill made 40 tonnes.", ("40 tonnes",)),
        ("In 2024 the mill made 40 tonnes.", ()),
        ("The mill made 30 tonnes in 2023 and 40 tonnes in 2024.", ()),
        ("The mill made 40 tonnes.", ()),
        ("In 2025 the mill made 50 tonnes.", ()),
        ("The mill, opened in 1998, made 40 tonnes.", ()),
        ("The mill (opened in 1998) made 40 tonnes.", ()),
        ("The mill made 40 tonnes in the year before 2025.", ()),
        ("The mill, opened in 1998, made 40 tonnes in 2023.", ("40 tonnes",)),
        ("The mill made 30 tonnes in 2023 and 40 tonnes a year later.", ()),
        ("In 2023 the mill was the 40th of all.", ()),
    ],
)
def test_a_figure_belongs_to_the_year_of_its_column(statement: str, expected: tuple[str, ...]) -> None:
    assert misdated(statement, [ROW], [HEADS]) == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("On 3 May 2025 rye stood at 40 cents.", ("40 cents",)),
        ("Rye cost 30 cents on 10 May.", ("30 cents",)),
        ("Rye stood at 40 on 4 May 2025.", ("40",)),
        ("On 10 May 2025 rye stood at 40 cents.", ()),
        ("Rye stood at 30 cents on 3 May.", ()),
        ("Rye rose from 30 cents on 3 May to 40 on 10 May.", ()),
        ("In May 2025 rye stood at 40 cents.", ()),
    ],
)
def test_a_figure_belongs_to_the_day_of_its_column(statement: str, expected: tuple[str, ...]) -> None:
    assert misdated(statement, ["Rye (cents) | 30 | 40"], ["Grain | 3 May 2025 | 10 May 2025"]) == expected


def test_without_known_heads_or_with_two_cells_alike_nothing_is_known() -> None:
    said = "In 2025 the mill made 40 tonnes."
    assert misdated(said, [ROW], []) == misdated(said, ["The mill made 40 tonnes in 2024."], [HEADS]) == ()
    assert misdated(said, ["Mill | 40 | 40"], [HEADS]) == ()


def test_a_title_of_as_many_parts_is_no_row_of_heads() -> None:
    said = "In 2023 the mill made 40 tonnes."
    assert misdated(said, [ROW], ["Steel output | Mills | Weekly", HEADS]) == ("40 tonnes",)
    assert misdated(said, [ROW], [HEADS, "Place | 2021 | 2022"]) == ()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("In 2025 the mill made 40 tonnes.", ("2025",)),
        ("The mill made 40 tonnes of rye and oats from 2024 to 2025.", ("2025",)),
        ("Between 2023 and 2024 it made 40 tonnes.", ("2023",)),
        ("In 2024 the mill made 40 tonnes.", ()),
        ("The mill made 40 tonnes.", ()),
        ("In 2025 the mill made 50 tonnes.", ()),
        ("The mill, closed in 2025, made 40 tonnes in 2024.", ()),
        ("The mill made 40 tonnes in 2024 and was closed in 2025.", ()),
        ("The mill made 40 tonnes in 2024; in 2025 it was closed.", ()),
        ("Before 2025 the mill made 40 tonnes.", ()),
        ("The mill made 40 tonnes the year before 2025.", ()),
        ("In 2025 the mill had 4 owners.", ()),
    ],
)
def test_a_year_belongs_to_the_figures_of_its_sentence(statement: str, expected: tuple[str, ...]) -> None:
    quotes = ["It was closed in 2025.", "The mill made 40 tonnes in 2024.", "It had 4 owners in 2020."]
    assert misplaced_years(statement, quotes, []) == expected


def test_a_year_belongs_to_the_row_below_its_heads() -> None:
    quotes, heads = ["The report is of 2025.", "Mill | 40 | 70%"], ["Place | Tonnes, 2020 to 2023 | Share"]
    assert misplaced_years("In 2025 the mill had 70% of all.", quotes, heads) == ("2025",)
    assert misplaced_years("From 2020 to 2023 the mill had 70%.", quotes, heads) == ()


def test_where_a_figure_stands_without_a_year_nothing_is_known() -> None:
    assert misplaced_years("In 2025 the mill made 40 tonnes.", ["It made 40 tonnes.", "It was 2025."], []) == ()


@given(prose(), prose())
def test_any_two_texts(statement: str, quote: str) -> None:
    assert all(one in statement for one in misdated(statement, [quote], [HEADS]))
    assert all(one in statement for one in misplaced_years(statement, [quote], [HEADS]))
