"""Tests of `assistant.sources.datalines`."""

import pytest

from assistant.sources.datalines import DataLine, mark, trailing_cells, year_heads


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("Cerium compounds 39,000 1.5 95% >95 NA \u2014 E", 7),
        ("Compounds and metals [3] \u2014 120 95 250 1,300", 5),
        ("Oxide, 99.5% minimum 2 2", 2),
        ("The price was 45,000 tons", 0),
        ("It rose in 2023, 2024", 1),
        ("12 16,000", 0),
        ("x" * 300 + " 1 2", 0),
    ],
)
def test_counts_the_cells_at_the_end(line: str, count: int) -> None:
    assert trailing_cells(line) == count


@pytest.mark.parametrize(
    ("line", "heads"),
    [
        ("Statistics\u2014United States: 2020 2021 2022 [e]", ("2020", "2021", "2022")),
        ("2023 2024", ("2023", "2024")),
        ("FY 2024 FY 2025", ("FY 2024", "FY 2025")),
        ("Mined in 2024", ()),
        ("Tons 2024 3,000", ()),
    ],
)
def test_finds_years_as_heads(line: str, heads: tuple[str, ...]) -> None:
    assert year_heads(line) == heads


def test_rows_labels_and_heads_of_a_table_over_several_paragraphs() -> None:
    lines = ["Figures: 2023 2024", "Imports: [e, 4]", "Compounds 10 20", "Metals:", "Alloys 30 40", "Prose ends it."]
    row = DataLine("row", ("2023", "2024"))
    expected = [DataLine("heads"), DataLine("label"), row, DataLine("label"), row, None]
    assert mark(lines, [0, 1, 2, 2, 3, 4]) == expected


def test_a_single_line_of_figures_is_prose() -> None:
    assert mark(["The ratio was 3 4", "and then prose went on."], [0, 0]) == [None, None]


def test_heads_do_not_reach_beyond_their_table() -> None:
    lines = ["Figures 2023 2024", "Alloys 30 40", "Metals 31 41", "Prose parts them.", "Cerium 5 6", "Erbium 7 8"]
    found = mark(lines, [0, 0, 0, 1, 2, 2])
    assert found[2] == DataLine("row", ("2023", "2024"))
    assert found[4:] == [DataLine("row"), DataLine("row")]


def test_rows_with_fewer_cells_than_heads_get_none() -> None:
    found = mark(["Figures 2022 2023 2024", "Alloys 30 40", "Metals 31 41 51"], [0, 0, 0])
    assert found[1:] == [DataLine("row"), DataLine("row", ("2022", "2023", "2024"))]


def test_customs_numbers_make_rows() -> None:
    lines = ["Metals 2805.30.0000 5% ad valorem.", "Oxides 2846.90.2000 Free."]
    assert mark(lines, [0, 0]) == [DataLine("row"), DataLine("row")]


def test_a_bulleted_line_stays_an_item() -> None:
    assert mark(["\u2022 Alloys 30 40", "\u2022 Metals 31 41"], [0, 0]) == [None, None]


def test_the_last_line_of_wrapped_prose_is_no_label() -> None:
    found = mark(["We show below what the", "Department spent:", "Alloys 30 40", "Metals 31 41"], [0, 0, 0, 0])
    assert found[:2] == [None, None]
