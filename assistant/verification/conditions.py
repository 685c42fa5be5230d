"""Conditions: what a quote says holds only under one, told as if it held anyway, or under a wider one."""

import re
from collections.abc import Sequence

from assistant.catalog.lexical import FUNCTION_WORDS, words
from assistant.verification.clauses import clauses
from assistant.verification.folding import fold
from assistant.verification.lemmas import lemma
from assistant.verification.quantities import figures

_CONDITION = re.compile(
    r"\b(?:only if|if|unless|provided that|subject to|on (?:the )?condition(?: that)?|"
    r"(?<!twice )(?<!times )(?<!half )(?<!just )(?:as|so) long as)\b",
    re.IGNORECASE,
)
# A statement with any of these tells a condition in other words, or a mere possibility.
_CONDITIONAL = re.compile(
    r"\b(?:if|unless|provid\w*|subject|condition\w*|depend\w*|when\w*|where\w*|with|without|until|except\w*|after|once|"
    r"approv\w*|otherwise|long as|in case|in the event|contingent|those|who|whose|only|whether|could|would|might|can|"
    r"should|allow\w*|decid\w*|(?:is|are|was|were) to|must|need\w*|requir\w*|hypoth\w*|but|bar|save)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"\b(?:if|unless|until|where|when|provided|once)\b(?P<said>[^;:|]*)", re.IGNORECASE)
_PARTS = re.compile(r"[;:]")
_FRONT = 10
_FEW = 2


def unconditioned(statement: str, quotes: Sequence[str]) -> bool:
    """Tell whether `statement` drops the condition of what it says, or the bound in that condition.

    "Only if bottled water is free" may not go, nor may "more than 2 percent" of "if it holds more than 2 percent salt".
    """
    text, theirs = fold(statement), [fold(quote) for quote in quotes]
    if not any(map(_CLAUSE.search, theirs)) and not any(map(_CONDITION.search, theirs)):
        return False
    return _dropped(text, theirs) or _widened(text, theirs)


def _dropped(statement: str, quotes: Sequence[str]) -> bool:
    if _CONDITIONAL.search(statement):
        return False
    own = clauses(statement)
    for quote in quotes:
        if (found := _CONDITION.search(quote)) is None:
            continue
        _, _, behind = quote.partition(",")
        main = quote[: found.start()] if found.start() > _FRONT else behind
        held = _matter(_PARTS.split(main)[-1])
        told = sum(one.stem in held for one in own.terms)
        if held and len(held & own.stems) * 2 >= len(held) and told * 3 >= len(own.terms) * 2:
            return True
    return False


def _widened(statement: str, quotes: Sequence[str]) -> bool:
    own = _CLAUSE.search(statement)
    if own is None or figures(own["said"]):
        return False
    said = _matter(own["said"])
    return any(
        len(said & _matter(found["said"])) >= _FEW and any(one.comparator for one in figures(found["said"]))
        for quote in quotes
        if (found := _CLAUSE.search(quote))
    )


def _matter(text: str) -> frozenset[str]:
    return frozenset(lemma(word) for word in words(text) if word not in FUNCTION_WORDS)
