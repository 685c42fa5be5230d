"""JSON scanner: the statements of a JSON answer, one by one while it is still being written.

It is given one character at a time and never looks back, so that a long answer takes time in proportion to its length,
and however the answer is cut into pieces, the statements are the same.
"""

from typing import Any

# As OpenAI's strict mode wants it: nothing additional, all required.
SCHEMA: dict[str, Any] = {
    "title": "Answer",
    "description": "The statements that answer the question; none where the passages do not answer it.",
    "type": "object",
    "properties": {
        "statements": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string", "description": "One sentence that stands on its own."},
                    "sources": {
                        "type": "array",
                        "items": {"type": "integer"},
                        "description": "Numbers of the passages that state it.",
                    },
                },
                "required": ["text", "sources"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["statements"],
    "additionalProperties": False,
}


_OPENING = {"}": "{", "]": "["}


class JsonScanner:
    """Finds the items of the list "statements" of an object, or of a list; each as the JSON text that it is.

    `text` is all that was given. `listed` tells that the list has begun; `ended` that the list has ended, or the value
    where it holds none; `broken` that what was given is no JSON.
    """

    def __init__(self) -> None:
        self.text: list[str] = []
        self.listed = False
        self.items = 0
        self.ended = False
        self.broken = False
        self._stack: list[str] = []
        self._list_depth = 0
        self._item = 0
        self._string = -1
        self._escaped = False
        self._key = ""
        # What comes next in an object at the top: "key", "colon", "value" or "comma".
        self._next = "value"

    def give(self, char: str) -> str | None:
        """Take the next character; return an item that it completes, or the whole object where that holds no list."""
        self.text.append(char)
        if self._string >= 0:
            return self._in_string(char)
        if char.isspace():
            return None
        depth = len(self._stack)
        if char in "{[":
            self._open(char, depth)
        elif char in "}]":
            return self._close(char, depth)
        elif char == '"':
            self._begin_string(depth)
        elif depth == 1 and self._stack[0] == "{":
            self._at_top(char)
        elif depth <= 1 and char != ",":
            self.broken = True
        return None

    def _in_string(self, char: str) -> str | None:
        if self._escaped:
            self._escaped = False
        elif char == "\\":
            self._escaped = True
        elif char == '"':
            start, self._string = self._string, -1
            depth = len(self._stack)
            if self.listed and depth == self._list_depth:
                return self._complete()
            if depth == 1 and self._next == "colon":
                self._key = "".join(self.text[start + 1 : -1])
        return None

    def _begin_string(self, depth: int) -> None:
        self._string = len(self.text) - 1
        if depth == self._list_depth:
            self._item = self._string
        if depth == 1 and self._stack[0] == "{":
            self._at_top('"')
        elif depth <= 1:
            self.broken = True

    def _open(self, char: str, depth: int) -> None:
        if depth == 1:
            if self._stack[0] == "{":
                self._at_top(char)
            elif char == "[":
                self.broken = True
        if depth and depth == self._list_depth and not self.broken:
            self._item = len(self.text) - 1
            self.listed = True
        self._stack.append(char)
        if depth == 0:
            self._next = "key"
        if char == "[" and (depth == 0 or (depth == 1 and self._key == "statements" and not self.broken)):
            self._list_depth = depth + 1
            # A line may begin with "[1]": whether "[" is a list, its first item tells.
            self.listed = depth == 1

    def _close(self, char: str, depth: int) -> str | None:
        if not depth or self._stack.pop() != _OPENING[char]:
            self.broken = True
        elif depth == self._list_depth:
            self.broken = not self.listed
            self.ended = True
        elif self.listed and depth == self._list_depth + 1:
            return self._complete()
        elif depth == 1:
            self.ended = True
            return "".join(self.text)
        return None

    def _complete(self) -> str:
        self.items += 1
        return "".join(self.text[self._item :])

    def _at_top(self, char: str) -> None:
        """Take a character of an object at the top: `_next` tells what may follow."""
        if char == '"' and self._next == "key":
            self._next = "colon"
        elif char == ":" and self._next == "colon":
            self._next = "value"
        elif char == "," and self._next == "comma":
            self._next = "key"
        elif self._next == "value" and (char.isalnum() or char in '"{[-'):
            self._next = "comma"
        elif not (self._next == "comma" and (char.isalnum() or char in "+-.")):
            self.broken = True
