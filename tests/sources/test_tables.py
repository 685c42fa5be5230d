"""Tests of `assistant.sources.tables`."""

from assistant.sources.document import Piece
from assistant.sources.tables import is_prose, table_pieces

PROSE = (
    "The state keeps a firm grip on the mines. Firms outside look for other sources, and they pay a premium for them."
)


def test_rows_carry_the_heads_of_their_columns() -> None:
    assert table_pieces([["Metal", "Price"], ["Dy", "260"], ["Tb", "810"]], 1, head=True) == [
        Piece("table_row", "Metal | Price"),
        Piece("table_row", "Dy | 260", columns=("Metal", "Price")),
        Piece("table_row", "Tb | 810", columns=("Metal", "Price")),
    ]


def test_without_a_head_there_are_no_columns() -> None:
    assert table_pieces([["Dy", "260"], ["", ""], ["Tb", "810"]], 1, head=False) == [
        Piece("table_row", "Dy | 260"),
        Piece("table_row", "Tb | 810"),
    ]


def test_a_row_that_does_not_fit_the_heads_gets_none() -> None:
    assert table_pieces([["a", "b"], ["1", "2", "3"]], 1, head=True)[1] == Piece("table_row", "1 | 2 | 3")


def test_empty_and_layout_tables() -> None:
    assert table_pieces([], 1, head=True) == []
    assert table_pieces([["", " "]], 1, head=True) == []
    assert table_pieces([["only"], ["", "cells"]], 1, head=True) == [
        Piece("paragraph", "only"),
        Piece("paragraph", "cells"),
    ]


def test_labels_beside_prose_become_sibling_headings() -> None:
    assert table_pieces([["Directive", "Summary"], ["Core Mission", PROSE], ["Fusion", PROSE]], 2, head=True) == [
        Piece("paragraph", "Directive | Summary"),
        Piece("heading", "Core Mission", level=3),
        Piece("paragraph", PROSE),
        Piece("heading", "Fusion", level=3),
        Piece("paragraph", PROSE),
    ]


def test_numbered_notes_become_items() -> None:
    assert table_pieces([["1.", PROSE], ["2.", PROSE]], 1, head=False)[0] == Piece("list_item", f"1. {PROSE}", level=1)


def test_prose_in_wider_tables_or_beside_prose_stays_in_rows() -> None:
    assert {piece.kind for piece in table_pieces([["a", PROSE, "c"]] * 2, 1, head=False)} == {"table_row"}
    assert {piece.kind for piece in table_pieces([[PROSE, PROSE]] * 2, 1, head=False)} == {"table_row"}


def test_a_single_long_cell_makes_no_sections() -> None:
    pieces = table_pieces([["Dy", "260"], ["Tb", "810"], ["Note", PROSE]], 1, head=False)
    assert [piece.kind for piece in pieces] == ["table_row"] * 3


def test_what_prose_is() -> None:
    assert is_prose("x" * 161)
    assert is_prose(PROSE)
    assert not is_prose("Yes. No.")
    assert not is_prose("A value of some length but of a single sentence, as cells of tables often hold them")
