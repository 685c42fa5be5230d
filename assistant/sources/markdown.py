"""Markdown with YAML front matter (.md)."""

from dataclasses import dataclass, field, replace
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.sources import frontmatter
from assistant.sources.canonical import clean_inline, clean_lines, clean_verbatim
from assistant.sources.decoding import decode
from assistant.sources.document import Facts, ParsedDocument, Piece, assemble, deeper, first_heading
from assistant.sources.headings import is_heading
from assistant.sources.inline import bold_heading, has_bold, is_title_case, mend, part_hard_breaks, plain
from assistant.sources.prose import prose_pieces
from assistant.sources.tables import table_pieces
from assistant.sources.tags import tag_pieces

_DEEPEST = 100  # levels of nesting; deeper quotes and lists are read as what they stand in
_SHORT = 40


def parse(data: bytes, name: str) -> ParsedDocument:
    """Return the document in `data`; `name` is its title where neither front matter nor a heading gives one.

    Raises:
        SourceError: the bytes are no text, the front matter can't be read, or no text is left.
    """
    facts, body = frontmatter.split(decode(data).replace("\r\n", "\n").replace("\r", "\n"))
    tokens = _reader().parse(mend(body))
    pieces = _Walk(tokens, plain_headings=_lacks_headings(tokens)).pieces()
    return assemble(pieces, facts.or_else(Facts(title=first_heading(pieces))), name)


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table")


def _lacks_headings(tokens: list[Token]) -> bool:
    return not any(token.type == "heading_open" and token.tag != "h1" for token in tokens)


@dataclass(slots=True)
class _List:
    ordered: bool
    marker: str = ""


@dataclass(slots=True)
class _Walk:
    """One pass over the block tokens; paragraphs outside lists are `waiting` so that their lines are read together."""

    tokens: list[Token]
    plain_headings: bool
    done: list[Piece] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    lists: list[_List] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    guessed: set[int] = field(default_factory=set)  # headings in `done` that no "#" marks
    level: int = 0  # of the last heading
    marked_level: int = 0  # of the last heading that is marked as one

    def pieces(self) -> list[Piece]:
        for index, token in enumerate(self.tokens):
            if token.type == "inline":
                self._inline(token, self.tokens[index - 1])
            else:
                self._block(token)
        self._flush()
        return [self._settled(index, piece) for index, piece in enumerate(self.done)]

    def _settled(self, index: int, piece: Piece) -> Piece:
        """Return a guessed heading as a paragraph where nothing, or only another scrap, stands below it."""
        if index not in self.guessed:
            return piece
        later = (self.done[at] for at in range(index + 1, len(self.done)))
        below = next((other for other in later if other.text), None)
        scrap = below is None or (
            below.kind == "paragraph"
            and len(below.text) < _SHORT
            and below.text[-1] not in ".!?:"
            and "\n" not in below.text
        )
        return replace(piece, kind="paragraph", level=0) if scrap else piece

    def _block(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self._flush()
                self.lists.append(_List(token.type == "ordered_list_open"))
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                self.lists[-1].marker = f"{token.info}{token.markup} " if self.lists[-1].ordered else ""
            case "table_open":
                self._flush()
                self.rows = []
            case "tr_open":
                self.rows.append([])
            case "table_close":
                self._add(*table_pieces(self.rows, self.level, head=True))
            case "fence":
                self._flush()
                self._add(self._piece(clean_verbatim(token.content)))
            case "code_block":
                # Indented text in articles is an author's layout far more often than a program.
                self._text(token.content)
            case "html_block":
                self._flush()
                self._add(*tag_pieces(token.content, self.level))

    def _inline(self, token: Token, opening: Token) -> None:
        if opening.type in ("th_open", "td_open"):
            self.rows[-1].append(clean_inline(plain(token)))
        elif opening.type == "heading_open":
            self._flush()
            self.marked_level = int(opening.tag[1:])
            self._add(Piece("heading", clean_inline(plain(token)), level=self.marked_level))
        else:
            self._paragraph(token)

    def _paragraph(self, token: Token) -> None:
        title, rest = ("", plain(token)) if self.lists else bold_heading(token) or ("", plain(token))
        line = rest.strip()
        if self.plain_headings and not (self.lists or title or has_bold(token) or len(line.splitlines()) > 1):
            title, rest = (line, "") if is_title_case(line) and is_heading(line) else ("", rest)
        if title:
            self._flush()
            self.guessed.add(len(self.done))
            self._add(Piece("heading", clean_inline(title), level=deeper(self.marked_level)))
        if rest.strip():
            self._text(rest)

    def _text(self, text: str) -> None:
        if self.lists:
            line = clean_inline(text)
            self._add(Piece("list_item", self.lists[-1].marker + line if line else "", level=len(self.lists)))
            if line:
                self.lists[-1].marker = ""
        else:
            self.waiting.append(clean_lines(part_hard_breaks(text)))

    def _flush(self) -> None:
        if self.waiting:
            text = "\n\n".join(self.waiting)
            self.waiting = []
            self._add(*prose_pieces(text, self.level, headings=False))

    def _add(self, *pieces: Piece) -> None:
        self.done += pieces
        self.level = next((piece.level for piece in reversed(pieces) if piece.kind == "heading"), self.level)

    def _piece(self, text: str) -> Piece:
        return Piece("list_item", text, level=len(self.lists)) if self.lists else Piece("paragraph", text)
