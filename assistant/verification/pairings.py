"""Pairings: two figures of a statement, each told of what the quote tells the other of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.catalog.lexical import FUNCTION_WORDS, words
from assistant.verification.folding import fold
from assistant.verification.lemmas import lemma
from assistant.verification.quantities import Figure, figures

_CUT = re.compile(
    r",(?!\d)|[;:|]|\.(?=\s|$)|\b(?:and|but|while|whereas|against|compared|versus|from|than|until|then|or|nor)\b",
    re.IGNORECASE,
)
# What is counted tells nothing of whose figure it is: "1,900 seats".
_COUNTED = re.compile(r"[\s-]+[a-z]+s\b")
_PAIR = 2


@dataclass(frozen=True)
class _Told:
    """A figure that stands alone in its part of a text, with the words of matter of that part."""

    figure: Figure
    matter: frozenset[str]


def crossed(statement: str, quotes: Sequence[str]) -> tuple[str, ...]:
    """Return the figures of `statement`, as written there, that have changed places with another one of a quote.

    "12 days for cars, 30 for lorries" where the quote has 30 for cars and 12 for lorries: what stands beside the one
    there stands beside the other here, more of it than stays.
    """
    mine = _told(statement)
    if len(mine) < _PAIR:
        return ()
    for quote in quotes:
        theirs = _told(quote) if "|" not in quote else ()
        for at, one in enumerate(mine):
            for two in mine[at + 1 :]:
                if not _equal(one.figure, two.figure) and _exchanged(one, two, theirs):
                    return one.figure.text, two.figure.text
    return ()


def _exchanged(one: _Told, two: _Told, theirs: Sequence[_Told]) -> bool:
    first = [other.matter for other in theirs if _equal(one.figure, other.figure)]
    second = [other.matter for other in theirs if _equal(two.figure, other.figure)]
    if len(first) != 1 or len(second) != 1:
        return False
    mine, other = one.matter - two.matter, two.matter - one.matter
    their_first, their_second = first[0] - second[0], second[0] - first[0]
    gone, come = mine & their_second, other & their_first
    return bool(gone and come) and len(gone) + len(come) > len((mine & their_first) | (other & their_second))


def _equal(one: Figure, other: Figure) -> bool:
    return one.value == other.value and (one.unit == other.unit or None in (one.unit, other.unit))


@lru_cache(maxsize=500)
def _told(text: str) -> tuple[_Told, ...]:
    """Return the figures of a text that stand alone between two commas, conjunctions or ends."""
    plain, found = fold(text), figures(text)
    if len(found) < _PAIR:
        return ()
    cuts = (match.start() for match in _CUT.finditer(plain))
    cuts = (cut for cut in cuts if not any(one.start <= cut < one.end for one in found))
    out, start = [], 0
    for end in (*cuts, len(plain)):
        here = [one for one in found if start <= one.start < end]
        if len(here) == 1 and here[0].value is not None and here[0].upper is None and here[0].unit != "times":
            at = _counted_end(plain, here[0])
            rest = words(f"{plain[start : here[0].start]} {plain[at : max(end, at)]}")
            out.append(_Told(here[0], frozenset(lemma(word) for word in rest if word not in FUNCTION_WORDS)))
        start = end
    return tuple(out)


def _counted_end(text: str, one: Figure) -> int:
    """Return where a figure ends, with the noun that it counts."""
    found = _COUNTED.match(text, one.end) if one.unit is None else None
    return found.end() if found else one.end
