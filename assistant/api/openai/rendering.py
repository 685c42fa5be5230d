"""An answer as the text of a reply: statements with [n], then the numbered sources; and such a text read back.

Blank lines stand between the parts, so that it reads the same as plain text and as Markdown. Who shows Markdown makes
no link or image of an article's words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from textwrap import shorten

from assistant.citations import marked_text
from assistant.plaintext import defused
from assistant.remarks import COLUMNS, Headed, columns_line, copies_note, remarks
from assistant.types import Answer, Citation, Hit, Statement

ABSTAINED = "The articles do not say."
NEAREST = "Nearest passages, which do not answer the question:"
REPLACED = "What stands above is withdrawn. The answer is:"
_SNIPPET = 200
_FIRST_SOURCE = re.compile(r"\s*\[\d+\] “")
# Read from the end of a line: a search from its beginning tries every blank and every marker anew.
_MARKERS_REVERSED = re.compile(r"[ \t]*(?:\]\d+\[)+[ \t]*")


def reply(answer: Answer) -> str:
    """Return the whole text of the reply."""
    return "\n\n".join(_parts(answer))


def rest(answer: Answer, streamed: str) -> str:
    """Return what makes a whole reply of `streamed`, the statements that were sent before the answer was there.

    Where the answer has others, because the language model broke off, those sent are withdrawn and the whole follows.
    """
    whole = reply(answer)
    if whole.startswith(streamed):
        return whole[len(streamed) :]
    return f"\n\n{REPLACED}\n\n{whole}"


def said(text: str) -> str:
    """Return what the statements of a former reply say, without markers and sources; other text as it is."""
    text = text.rpartition(REPLACED)[2].strip()
    if text == ABSTAINED or text.startswith(f"{ABSTAINED}\n"):
        return ""
    lines = text.split("\n")
    end = _sources_in(lines)
    if end is None:
        return text
    # A line of column heads has no markers, and what a statement says has them.
    told = [one for one in lines[:end] if not one.startswith(COLUMNS) or _unmarked(one) != one]
    return "\n".join(map(_unmarked, told)).strip()


class Lines:
    """The statements of a reply as its lines, given one by one as they come."""

    def __init__(self) -> None:
        """Begin a reply."""
        self._headed = Headed()

    def line(self, statement: Statement, citations: Iterable[Citation]) -> str:
        """Return the next statement with its markers, below its column heads where it opens rows of a table.

        `citations` hold at least those of the statement that no statement before it has.
        """
        heads = self._headed.heads(statement, citations)
        return defused("\n".join(filter(None, (heads, marked_text([statement])))))


def _sources_in(lines: Sequence[str]) -> int | None:
    """Return which line stands over the sources, None where there are none."""
    following = ""
    for number in range(len(lines) - 1, 0, -1):
        if lines[number].strip() == "Sources" and _FIRST_SOURCE.match(following):
            return number
        if lines[number].strip():
            following = lines[number]
    return None


def _unmarked(text: str) -> str:
    """Return a line without the markers at its end."""
    found = _MARKERS_REVERSED.match(text[::-1])
    return text[: len(text) - found.end()] if found else text


def _parts(answer: Answer) -> Iterator[str]:
    lines = Lines()
    told = [lines.line(one, answer.citations) for one in answer.statements]
    yield "\n".join(told) if told else ABSTAINED
    if answer.citations:
        yield "Sources"
        yield from map(_source, answer.citations)
    if answer.nearest:
        yield NEAREST
        yield from map(_passage, answer.nearest)
    yield from (f"Note: {defused(remark.text)}" for remark in remarks(answer) if remark.kind != "written")


def _source(citation: Citation) -> str:
    heads = columns_line(citation.columns)
    quote = f"“{_line(citation.quote)}”" + (f" ({_line(heads)})" if heads else "")
    quoted = f"[{citation.marker}] {quote} — {_line(citation.title)}"
    found = _found(quoted, citation.publisher, citation.published, citation.link or citation.url)
    note = copies_note(citation)
    return f"{found} ({note})" if note else found


def _passage(hit: Hit) -> str:
    path = hit.heading_path if hit.title in hit.heading_path[:1] else (hit.title, *hit.heading_path)
    snippet = defused(shorten(hit.text, _SNIPPET, placeholder=" …"))
    named = f"“{snippet}” — {' › '.join(map(_line, filter(None, path)))}"
    return _found(named, hit.publisher, hit.published, hit.url)


def _found(what: str, publisher: str | None, published: date | None, link: str | None) -> str:
    facts = ", ".join(filter(None, (_line(publisher or ""), published.isoformat() if published else "")))
    return " ".join(filter(None, (what, facts and f"({facts})", link and _line(link))))


def _line(text: str) -> str:
    return defused(" ".join(text.split()))
