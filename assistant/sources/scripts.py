"""Whether letters are those of a writing, or bytes that happen to decode."""

import unicodedata
from functools import lru_cache
from itertools import pairwise

_LOOKED_AT = 20_000  # characters
_STRANGE_SHARE = 0.05
_MIXED_SHARE = 0.2
_STRANGE = frozenset({"Cn", "Co", "Cs", "Cc"})  # no character, private, half of a character, control
_LAID_OUT = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85")
# Scripts that are written within one word.
_FAMILIES = {"CJK": "CJK", "HIRAGANA": "CJK", "KATAKANA": "CJK", "KATAKANA-HIRAGANA": "CJK", "BOPOMOFO": "CJK"}
_OF_ALL = frozenset(
    {"LATIN", "FULLWIDTH", "HALFWIDTH", "MODIFIER", "MATHEMATICAL", "SUPERSCRIPT", "FEMININE", "MASCULINE"}
)


def unlikely(text: str) -> str | None:
    """Return why `text` is no writing, None where it may be; its first 20,000 characters are looked at.

    It is none where many of its characters are unassigned, private or control characters, or where letters of scripts
    that are not written together stand side by side: a text in several languages parts them by spaces and lines.
    """
    if text.isascii():
        return None
    text = text[:_LOOKED_AT]
    strange = sum(unicodedata.category(char) in _STRANGE and char not in _LAID_OUT for char in text)
    if strange > _STRANGE_SHARE * len(text):
        return "it holds many characters that are unassigned, private or control characters"
    beside = mixed = 0
    for one, other in pairwise(text):
        if one.isalpha() and other.isalpha():
            beside += 1
            mixed += not _go_together(_family(one), _family(other))
    if mixed > _MIXED_SHARE * beside:
        return "letters of scripts that are not written together stand side by side in it"
    return None


def _go_together(one: str, other: str) -> bool:
    return one == other or one in _OF_ALL or other in _OF_ALL


@lru_cache(maxsize=100_000)
def _family(letter: str) -> str:
    """Return the script that a letter's name begins with, one for those that are written together."""
    script = unicodedata.name(letter, "?").split(" ", 1)[0]
    return _FAMILIES.get(script, script)
