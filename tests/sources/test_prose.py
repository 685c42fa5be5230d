"""Tests of `assistant.sources.prose`."""

from assistant.sources.document import Piece
from assistant.sources.prose import prose_pieces


def test_pieces_are_canonical_and_without_bullets() -> None:
    text = "Prices\n\nThey  fell\nfar.\n\n\u2022 one\n  goes on\n(a)  clause\n\n-----"
    assert [piece for piece in prose_pieces(text, 0) if piece.text] == [
        Piece("heading", "Prices", level=2),
        Piece("paragraph", "They fell far."),
        Piece("list_item", "one goes on (a) clause", level=1),
    ]


def test_rows_with_bars_become_table_rows() -> None:
    pieces = prose_pieces("| Metal | Use |\n|---|---|\n| Dy | magnets |", 0)
    assert pieces == [Piece("table_row", "Metal | Use"), Piece("table_row", "Dy | magnets", columns=("Metal", "Use"))]


def test_a_row_with_one_cell_is_a_paragraph() -> None:
    assert prose_pieces("| Figure 1. Prices |", 0) == [Piece("paragraph", "Figure 1. Prices")]


def test_lines_of_figures_are_kept_apart() -> None:
    pieces = prose_pieces("Price: 2023 2024\nDysprosium 330 260\nTerbium 1,298 810", 0, headings=False)
    assert pieces[1:] == [
        Piece("table_row", "Dysprosium 330 260", columns=("2023", "2024")),
        Piece("table_row", "Terbium 1,298 810", columns=("2023", "2024")),
    ]


def test_a_sentence_that_a_blank_line_cuts_is_made_whole() -> None:
    text = "Almost a year ago, I issued an executive order\n\nto strengthen our supply chains."
    assert prose_pieces(text, 0) == [
        Piece("paragraph", "Almost a year ago, I issued an executive order to strengthen our supply chains.")
    ]
    assert len(prose_pieces("Potential\n\ndisposals", 0, headings=False)) == 2
