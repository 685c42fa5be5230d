"""The lines of a given text with their places in it, by paragraph."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: `source[start:end] == text`, white space around it left out; `indent` in columns."""

    start: int
    end: int
    indent: int
    text: str


def paragraphs(text: str) -> Iterator[list[Line]]:
    """Yield the paragraphs of `text`, the runs of lines that blank lines part."""
    group: list[Line] = []
    start = 0
    while start <= len(text):
        stop = text.find("\n", start)
        stop = len(text) if stop < 0 else stop
        raw = text[start:stop]
        line = raw.strip()
        if line:
            indent = len(raw) - len(raw.lstrip())
            group.append(Line(start + indent, start + indent + len(line), len(raw[:indent].expandtabs(4)), line))
        elif group:
            yield group
            group = []
        start = stop + 1
    if group:
        yield group
