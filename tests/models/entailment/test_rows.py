"""Tests of `assistant.models.entailment.rows`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models.entailment.rows import told

_CELLS = st.lists(st.text("abc 12.", min_size=1).filter(str.strip), min_size=2, max_size=6)


@pytest.mark.parametrize(
    ("row", "columns", "read"),
    [
        ("Tin | 232", ("Metal", "Degrees"), "Metal: Tin; Degrees: 232."),
        ("Tin | 232", ("", "Degrees"), "Tin; Degrees: 232."),
        ("Tin | | soft", ("Metal", "Degrees", "Note"), "Metal: Tin; Note: soft."),
        ("Tin | 232", (), "Tin | 232"),
        ("Tin | 232", ("", ""), "Tin | 232"),
        ("Tin | 232 | soft", ("Metal", "Degrees"), "Metal | Degrees. Tin | 232 | soft"),
    ],
)
def test_cells_stand_behind_the_heads_of_their_columns(row: str, columns: tuple[str, ...], read: str) -> None:
    assert told(row, columns) == read


@given(_CELLS, _CELLS)
def test_every_cell_and_every_head_of_a_full_row_is_told(cells: list[str], heads: list[str]) -> None:
    size = min(len(cells), len(heads))
    read = told(" | ".join(cells[:size]), heads[:size])
    assert all(f"{head}: {cell.strip()}" in read for head, cell in zip(heads, cells, strict=False))
