"""How a question and a passage become the reader's input; shared by training and reading."""

import re

MAX_TOKENS = 256
QUESTION_TOKENS = 64
SEPARATOR = " | "
_WORD = re.compile(r"\w+")


def passage_input(title: str, text: str) -> tuple[str, int]:
    """Return the second segment of the input and the offset of `text` in it.

    `title` is a title or a heading path, its parts joined by " > "; empty where there is none.
    """
    lead = f"{title}{SEPARATOR}" if title else ""
    return lead + text, len(lead)


def words(text: str) -> list[str]:
    """Return the lower-case words and numbers of `text`, in order."""
    return _WORD.findall(text.lower())
