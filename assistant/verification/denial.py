"""Denial: a sentence that says the contrary of a statement in its own words."""

from collections.abc import Iterable

from assistant.catalog.lexical import content_stems
from assistant.verification.negation import flipped

# The share of a statement's words that a sentence has which speaks of the very same.
_NEAR = 0.8


def denied(statement: str, sentences: Iterable[str]) -> bool:
    """Tell whether of `sentences` those that have nearly all words of `statement` all deny it, and there are any.

    What other sentences seem to say then counts for nothing: "were unable to tour the base" beside "toured the base",
    whatever else tells of the base. Where another sentence of nearly the same words does not deny it, the articles
    disagree, and the statement may be the word of one of them.
    """
    own = frozenset(content_stems(statement))
    if not own:
        return False
    near = [one for one in sentences if len(own.intersection(content_stems(one))) >= _NEAR * len(own)]
    return bool(near) and all(flipped(statement, [one]) for one in near)
