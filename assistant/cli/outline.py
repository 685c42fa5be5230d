"""Outline: which statements of an answer are items of an article's list, with what mark, and how deep."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.types import Citation, Hit, Statement

# What an item brings as its mark: a number or a letter with a stop or bracket, or a bullet.
_MARK = re.compile(r"(\(?(?:\d{1,3}|[A-Za-z]|[ivxlc]{2,5})[.)]|[-–•*·])\s+(?=\S)")
_BULLET = "-"


@dataclass(frozen=True)
class Place:
    """An item's mark, empty for a further sentence of the same item, how deep it stands (from 0), and its text."""

    mark: str
    depth: int
    text: str


class Outline:
    """Places statements in their order."""

    def __init__(self, passages: Sequence[Hit]) -> None:
        """Take the passages that the statements are quoted from, which tell items from other text."""
        self._passages = passages
        self._styles: list[str] = []
        self._last: Citation | None = None

    def place(self, statement: Statement, citations: Sequence[Citation]) -> Place | None:
        """Return the place of the next statement, None where it is no item's quote; `citations` hold its own."""
        first = next((one for one in citations if one.marker in statement.markers[:1]), None)
        passage = first and self._item(first)
        if not first or not passage or first.quote.split() != statement.text.split():
            self._styles, self._last = [], None
            return None
        between = self._between(passage, first)
        self._last = first
        if between is not None and "\n" not in between:
            return Place("", len(self._styles) - 1, statement.text)
        if between is None:
            self._styles = []
        found = _MARK.match(statement.text)
        mark, text = (found[1], statement.text[found.end() :]) if found else (_BULLET, statement.text)
        # Marks of another kind than those above are of a list within the item above.
        style = re.sub(r"\w+", lambda word: "1" if word[0].isdigit() else "a" if word[0].islower() else "A", mark)
        if style in self._styles:
            del self._styles[self._styles.index(style) + 1 :]
        else:
            self._styles.append(style)
        return Place(mark, len(self._styles) - 1, text)

    def _item(self, citation: Citation) -> Hit | None:
        """Return the passage in which the citation is an item, or a sentence of one."""
        for one in self._passages:
            if (one.article_id, one.sha256) == (citation.article_id, citation.sha256):
                for sentence in one.sentences:
                    if sentence.start <= citation.start < sentence.end:
                        return one if sentence.kind == "list_item" else None
        return None

    def _between(self, passage: Hit, citation: Citation) -> str | None:
        """Return the white space between the last item and this one, None where more, or another text, stands there."""
        last = self._last
        if last is None or (last.article_id, last.sha256) != (citation.article_id, citation.sha256):
            return None
        if not passage.start <= last.end <= citation.start:
            return None
        between = passage.text[last.end - passage.start : citation.start - passage.start]
        return None if between.strip(" \t\n-–•*·") else between
