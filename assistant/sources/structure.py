"""The structure of plain text, found by rules as spans over it. The text itself is never changed.

Plain text, PDF and markdown paragraphs are read with these rules and then made canonical block by block; a JSONL record
keeps its text, so there the spans are the blocks.
"""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.sources import datalines, pipes
from assistant.sources.headings import find_headings
from assistant.sources.lines import Line, paragraphs
from assistant.sources.markers import begins_item, bullet_width
from assistant.types import BlockKind

SECTION_LEVEL = 2
_LOOK_BACK = 20  # lines in which an earlier item of the same list is looked for
UNWRAPPED = 200  # a line longer than any hard wrap: its end is the writer's
_CONTINUATION_INDENT = 2

_HASHES = re.compile(r"(#{1,6})\s+(?=\S)")
_CLOSING_HASHES = re.compile(r"\s#+$")
_WIKI_HEADING = re.compile(r"(={1,6}|=(?: =){1,5}) *(?=[^\s=])([^=]+?) *\1")
_RULE = re.compile(r"[-=_*~#. ]{3,}")
_ENDS_SENTENCE = re.compile(r"[.!?:…][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Span:
    """A block of a given text: `text[start:end]`, without white space around it.

    `body_start` and `body_end` leave out markup: a bullet, "#" or "=" of a heading, a rule of dashes (then nothing is
    left). `cells` are those of a row with "|". The rest is as in `assistant.types.Block`.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    columns: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    body_start: int = -1
    body_end: int = -1

    def body(self, text: str) -> str:
        """Return the span's words without markup, line ends and all."""
        start = self.start if self.body_start < 0 else self.body_start
        return text[start : self.end if self.body_end < 0 else self.body_end]


@dataclass(slots=True)
class _State:
    spans: list[Span] = field(default_factory=list)
    indents: list[int] = field(default_factory=list)  # of the markers of the list that is open, outermost first

    def add(self, span: Span) -> None:
        self.spans.append(span)
        if span.kind != "list_item":
            self.indents.clear()

    def extend(self, line: Line) -> None:
        self.spans[-1] = replace(self.spans[-1], end=line.end)

    def item(self, line: Line) -> Span:
        while self.indents and self.indents[-1] > line.indent:
            self.indents.pop()
        if not self.indents or self.indents[-1] < line.indent:
            self.indents.append(line.indent)
        body = line.start + bullet_width(line.text)
        return Span("list_item", line.start, line.end, level=len(self.indents), body_start=body)


def find_spans(text: str, *, headings: bool = True, more: bool = False) -> list[Span]:
    """Return the blocks of `text` in order; together they hold every character that is not white space.

    Args:
        text: any text; blank lines part its paragraphs.
        headings: whether headings are looked for ("# Title", or a short line alone); all but "#" get level 2.
        more: whether other text follows, so that a short last line may be a heading.

    Time is linear in the text's length.
    """
    groups = list(paragraphs(text))
    lines = [line for group in groups for line in group]
    numbers = [number for number, group in enumerate(groups) for _ in group]
    marks = datalines.mark([line.text for line in lines], numbers)
    titles = find_headings(groups, [mark is not None for mark in marks], more=more) if headings else set()
    state = _State()
    at = 0
    for number, group in enumerate(groups):
        if number in titles:
            state.add(_heading(group[0]))
        else:
            _read_group(state, group, marks[at : at + len(group)], headings)
        at += len(group)
    return state.spans


def _read_group(
    state: _State, group: Sequence[Line], marks: Sequence[datalines.DataLine | None], headings: bool
) -> None:
    table = pipes.read([line.text for line in group])
    before: deque[str] = deque(maxlen=_LOOK_BACK)
    open_block = False
    for index, line in enumerate(group):
        mark, row = marks[index], table.get(index)
        block: Span | None = None
        if row is not None:
            if row.rule and state.spans and index:
                # The line of dashes below a table's head has no words of its own: it goes with the head.
                state.extend(line)
                open_block = False
                continue
            block = _row(line, row)
        elif mark is not None:
            kind: BlockKind = "paragraph" if mark.role == "label" else "table_row"
            block = Span(kind, line.start, line.end, columns=mark.columns)
        elif _RULE.fullmatch(line.text):
            block = Span("paragraph", line.start, line.end, body_start=line.end)
        elif headings and (_HASHES.match(line.text) or _WIKI_HEADING.fullmatch(line.text)):
            block = _heading(line)
        if block is not None:
            state.add(block)
            before.clear()
            open_block = False
            continue
        if begins_item(line.text, before):
            state.add(state.item(line))
        elif open_block and not _ends_here(before[-1]):
            state.extend(line)
        else:
            state.add(_start(state, line, first=index == 0))
        before.append(line.text)
        open_block = True


def _row(line: Line, row: pipes.PipeRow) -> Span:
    if len(row.cells) > 1:
        return Span("table_row", line.start, line.end, columns=row.columns, cells=row.cells)
    body = line.text.strip("| ")
    start = line.start + line.text.find(body)
    return Span("paragraph", line.start, line.end, body_start=start, body_end=start + len(body))


def _start(state: _State, line: Line, *, first: bool) -> Span:
    last = state.spans[-1] if state.spans else None
    if first and last and last.kind == "list_item" and line.indent >= state.indents[-1] + _CONTINUATION_INDENT:
        return Span("list_item", line.start, line.end, level=last.level)
    return Span("paragraph", line.start, line.end)


def _ends_here(line: str) -> bool:
    return len(line) > UNWRAPPED and _ENDS_SENTENCE.search(line[-8:]) is not None


def _heading(line: Line) -> Span:
    hashes = _HASHES.match(line.text)
    if hashes:
        start = line.start + hashes.end()
        end = line.start + len(_CLOSING_HASHES.sub("", line.text))
        return Span("heading", line.start, line.end, level=len(hashes[1]), body_start=start, body_end=max(start, end))
    wiki = _WIKI_HEADING.fullmatch(line.text)
    if wiki:
        level = wiki[1].count("=")
        start = line.start + wiki.start(2)
        return Span("heading", line.start, line.end, level=level, body_start=start, body_end=line.start + wiki.end(2))
    return Span("heading", line.start, line.end, level=SECTION_LEVEL)
