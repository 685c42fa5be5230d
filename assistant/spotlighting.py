"""Spotlighting: texts of others set apart from the instructions that a language model is given.

By delimiting (Hines et al. 2024): each text stands between two lines that bear a boundary, a word drawn at random for
one request. Who wrote the text cannot know it, so no text can end its own block or begin another.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable, Sequence

from assistant.types import Hit

_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Format characters hide text from people but not from models; these two join letters in scripts and emoji.
_JOINERS = "\u200c\u200d"
_HIDDEN = ("Cc", "Cf", "Cs", "Cn")


def new_boundary(texts: Iterable[str]) -> str:
    """Return a random word of 16 hexadecimal digits that occurs in none of `texts`, in whatever case."""
    folded = [visible(text).casefold() for text in texts]
    while True:
        boundary = secrets.token_hex(8)
        if not any(boundary in text for text in folded):
            return boundary


def delimited(passages: Sequence[Hit], boundary: str) -> str:
    """Return `passages`, numbered [1], [2], ... in their order, each with what is known of its article.

    Raises:
        ValueError: `boundary` is empty or occurs in a passage, which could then end its own block.
    """
    return "\n\n".join(
        fenced(_described(hit), boundary, label=f" [{number}]") for number, hit in enumerate(passages, start=1)
    )


def fenced(text: str, boundary: str, label: str = "") -> str:
    """Return `text` without control characters, between a line BEGIN and a line END that bear `boundary` and `label`.

    Raises:
        ValueError: `boundary` is empty or occurs in `text`, which could then end its own block.
    """
    text = visible(text)
    if not boundary or boundary.casefold() in text.casefold():
        raise ValueError(f"the boundary {boundary!r} occurs in the text that it should set apart: draw a new one")
    return f"BEGIN {boundary}{label}\n{text}\nEND {boundary}{label}"


def visible(text: str) -> str:
    """Return `text` with line feeds at line ends and none of the characters that nobody sees."""
    text = _LINE_END.sub("\n", text).replace("\t", " ")
    return "".join(
        char for char in text if char == "\n" or char in _JOINERS or unicodedata.category(char) not in _HIDDEN
    )


def _described(hit: Hit) -> str:
    columns = dict.fromkeys(" | ".join(sentence.columns) for sentence in hit.sentences if any(sentence.columns))
    facts = [
        ("title", hit.title),
        ("publisher", hit.publisher or ""),
        ("date", hit.published.isoformat() if hit.published else ""),
        ("section", " > ".join(heading for heading in hit.heading_path if heading != hit.title)),
        *(("columns", heads) for heads in columns),
    ]
    # A fact is one line, so that none can pass for another or for the text.
    lines = [f"{name}: {' '.join(visible(value).split())}" for name, value in facts if value.strip()]
    return "\n".join([*lines, "text:", hit.text.strip()])
