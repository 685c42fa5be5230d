"""Line reader: which lines that a language model wrote are statements, and which passages each of them names."""

import re

from assistant.answering.cited_line import CitedLine, Written, cited_line
from assistant.answering.markers import Marks, marks_in
from assistant.answering.markup import plain_line

_WORD = re.compile(r"\w")
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})")
_DEFINITION = re.compile(r"\s*(?:[-*+•]\s+)?\[\^?\d+\]\s?:")
_PREFIX = re.compile(r"(?:answer|statement(?: \d+)?|antwort|réponse|respuesta|回答|答案) ?[:：] ?", re.IGNORECASE)
_SOURCES = re.compile(
    r"(?:list of )?(?:sources?|references?|citations?|footnotes?|bibliography|quellen?(?:angaben|verzeichnis)?|"
    r"références?|fuentes?|referencias?|fonti|fontes|bronnen|źródła|источники?|来源|参考(?:文献|资料|資料)?|出典)"
    r"(?: used| cited)? ?(?:$|[:：] ?)",
    re.IGNORECASE,
)
_NO_ANSWER = re.compile(r"\W*no[ _-]?answer\b\W*(?P<more>.*)", re.IGNORECASE)
_EXPLAINED = re.compile(r"\W*no[ _-]?answer ?[.:;,!–—-]", re.IGNORECASE)


class LineReader:
    """Takes line after line, and statement after statement of a JSON answer.

    A line without numbers of passages waits for the next one, which may hold its numbers alone. Before the first line
    with numbers all wait: what follows may show that they are an introduction.
    """

    def __init__(self, passages: int) -> None:
        self.no_answer = False
        self._passages = passages
        self._number = 0
        self._waiting: list[CitedLine] = []
        self._written = False
        self._marked = False
        self._marked_at_end = False
        self._in_sources = False

    def line(self, raw: str) -> list[Written]:
        """Return the sentences that the line `raw` completes: its own, or those of lines before it."""
        if self.no_answer or self._in_sources or _FENCE.match(raw) or _DEFINITION.match(raw):
            return []
        if not _WORD.search(raw):
            if raw.strip(" `") == "[]":
                self.say_no_answer()
            return []
        plain = plain_line(raw, self._number)
        self._number = plain.number or self._number
        prefix = _PREFIX.match(plain.text)
        text = plain.text[prefix.end() :] if prefix else plain.text
        line = cited_line(text, self._passages)
        if source := _SOURCES.match(line.text):
            return self._source(line, source)
        if not line.sentences:
            return self._attached(line.loose)
        if self._says_no_answer(line):
            return []
        if line.leading and self._marked_at_end:
            return []  # "[1] Title", where statements end in their numbers
        if not line.marked and (plain.heading or line.text.endswith((":", "："))):
            return []
        return self._taken(line)

    def item(self, text: str, sources: object) -> list[Written]:
        """Return the sentences of one statement of a JSON answer; `sources` is the JSON value that was given."""
        line = cited_line(plain_line(text).text, self._passages)
        if self.no_answer or not line.sentences or self._says_no_answer(line):
            return []
        return self._out([line.with_marks(marks_in(sources, self._passages))])

    def say_no_answer(self) -> None:
        """Take note of an empty list of statements."""
        self.no_answer = not self._written
        self.forget()

    def forget(self) -> None:
        """Drop the lines that wait: they belong to no answer."""
        self._waiting = []

    def close(self) -> list[Written]:
        """Return the sentences of the lines that still wait."""
        return self._released()

    def _taken(self, line: CitedLine) -> list[Written]:
        out = self._released() if line.marked or self._marked else []
        if not line.marked:
            self._waiting.append(line)
            return out
        self._marked = True
        self._marked_at_end = self._marked_at_end or not line.leading
        return out + self._out([line])

    def _attached(self, marks: Marks) -> list[Written]:
        """Give numbers that stand without words to the line before them."""
        if not self._waiting or not marks:
            return []
        return self._taken(self._waiting.pop().with_marks(marks))

    def _source(self, line: CitedLine, source: re.Match[str]) -> list[Written]:
        """Read a line "Source: ...": its numbers are those of the line before; without anything it heads a list."""
        has_colon = source[0].rstrip().endswith((":", "："))
        has_title = source.end() < len(line.text)
        if has_title and not has_colon:
            return self._taken(line)
        marks = sum((sentence.marks for sentence in line.sentences), line.loose)
        if marks:
            return self._attached(marks)
        self._in_sources = not has_title and (self._written or bool(self._waiting))
        return self._released() if self._in_sources else []

    def _says_no_answer(self, line: CitedLine) -> bool:
        """Tell whether the line says that there is no answer; unless there is one before it, that stands."""
        found = _NO_ANSWER.fullmatch(line.text)
        if found is None or (found["more"] and (line.marked or not _EXPLAINED.match(line.text))):
            return False
        if not self._written:
            self.no_answer = True
            self.forget()
        return True

    def _released(self) -> list[Written]:
        lines, self._waiting = self._waiting, []
        return self._out(lines)

    def _out(self, lines: list[CitedLine]) -> list[Written]:
        out = [sentence for line in lines for sentence in line.sentences]
        self._written = self._written or bool(out)
        return out
