"""Text with line ends -> canonical pieces, by the rules of `structure`."""

from collections.abc import Iterable
from itertools import groupby

from assistant.sources.canonical import clean_inline
from assistant.sources.document import Piece
from assistant.sources.structure import Span, find_spans
from assistant.sources.tables import table_pieces

_CUT_SENTENCE = 30  # characters; less may be a label


def prose_pieces(text: str, level: int, *, headings: bool = True, more: bool = False) -> list[Piece]:
    """Return the pieces of `text`, a document's or a part's, canonical and without bullets and other markup.

    Args:
        text: text with line ends; blank lines part its paragraphs.
        level: the level of the heading that it stands under, 0 for none.
        headings: whether headings are looked for, as in `structure.find_spans`.
        more: whether other text follows, as there.
    """
    pieces: list[Piece] = []
    for has_cells, run in groupby(find_spans(text, headings=headings, more=more), key=lambda span: bool(span.cells)):
        if has_cells:
            pieces += _table(run, level)
            continue
        for span in run:
            piece = Piece(span.kind, clean_inline(span.body(text)), span.level, _clean(span.columns))
            if pieces and _goes_on(pieces[-1], piece):
                piece = Piece("paragraph", f"{pieces.pop().text} {piece.text}")
            pieces.append(piece)
            if piece.kind == "heading":
                level = piece.level
    return pieces


def _goes_on(above: Piece, piece: Piece) -> bool:
    """Whether a blank line was put into the middle of a sentence, as transcripts and page breaks have it."""
    if above.kind != "paragraph" or piece.kind != "paragraph" or len(above.text) < _CUT_SENTENCE:
        return False
    return above.text[-1].isalpha() and piece.text[:1].islower()


def _table(run: Iterable[Span], level: int) -> list[Piece]:
    spans = list(run)
    # `structure` gives heads to the rows below them only.
    head = len(spans) > 1 and not spans[0].columns and spans[1].columns == spans[0].cells
    return table_pieces([_clean(span.cells) for span in spans], level, head=head)


def _clean(cells: Iterable[str]) -> tuple[str, ...]:
    return tuple(clean_inline(cell) for cell in cells)
