"""What a parser returns, and how pieces of content become one text with blocks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assistant.errors import SourceError
from assistant.types import Block, BlockKind, Frozen

TOP_LEVEL = 1
LOWEST_LEVEL = 6
# Blocks that stand in a row with others of their kind, one a line.
_TIGHT = {"list_item", "table_row"}


@dataclass(frozen=True, slots=True)
class Piece:
    """One block before its place in the text is known; `text` is canonical. The rest is as in `Block`."""

    kind: BlockKind
    text: str
    level: int = 0
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What a source says of itself; None where it says nothing."""

    id: str | None = None
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: date | None = None
    updated: date | None = None
    language: str | None = None

    def or_else(self, other: "Facts") -> "Facts":
        """Return these facts with the gaps filled from `other`."""
        names = self.__dataclass_fields__
        return Facts(**{name: getattr(self, name) or getattr(other, name) for name in names})


class ParsedDocument(Frozen):
    """A document as read: canonical text, blocks over it, what it says of itself. `id` is None unless it gives one."""

    title: str
    text: str
    blocks: tuple[Block, ...]
    id: str | None = None
    url: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: date | None = None
    updated: date | None = None
    language: str | None = None


def compose(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...]]:
    """Join pieces into one text and return it with a block for each piece.

    A blank line stands between two pieces, a single line end between list items and between table rows. Pieces without
    text are left out.
    """
    parts: list[str] = []
    blocks: list[Block] = []
    offset = 0
    previous: BlockKind | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if previous is not None:
            gap = "\n" if piece.kind == previous and piece.kind in _TIGHT else "\n\n"
            parts.append(gap)
            offset += len(gap)
        end = offset + len(piece.text)
        blocks.append(Block(kind=piece.kind, start=offset, end=end, level=piece.level, columns=piece.columns))
        parts.append(piece.text)
        offset = end
        previous = piece.kind
    return "".join(parts), tuple(blocks)


def assemble(pieces: Iterable[Piece], facts: Facts, name: str) -> ParsedDocument:
    """Return the document made of `pieces`; without a title it is called by `name`, its file's stem.

    Raises:
        SourceError: no piece holds text.
    """
    text, blocks = compose(pieces)
    if not text:
        raise SourceError("the file holds no text")
    return ParsedDocument(
        title=facts.title or name,
        text=text,
        blocks=blocks,
        id=facts.id,
        url=facts.url,
        publisher=facts.publisher,
        author=facts.author,
        published=facts.published,
        updated=facts.updated,
        language=facts.language,
    )


def first_heading(pieces: Iterable[Piece]) -> str | None:
    """Return the text of the first top heading, else of the first heading, else None."""
    headings = [piece for piece in pieces if piece.kind == "heading" and piece.text]
    top = [piece for piece in headings if piece.level == TOP_LEVEL]
    return next((piece.text for piece in top or headings), None)


def deeper(level: int) -> int:
    """Return the heading level below `level`, at least 2 and at most the lowest there is."""
    return min(max(level, TOP_LEVEL) + 1, LOWEST_LEVEL)
