"""Tokens: the words of a text with their offsets, as names are compared by."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from assistant.sentences import sentence_spans
from assistant.verification.folding import fold, plain

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:['&][^\W_]+)*")
_STARTS = "\n|:;•·"
# As long as this a word with a point behind it may be shortened: "J.", "St.", "Inc.".
_SHORT = 3
_POSSESSIVE = re.compile(r"'s?\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Token:
    """A word at `start` to `end`.

    `key` is what it is compared by: small letters without points, possessive and diacritics. `opens` tells that it
    begins a sentence, a line, a cell or what follows a colon, where a capital tells nothing. `before` is what stands
    between it and the word before.
    """

    text: str
    start: int
    end: int
    key: str
    possessive: bool
    opens: bool
    before: str = ""

    @property
    def capital(self) -> bool:
        """Whether it has a capital letter or is written in letters that have none, as a name may be."""
        return any(char.isupper() or char.istitle() for char in self.text) or self.foreign

    @property
    def foreign(self) -> bool:
        """Whether it is written in letters without small and capital ones."""
        return any(char.isalpha() and not (char.isupper() or char.islower()) for char in self.text)

    @property
    def acronym(self) -> bool:
        """Whether it has two capital letters or more and hardly any other."""
        letters = [char for char in self.text if char.isalpha()]
        capitals = sum(char.isupper() for char in letters)
        return capitals >= 2 and capitals * 2 >= len(letters)


@lru_cache(maxsize=500)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the words of a text in order."""
    return tuple(_tokens(fold(text), {start for start, _ in sentence_spans(text)}))


def _tokens(text: str, starts: set[int]) -> Iterator[Token]:
    opens = True
    at = 0
    for match in _TOKEN.finditer(text):
        gap = text[at : match.start()]
        opens = opens or any(char in _STARTS for char in gap)
        opens = opens or any(place in starts for place in range(at, match.start() + 1))
        written = match.group()
        bare = _POSSESSIVE.sub("", written)
        possessive = bare != written or text[match.end() : match.end() + 1] == "'"
        key = re.sub(r"[^\w&]|_", "", plain(bare)) or plain(written)
        yield Token(written, *match.span(), key, possessive, opens, gap)
        at, opens = match.end(), False


def parts(before: Token, token: Token) -> bool:
    """Tell whether what stands between two words beside each other parts names: all marks but hyphens and initials'."""
    gap = token.before.strip()
    return (gap not in ("", "-", "'", "/") and not (gap == "." and len(before.text) <= _SHORT)) or "\n" in token.before


def singular(key: str) -> str:
    """Return a key without the "s" of a plural."""
    return key[:-1] if len(key) > 3 and key.endswith("s") and not key.endswith("ss") else key
