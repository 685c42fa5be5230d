"""Rows of cells -> pieces: a row each, or headings with prose where a table lays out text."""

import re
from collections.abc import Sequence

from assistant.sources.document import Piece, deeper
from assistant.sources.markers import is_enumerated

_PROSE_LENGTH = 160
_SENTENCES_LENGTH = 80
_SENTENCE_BREAK = re.compile(r"[.!?][\"'”’)]*\s+[\"'“‘(]?[A-Z]")
_LABEL_LENGTH = 120
_LABEL_WORDS = 14
_PAIR = 2


def is_prose(cell: str) -> bool:
    """Whether a cell holds text to be read rather than a value: long, or several sentences."""
    return len(cell) > _PROSE_LENGTH or (len(cell) > _SENTENCES_LENGTH and _SENTENCE_BREAK.search(cell) is not None)


def table_pieces(rows: Sequence[Sequence[str]], level: int, *, head: bool) -> list[Piece]:
    """Return the pieces of a table.

    Args:
        rows: the cells, each one canonical line, row by row; empty rows are passed over.
        level: the level of the heading that the table stands under.
        head: whether the first row holds the heads of the columns.

    A row is one line, its cells joined by " | ", with the heads in `Piece.columns`; the head row is kept as a row. A
    table whose rows hold one cell only lays out text: its cells are paragraphs. So does a table of two columns where
    labels stand beside prose: there each label is a heading one level below `level`, and its text a paragraph (a bare
    number with its text is a list item).
    """
    filled = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    head = head and bool(rows) and any(cell.strip() for cell in rows[0])
    width = max((len(row) for row in filled), default=0)
    if all(sum(bool(cell) for cell in row) == 1 for row in filled):
        return [Piece("paragraph", cell) for row in filled for cell in row if cell]
    body = filled[1:] if head else filled
    if width == _PAIR and _lays_out_prose(body):
        above = [Piece("paragraph", _line(filled[0]))] if head else []
        return above + [piece for row in body for piece in _section(row, deeper(level))]
    if not head:
        return [Piece("table_row", _line(row)) for row in filled]
    columns = tuple(filled[0])
    return [Piece("table_row", _line(columns)), *(_row(row, columns) for row in body)]


def _lays_out_prose(rows: Sequence[Sequence[str]]) -> bool:
    pairs = [row for row in rows if len(row) == _PAIR and all(row)]
    prose = [row for row in pairs if is_prose(row[1])]
    return bool(prose) and len(prose) * 2 >= len(rows) and all(_is_label(row[0]) for row in pairs)


def _is_label(cell: str) -> bool:
    return len(cell) <= _LABEL_LENGTH and len(cell.split()) <= _LABEL_WORDS and not is_prose(cell)


def _section(row: Sequence[str], level: int) -> list[Piece]:
    cells = [cell for cell in row if cell]
    if len(cells) < _PAIR:
        return [Piece("paragraph", cell) for cell in cells]
    if not any(char.isalpha() for char in cells[0]) or is_enumerated(f"{cells[0]} x"):
        return [Piece("list_item", " ".join(cells), level=1)]  # a numbered note
    return [Piece("heading", cells[0], level=level), Piece("paragraph", " ".join(cells[1:]))]


def _row(row: Sequence[str], columns: tuple[str, ...]) -> Piece:
    # Heads that do not fit the cells would name them wrongly.
    return Piece("table_row", _line(row), columns=columns if len(row) == len(columns) else ())


def _line(row: Sequence[str]) -> str:
    return " | ".join(row).strip()
