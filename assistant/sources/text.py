"""Plain text (.txt): structure by rules; text pasted from a web page is mended first."""

from dataclasses import replace

from assistant.sources.bylines import is_byline, read_facts
from assistant.sources.canonical import clean_inline, clean_lines
from assistant.sources.decoding import decode
from assistant.sources.document import TOP_LEVEL, Facts, ParsedDocument, Piece, assemble, first_heading
from assistant.sources.furniture import is_furniture, strip_asides
from assistant.sources.glued import find_tables
from assistant.sources.prose import prose_pieces
from assistant.sources.structure import UNWRAPPED
from assistant.sources.tables import table_pieces


def parse(data: bytes, name: str) -> ParsedDocument:
    """Return the document in `data`; `name` is its title where the text has none.

    Raises:
        SourceError: the bytes are no text, or nothing is left of them.
    """
    lines = [strip_asides(line) for line in clean_lines(decode(data)).split("\n")]
    lines = _part_unwrapped(["" if is_furniture(line) else line for line in lines])
    pieces: list[Piece] = []
    at = 0
    for table in find_tables(lines):
        pieces += prose_pieces("\n".join(lines[at : table.start]), _level(pieces), more=True)
        rows = [[clean_inline(cell) for cell in row] for row in table.rows]
        pieces += table_pieces(rows, _level(pieces), head=True)
        at = table.stop
    pieces += prose_pieces("\n".join(lines[at:]), _level(pieces))
    return document(pieces, [line.strip() for line in lines if line.strip()], Facts(), name)


def document(pieces: list[Piece], lines: list[str], facts: Facts, name: str) -> ParsedDocument:
    """Return the document made of `pieces`, its first heading the title where nothing but bylines stands above.

    `facts` go before what the `lines` (without blank ones) say of themselves.

    Raises:
        SourceError: no piece holds text.
    """
    pieces = _with_top_heading(pieces)
    facts = facts.or_else(read_facts(lines))
    return assemble(pieces, facts.or_else(Facts(title=first_heading(pieces))), name)


def _with_top_heading(pieces: list[Piece]) -> list[Piece]:
    if any(piece.kind == "heading" and piece.level == TOP_LEVEL for piece in pieces):
        return pieces
    for index, piece in enumerate(pieces):
        if piece.kind == "heading":
            return [*pieces[:index], replace(piece, level=TOP_LEVEL), *pieces[index + 1 :]]
        if piece.text and not is_byline(piece.text):
            return pieces
    return pieces


def _part_unwrapped(lines: list[str]) -> list[str]:
    """Put blank lines around lines longer than any hard wrap: each is a paragraph of its own."""
    result: list[str] = []
    for line in lines:
        result += ["", line, ""] if len(line) > UNWRAPPED else [line]
    return result


def _level(pieces: list[Piece]) -> int:
    return next((piece.level for piece in reversed(pieces) if piece.kind == "heading"), 0)
