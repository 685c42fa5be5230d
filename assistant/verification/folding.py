"""Folding: a text whose characters are made plain one for one, so that its offsets stay those of the original."""

import re
import unicodedata
from functools import lru_cache

_DASHES = "‐‑‒–—―−﹘﹣－"
_APOSTROPHES = "’‘ʼ＇′"
# Spaces that join a number's groups; they stay apart from the plain one, which parts words.
NO_BREAK = "\u00a0"
_NO_BREAKS = "\u00a0\u2007\u2009\u200a\u202f"
_SIGNS = {
    "％": "%",
    "﹪": "%",
    "＄": "$",
    "﹩": "$",
    "￡": "£",
    "￥": "¥",
    "￠": "¢",
    "∼": "~",
    "～": "~",
    "µ": "μ",
    "，": ",",
}
_SUPERSCRIPTS = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹")
_TABLE = {
    **{ord(char): "-" for char in _DASHES},
    **{ord(char): "'" for char in _APOSTROPHES},
    **{ord(char): NO_BREAK for char in _NO_BREAKS},
    **{ord(char): plain for char, plain in _SIGNS.items()},
    0x00AD: "-",
    0x200B: " ",
}
_PLAIN = re.compile(r"[\x00-\x7f]*\Z")


@lru_cache(maxsize=2_000)
def fold(text: str) -> str:
    """Return `text`, as long as before, with dashes, apostrophes, no-break spaces and digits of all scripts made plain.

    Superscript digits stay: "10³" is no 103. Subscript ones are plain, as in "Nd₂O₃".
    """
    if _PLAIN.match(text):
        return text
    return "".join(char if char < "\x80" else _folded(char) for char in text)


def _folded(char: str) -> str:
    if ord(char) in _TABLE:
        return _TABLE[ord(char)]
    if char in _SUPERSCRIPTS:
        return char
    digit = unicodedata.digit(char, None)
    return str(digit) if digit is not None and unicodedata.category(char) in ("Nd", "No") else char


def plain(text: str) -> str:
    """Return `text` in lower case without diacritics and marks, its dashes and apostrophes folded."""
    parts = unicodedata.normalize("NFKD", fold(text).casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))
