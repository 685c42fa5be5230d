"""Web pages (.html): main text and metadata as trafilatura finds them, structure kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, cast

import trafilatura

from assistant.errors import SourceError
from assistant.sources.bylines import is_byline, read_facts
from assistant.sources.canonical import clean_inline, clean_verbatim
from assistant.sources.dates import parse_date
from assistant.sources.decoding import decode
from assistant.sources.document import Facts, ParsedDocument, Piece, assemble, first_heading
from assistant.sources.furniture import is_furniture, strip_asides
from assistant.sources.short_page import BLOCKS, main_part
from assistant.sources.tables import table_pieces

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_HEAD_LENGTH = 4096
_LANGUAGE = re.compile(
    r"<html\b[^>]{0,500}?\slang\s*=\s*[\"']?([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)\b", re.IGNORECASE
)
_LEAST_TEXT = 20  # characters of the longest block; pages of links alone hold nothing longer
_FEW, _SHORT = 3, 1000  # paragraphs, and characters, of a page that may have lost its structure
_NO_MAIN_TEXT = "no main text is found in the page"


class _Element(Protocol):
    """What is used of an lxml element; lxml itself has no types."""

    tag: object
    text: str | None
    tail: str | None

    def get(self, key: str) -> str | None: ...

    def iter(self, tag: str) -> Iterator["_Element"]: ...

    def __iter__(self) -> Iterator["_Element"]: ...


def parse(data: bytes, name: str) -> ParsedDocument:
    """Return the document in `data`; `name` is its title where the page gives none.

    Raises:
        SourceError: the bytes are no text, or the page holds no main text.
    """
    declared = _CHARSET.search(data[:_HEAD_LENGTH])
    page = decode(data, fallback=declared[1].decode("ascii") if declared else None)
    body, facts = _extract(page)
    pieces = _walked(body)
    if _lost_structure(pieces, facts.title):
        pieces, facts = _walked_anew(page, pieces, facts)
    if all(len(piece.text) < _LEAST_TEXT for piece in pieces):
        raise SourceError(_NO_MAIN_TEXT)
    return assemble(pieces, facts.or_else(Facts(title=first_heading(pieces))), name)


def _extract(page: str) -> tuple[_Element, Facts]:
    try:
        found = trafilatura.bare_extraction(
            page,
            output_format="xml",
            with_metadata=True,
            include_comments=False,
            include_tables=True,
            # Without the extensive search a page with no date has none, rather than any date that its text mentions.
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise SourceError(f"the page can't be read: {error or type(error).__name__}") from error
    if found is None or isinstance(found, dict) or found.body is None:
        raise SourceError(_NO_MAIN_TEXT)
    facts = Facts(
        title=clean_inline(found.title or "") or None,
        url=found.url if found.url and found.url.startswith(("http://", "https://")) else None,
        publisher=clean_inline(found.sitename or "") or None,
        author=clean_inline(found.author or "") or None,
        published=parse_date(found.date or ""),
        language=_language(page),
    )
    return cast(_Element, found.body), facts


def _walked(body: _Element) -> list[Piece]:
    walk = _Walk()
    walk.container(body)
    return walk.pieces


def _lost_structure(pieces: list[Piece], title: str | None) -> bool:
    """Whether few paragraphs were found and nothing else: of a short page trafilatura gives the words run together."""
    if any(piece.kind != "paragraph" for piece in pieces):
        return False
    glued = bool(pieces and title) and pieces[0].text.casefold().startswith(f"{(title or '').casefold()} ")
    few = 0 < len(pieces) <= _FEW and sum(len(piece.text) for piece in pieces) <= _SHORT
    return few or len(pieces) == 1 or glued


def _walked_anew(page: str, pieces: list[Piece], facts: Facts) -> tuple[list[Piece], Facts]:
    """Return what the page's own main part holds where it has more blocks, and what it says of itself."""
    part, whole = main_part(page, set(" ".join(piece.text for piece in pieces).split())) or (None, True)
    found = _walked(cast(_Element, part)) if part is not None else []
    # A paragraph that stands so in the page was not run together: then a whole page only adds what is around it.
    sound = {piece.text for piece in pieces} <= {piece.text for piece in found}
    if len(found) <= len(pieces) or (whole and sound):
        return pieces, facts
    top = next((at for at, piece in enumerate(found) if piece.kind != "heading" and not is_byline(piece.text)), 0)
    said = read_facts([piece.text for piece in found[:top] if piece.kind == "paragraph"])
    return [piece for at, piece in enumerate(found) if at >= top or piece.kind == "heading"], facts.or_else(said)


def _language(page: str) -> str | None:
    """Return the language that the page's root element names; trafilatura reads it only to filter by it."""
    found = _LANGUAGE.search(page[:_HEAD_LENGTH])
    return found[1] if found else None


@dataclass(slots=True)
class _Walk:
    """One pass over trafilatura's tree: head, p, quote, list/item, table/row/cell; `lb` breaks a line."""

    pieces: list[Piece] = field(default_factory=list)
    level: int = 0  # of the last heading

    def container(self, element: _Element) -> None:
        for part in _parts(element):
            if isinstance(part, str):
                self._paragraphs(part)
            else:
                self.element(part)

    def element(self, element: _Element) -> None:
        match element.tag:
            case "head":
                self._heading(element)
            case "list":
                self._list(element, 1)
            case "table":
                self._table(element)
            case "code":
                self._add(Piece("paragraph", clean_verbatim(_words(element))))
            case "div" | "quote" if any(child.tag in BLOCKS for child in element):
                self.container(element)
            case str():
                self._paragraphs(_words(element))

    def _add(self, piece: Piece) -> None:
        if piece.text and not is_furniture(piece.text):
            self.pieces.append(piece)

    def _heading(self, element: _Element) -> None:
        rend = element.get("rend") or ""
        level = int(rend[1]) if re.fullmatch(r"h[1-6]", rend) else 2
        text = clean_inline(strip_asides(_words(element)))
        if text and not is_furniture(text):
            self.level = level
            self.pieces.append(Piece("heading", text, level=level))

    def _paragraphs(self, words: str) -> None:
        for line in words.split("\n\n"):
            self._add(Piece("paragraph", clean_inline(strip_asides(line))))

    def _list(self, element: _Element, depth: int) -> None:
        ordered = (element.get("rend") or "").startswith("ol")
        number = 0
        for item in element:
            if item.tag == "list":
                self._list(item, depth + 1)
            elif item.tag == "item":
                number += 1
                self._item(item, f"{number}. " if ordered else "", depth)

    def _item(self, item: _Element, marker: str, depth: int) -> None:
        for part in _parts(item):
            if not isinstance(part, str) and part.tag == "list":
                self._list(part, depth + 1)
            elif not isinstance(part, str) and part.tag == "table":
                self._table(part)
            else:
                words = part if isinstance(part, str) else _words(part)
                text = clean_inline(strip_asides(words))
                if text:
                    self._add(Piece("list_item", marker + text, level=depth))
                    marker = ""

    def _table(self, element: _Element) -> None:
        rows = [list(row.iter("cell")) for row in element.iter("row")]
        cells = [[clean_inline(strip_asides(_words(cell))) for cell in row] for row in rows]
        head = bool(rows) and bool(rows[0]) and all(cell.get("role") == "head" for cell in rows[0])
        found = table_pieces(cells, self.level, head=head)
        for piece in found:
            self._add(piece)
        self.level = next((piece.level for piece in reversed(found) if piece.kind == "heading"), self.level)


def _words(element: _Element) -> str:
    """Return the words of an element without those after it; two line ends stand for a break in the page's lines."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == "lb":
            parts.append("\n\n")
        elif isinstance(child.tag, str):
            parts.append(_words(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _parts(element: _Element) -> Iterator[_Element | str]:
    """Yield the blocks in an element, and as text whatever stands between them."""
    words = [element.text or ""]
    for child in element:
        if child.tag in BLOCKS:
            yield "".join(words)
            yield child
            words = [child.tail or ""]
        else:
            words.append(" " if child.tag == "lb" else _words(child) if isinstance(child.tag, str) else "")
            words.append(child.tail or "")
    yield "".join(words)
