"""Word files (.docx): headings by style, lists, tables, in the order of the document."""

import io
import re
from dataclasses import dataclass, field
from zipfile import BadZipFile

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tbl, CT_Tc
from docx.oxml.text.paragraph import CT_P
from docx.text.paragraph import Paragraph

from assistant.errors import SourceError
from assistant.sources.canonical import clean_inline, clean_lines
from assistant.sources.document import LOWEST_LEVEL, TOP_LEVEL, Facts, ParsedDocument, Piece
from assistant.sources.numbering import Numbering
from assistant.sources.prose import prose_pieces
from assistant.sources.tables import table_pieces
from assistant.sources.text import document

_HEADING_STYLE = re.compile(r"heading (\d)", re.IGNORECASE)
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"  # the container of .doc, and of .docx files locked with a password
_HEAD_CELL_LONGEST = 60
_FIGURE = re.compile(r"(?!(?:19|20)\d\d$)[\d.,%$€£<>+−–-]*\d[\d.,%]*")  # but no year
# What python-docx writes into documents whose makers set nothing.
_TEMPLATE_AUTHOR = "python-docx"


def parse(data: bytes, name: str) -> ParsedDocument:
    """Return the document in `data`; `name` is its title where neither properties nor a heading give one.

    Raises:
        SourceError: the file is broken, locked or an old .doc, or holds no text.
    """
    if not data.strip():
        raise SourceError("the file is empty")
    if data.startswith(_OLE_MAGIC):
        raise SourceError("the file is an old .doc or locked with a password: save it as .docx without one")
    try:
        word = Document(io.BytesIO(data))
        walk = _Walk(Numbering(word))
        for element in word.element.body.inner_content_elements:
            if isinstance(element, CT_Tbl):
                walk.table(element)
            else:
                walk.paragraph(Paragraph(element, word), element)
        walk.flush()
        facts = _facts(word)
    except (PackageNotFoundError, BadZipFile) as error:
        raise SourceError("the file is no Word document, or a broken one") from error
    except Exception as error:  # a broken package raises whatever its first missing part leads to
        raise SourceError(f"the Word document is broken: {error or type(error).__name__}") from error
    lines = [piece.text for piece in walk.pieces if piece.text]
    # The day that the file was made is not that of publishing: only the text says that.
    return document(walk.pieces, lines, facts, name)


@dataclass(slots=True)
class _Walk:
    numbering: Numbering
    pieces: list[Piece] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)  # plain paragraphs, whose lines are read together
    titled: bool = False  # whether a title stands above the headings
    level: int = 0  # of the last heading

    def table(self, table: CT_Tbl) -> None:
        self.flush()
        rows = _cells(table)
        self._add(*table_pieces(rows, self.level, head=_has_head(table, rows)))

    def paragraph(self, paragraph: Paragraph, element: CT_P) -> None:
        text = clean_lines(paragraph.text).strip()
        level = self._heading_level(paragraph)
        item = self.numbering.item(paragraph, element)
        if level and text:
            self.flush()
            self._add(Piece("heading", clean_inline(text), level=level))
        elif item and text:
            self.flush()
            self._add(Piece("list_item", item[0] + clean_inline(text), level=item[1]))
        elif text:
            self.waiting.append(text)

    def _heading_level(self, paragraph: Paragraph) -> int:
        """Return 1-6 for a heading, 0 for other paragraphs; a style counts as what it is based on."""
        style = paragraph.style
        for _ in range(LOWEST_LEVEL):
            if style is None:
                return 0
            name = style.name or ""
            if name.lower() == "title":
                self.titled = True
                return TOP_LEVEL
            if found := _HEADING_STYLE.fullmatch(name):
                return min(max(int(found[1]), 1) + self.titled, LOWEST_LEVEL)
            style = getattr(style, "base_style", None)
        return 0

    def flush(self) -> None:
        if self.waiting:
            self._add(*prose_pieces("\n\n".join(self.waiting), self.level, headings=False))
            self.waiting = []

    def _add(self, *pieces: Piece) -> None:
        self.pieces += pieces
        self.level = next((piece.level for piece in reversed(pieces) if piece.kind == "heading"), self.level)


def _cells(table: CT_Tbl) -> list[list[str]]:
    """Return the words of the cells, those of a table within a cell among them; merged cells count once."""
    return [[clean_inline(_cell_text(cell)) for cell in row.tc_lst] for row in table.tr_lst]


def _cell_text(cell: CT_Tc) -> str:
    parts = []
    for element in cell.inner_content_elements:
        if isinstance(element, CT_Tbl):
            parts += [" | ".join(filter(None, row)) for row in _cells(element)]
        else:
            parts.append(element.text)
    return " ".join(parts)


def _has_head(table: CT_Tbl, rows: list[list[str]]) -> bool:
    """Whether the first row holds heads: marked as repeating, or short words in every column above figures or text."""
    if len(rows) < len(("head", "row")):
        return False
    if table.tr_lst[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None:
        return True
    return all(cell and len(cell) <= _HEAD_CELL_LONGEST and not _FIGURE.fullmatch(cell) for cell in rows[0])


def _facts(word: WordDocument) -> Facts:
    found = word.core_properties
    title = clean_inline(found.title or "") or None
    author = clean_inline(found.author or "") or None
    return Facts(title=title, author=None if author == _TEMPLATE_AUTHOR else author)
