"""HTML that stands inside markdown -> pieces: tags go, their words stay."""

import re
from html.parser import HTMLParser

from assistant.sources.canonical import clean_inline
from assistant.sources.document import Piece
from assistant.sources.tables import table_pieces

_HIDDEN = {"script", "style", "template", "head"}
_BLOCK = re.compile(
    "address|article|aside|blockquote|br|caption|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|header|hr|"
    "main|nav|ol|p|pre|section|summary|ul"
)
_CELLS = {"td", "th"}


class _Reader(HTMLParser):
    def __init__(self, level: int) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self._level = level
        self._words: list[str] = []
        self._hidden = 0
        self._rows: list[list[str]] = []
        self._head = False
        self._in_cell = False
        self._tables = 0
        self._items = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "table":
            self._end_block("paragraph")
            self._tables += 1
        elif tag == "tr" and self._tables:
            self._end_cell()
            self._rows.append([])
        elif tag in _CELLS and self._tables:
            self._end_cell()
            self._in_cell = True
            self._head = self._head or (tag == "th" and len(self._rows) <= 1)
        elif tag == "li" or _BLOCK.fullmatch(tag) or _heading_level(tag):
            self._end_block("list_item" if self._items else "paragraph")
            self._items += tag == "li"

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _CELLS and self._tables:
            self._end_cell()
        elif tag == "table" and self._tables:
            self._end_cell()
            self._tables -= 1
            if not self._tables:
                self._end_table()
        elif tag == "li":
            self._end_block("list_item")
            self._items = max(0, self._items - 1)
        elif level := _heading_level(tag):
            self._end_block("heading", level)
        elif _BLOCK.fullmatch(tag):
            self._end_block("list_item" if self._items else "paragraph")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._words.append(data)

    def finish(self) -> list[Piece]:
        self.close()
        self._end_cell()
        self._tables = 0
        self._end_table()
        self._end_block("paragraph")
        return self.pieces

    def _end_cell(self) -> None:
        """Close the cell that is open, for its end tag may be left out; words between cells make one as well."""
        words = clean_inline("".join(self._words)) if self._tables else ""
        if self._in_cell or words:
            self._rows = self._rows or [[]]
            self._rows[-1].append(words)
            self._words = []
        self._in_cell = False

    def _end_table(self) -> None:
        self.pieces += table_pieces(self._rows, self._level, head=self._head)
        self._rows, self._head = [], False

    def _end_block(self, kind: str, level: int = 0) -> None:
        if self._tables:
            self._words.append(" ")
            return
        text = clean_inline("".join(self._words))
        self._words = []
        if not text:
            return
        if kind == "heading":
            self.pieces.append(Piece("heading", text, level=level))
        elif kind == "list_item":
            self.pieces.append(Piece("list_item", text, level=max(1, self._items)))
        else:
            self.pieces.append(Piece("paragraph", text))


def tag_pieces(html: str, level: int) -> list[Piece]:
    """Return the pieces of an HTML block that stands under a heading of `level`; comments and scripts give none."""
    reader = _Reader(level)
    reader.feed(html)
    return reader.finish()


def _heading_level(tag: str) -> int:
    return int(tag[1]) if len(tag) == len("h1") and tag[0] == "h" and tag[1] in "123456" else 0
