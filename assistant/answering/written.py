"""Written: what a language model wrote, read as sentences with the passages' numbers, while it is being written."""

import re
from collections import deque
from enum import Enum, auto

from pydantic_core import from_json

from assistant.answering.cited_line import Written
from assistant.answering.json_scanner import SCHEMA, JsonScanner
from assistant.answering.line_reader import LineReader

# How many characters are considered, reasoning aside.
LONGEST = 40_000

_LINE_ENDS = str.maketrans(dict.fromkeys("\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", "\n"))
_CONTROLS = dict.fromkeys([*range(32), *range(0xD800, 0xE000)], " ")
_REASONING = re.compile(r"[<\[](/?)(?:think|thinking|thought|reasoning)[>\]]$", re.IGNORECASE)
_LONGEST_TAG = len("</reasoning>")
_BEFORE_JSON = re.compile(r"\s*(?:`{3,}\w*\s*)?")
_STATEMENTS = re.compile(r'\{\s*"statements"$')
_TAIL = 24


class _State(Enum):
    LINE = auto()
    JSON = auto()
    REASONING = auto()
    ENDED = auto()


class WrittenParser:
    """Reads what a model writes, in lines or in JSON (see `SCHEMA`), in pieces of any size.

    However the text is cut into pieces, the same is read. No statements are: reasoning (`<think>`), introductions,
    headings, lists of sources, and what stands around JSON. JSON that is cut off counts up to its last whole statement;
    what begins like JSON and is none is read as lines.
    """

    def __init__(self, passages: int) -> None:
        """Read an answer from passages that are numbered from 1 to `passages`."""
        self._reader = LineReader(passages)
        self._scanner = JsonScanner()
        self._state = _State.LINE
        self._given = 0
        self._line: list[str] = []
        self._before_json: list[str] = []
        self._may_be_json = True
        self._thought: deque[str] = deque(maxlen=_LONGEST_TAG)
        self._again: deque[str] = deque()
        # Bounds the time that is spent on reading again as lines what turned out to be no JSON.
        self._again_left = 3 * LONGEST
        self._out: list[Written] = []

    @property
    def no_answer(self) -> bool:
        """Whether the model wrote that the passages do not answer; False until that is known."""
        return self._reader.no_answer

    @property
    def overlong(self) -> bool:
        """Whether more was written than is considered (`LONGEST` characters)."""
        return self._given > LONGEST

    def feed(self, piece: str) -> list[Written]:
        """Take the next piece; return the sentences that it completes."""
        for char in piece.translate(_LINE_ENDS):
            if self._state is not _State.REASONING:
                self._given += 1
            if self.overlong:
                break
            self._give(char)
            while self._again:
                self._give(self._again.popleft())
        return self._taken()

    def close(self) -> list[Written]:
        """End the answer; return the sentences that were left. What is fed later is not read."""
        if self._state is _State.LINE and not self.overlong:
            self._end_line()
        self._out += self._reader.close()
        self._state = _State.ENDED
        return self._taken()

    def _taken(self) -> list[Written]:
        out, self._out = self._out, []
        return out

    def _give(self, char: str) -> None:
        if self._state is _State.LINE:
            self._give_line(char)
        elif self._state is _State.JSON:
            self._give_json(char)
        elif self._state is _State.REASONING:
            self._give_reasoning(char)

    def _give_line(self, char: str) -> None:
        line = self._line
        if char == "\n":
            if self._may_be_json and line and line[-1] == "{":  # "Here it is: {"
                self._begin_json(len(line) - 1)
                self._give_json(char)
            else:
                self._end_line()
            return
        line.append(char)
        if char in ">]" and (tag := _REASONING.search("".join(line[-_LONGEST_TAG:]))):
            self._at_reasoning_tag(tag)
        elif not self._may_be_json:
            return
        elif char in "{[" and len(line) < _TAIL and _BEFORE_JSON.fullmatch("".join(line[:-1])):
            self._begin_json(len(line) - 1)
        elif char == '"' and (found := _STATEMENTS.search("".join(line[-_TAIL:]))):
            self._begin_json(len(line) - len(found[0]))

    def _end_line(self) -> None:
        self._out += self._reader.line("".join(self._line))
        self._line = []
        self._may_be_json = self._again_left > 0

    def _at_reasoning_tag(self, tag: re.Match[str]) -> None:
        if tag[1]:  # some servers give the model its first <think> and leave it out of what they send
            self._line = []
            self._reader.forget()
        else:
            del self._line[-len(tag[0]) :]
            self._state = _State.REASONING

    def _give_reasoning(self, char: str) -> None:
        self._thought.append(char)
        if char in ">]" and (tag := _REASONING.search("".join(self._thought))) and tag[1]:
            self._thought.clear()
            self._state = _State.LINE

    def _begin_json(self, start: int) -> None:
        """Read the line from `start` on as JSON."""
        self._scanner = JsonScanner()
        self._before_json, begun = self._line[:start], self._line[start:]
        self._line = []
        self._state = _State.JSON
        for char in begun:
            self._give_json(char)

    def _give_json(self, char: str) -> None:
        scanner = self._scanner
        item = scanner.give(char)
        is_json = item is None or self._read_item(item)
        if scanner.listed:
            self._reader.forget()  # what stood before the JSON
            if scanner.ended and not scanner.items:
                self._reader.say_no_answer()
            if scanner.ended or scanner.broken:
                self._state = _State.ENDED
        elif scanner.broken or not is_json:
            self._read_as_lines()
        elif scanner.ended:
            self._state = _State.LINE

    def _read_item(self, item: str) -> bool:
        """Read one statement, or what stands in its place; tell whether it is JSON."""
        try:
            value = from_json(item.translate(_CONTROLS))
        except ValueError:
            return False
        if isinstance(value, str):
            value = {"text": value}
        if isinstance(value, dict) and isinstance(value.get("text"), str):
            self._reader.forget()
            self._out += self._reader.item(value["text"], value.get("sources"))
        return True

    def _read_as_lines(self) -> None:
        text = [*self._before_json, *self._scanner.text]
        self._again.extendleft(reversed(text))
        self._again_left -= len(text)
        self._may_be_json = False
        self._state = _State.LINE


__all__ = ["LONGEST", "SCHEMA", "Written", "WrittenParser"]
