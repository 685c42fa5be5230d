"""Canonical text: what quotes are cut from, so that the same words are the same characters in every source."""

import re
import unicodedata

# Characters a reader can't see. They break searching, and some hide instructions from people but not from models.
# Joiners (U+200C, U+200D) stay: scripts and emoji need them.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACE = re.compile("[\t\x1f\u0020\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_LINES = re.compile(r" ?\n ?")


def clean_lines(text: str) -> str:
    """Return `text` in NFC with line feeds, visible characters only, and single spaces, none at a line's end.

    Indentation is kept as it is, for structure is read from it: leading tabs and other spaces become plain spaces.
    """
    text = _CONTROL.sub("", _INVISIBLE.sub("", _LINE_END.sub("\n", text)))
    lines = []
    for line in unicodedata.normalize("NFC", text).split("\n"):
        body = line.lstrip()
        indent = len(line[: len(line) - len(body)].expandtabs(4))
        lines.append(" " * indent + _SPACE.sub(" ", body).rstrip() if body else "")
    return "\n".join(lines)


def clean_inline(text: str) -> str:
    """Return `text` as one canonical line: NFC, visible characters only, every run of white space one space."""
    text = _CONTROL.sub("", _INVISIBLE.sub("", text))
    return " ".join(unicodedata.normalize("NFC", text).split())


def clean_verbatim(text: str) -> str:
    """Return `text` for a block whose line breaks and indentation mean something, such as program code.

    Blank lines go, since one stands between two blocks, and so does the first line's indentation.
    """
    text = _CONTROL.sub("", _INVISIBLE.sub("", _LINE_END.sub("\n", text)))
    lines = (line.rstrip() for line in unicodedata.normalize("NFC", text).split("\n"))
    return "\n".join(line for line in lines if line).strip()
