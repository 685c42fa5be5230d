"""Resemblance: how much of their wording two texts share, and in what two of the same wording differ."""

import re
from collections.abc import Set
from functools import lru_cache

from assistant.catalog.lexical import words

# Resemblance from which two texts count as near-copies: of 12 words one may be another.
NEAR_COPY = 0.7
_RUN = 2
_NUMERALS = frozenset(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion "
    "half first second third fourth fifth sixth seventh eighth ninth tenth dozen twice".split()
)
_DENIALS = frozenset("no not never none neither nor without cannot t".split())
# A capital that begins no sentence.
_NAME = re.compile(r"(?<=[\w,;:)’'”\"(] )[A-Z][^\W_]*|(?<=[\w,] [“\"'‘])[A-Z][^\W_]*")


def shingles(text: str) -> frozenset[str]:
    """Return the runs of two words in `text`, in lower case without diacritics; of one word, where there is no more."""
    found = words(text)
    return frozenset(" ".join(found[i : i + _RUN]) for i in range(max(len(found) - _RUN + 1, 1)))


def resemblance(one: Set[str], other: Set[str]) -> float:
    """Return the share of the shingles of either text that both have (Broder 1997), in [0, 1]."""
    return len(one & other) / max(len(one | other), 1)


@lru_cache(maxsize=2_000)
def particulars(text: str) -> frozenset[str]:
    """Return the words of `text` that tell facts: with digits, numerals, denials, and the parts of names."""
    found = {word for word in words(text) if word in _NUMERALS or word in _DENIALS or not word.isalpha()}
    return frozenset(found.union(*(words(name) for name in _NAME.findall(text))))


def differ(one: str, other: str) -> bool:
    """Tell whether a word that tells a fact stands in one of two texts and nowhere in the other."""
    return bool(particulars(one) - frozenset(words(other)) or particulars(other) - frozenset(words(one)))
