"""Quantifiers: a part told as the whole, the only one told as several, one's own first as the first of all."""

import re
from collections.abc import Sequence

from assistant.verification.folding import fold
from assistant.verification.quantities import figures

_PART = re.compile(
    r"(?<!\bis )(?<!\bwas )(?<!\bare )(?<!\bwere )(?<!\bbe )(?<!\bnot )(?<!\bas )(?<!\bbecome )(?<!\bbecame )"
    r"\b(?:(?:a (?:small |large |great |good |big )?)?(?:part|share|fraction|portion) of|some of|half of|only one of)"
    r"\s+(?:the|its|their|her|his)\s(?P<noun>\w+)",
    re.IGNORECASE,
)
_PARTLY = re.compile(
    r"\b(?:parts?|partly|partial\w*|some|share|half|halves|halved|fraction|one|percent|portion|numbers?|among|several|"
    r"many|certain|few)\b|%",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\bseveral\b", re.IGNORECASE)
_ONE_OR_NONE = re.compile(r"\b(?:only one|the only|single|sole|no|none|nobody|no one)\b", re.IGNORECASE)
_MANY = re.compile(
    r"\b(?:several|many|some|various|numerous|others?|number|few|two|three|multiple|dozens?|among|series)\b",
    re.IGNORECASE,
)
_SUPERLATIVE = "first|oldest|newest|largest|biggest|smallest|longest|highest|best"
_OF_ALL = re.compile(rf"\bthe\s+(?P<most>{_SUPERLATIVE})\s+(?:\w+\s+){{0,2}}?(?:in|to)\b", re.IGNORECASE)


def requantified(statement: str, quotes: Sequence[str]) -> bool:
    """Tell whether `statement` says of more than `quotes` do what they say.

    "The debt" is not "a part of the debt", "several" not "only one", and "the first in Europe" not "its first".
    """
    mine, theirs = fold(statement), [fold(quote) for quote in quotes]
    return _whole(mine, theirs) or _several(mine, theirs) or _first(mine, theirs)


def _whole(statement: str, quotes: Sequence[str]) -> bool:
    nouns = {found["noun"] for quote in quotes for found in _PART.finditer(quote)}
    if not nouns or _PARTLY.search(statement):
        return False
    if any(one.unit in ("percent", "share", None) and one.value is not None for one in figures(statement)):
        return False
    return any(re.search(rf"\b(?:the|its|their|her|his)\s+{noun}\b", statement, re.IGNORECASE) for noun in nouns)


def _several(statement: str, quotes: Sequence[str]) -> bool:
    if not _SEVERAL.search(statement):
        return False
    return any(map(_ONE_OR_NONE.search, quotes)) and not any(map(_MANY.search, quotes))


def _first(statement: str, quotes: Sequence[str]) -> bool:
    if (found := _OF_ALL.search(statement)) is None:
        return False
    most = found["most"]
    own = re.compile(rf"\b(?:its|her|his|their|\w+'s?)\s+{most}\b", re.IGNORECASE)
    if own.search(statement) or any(re.search(rf"\b(?:the|an?)\s+{most}\b", quote, re.IGNORECASE) for quote in quotes):
        return False
    return any(map(own.search, quotes))
