"""Swaps: a quote's own sentence, but for a term that stands in another quote."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from assistant.catalog.lexical import content_stems
from assistant.verification.wording import in_words_of

# How many stems a term has, that which it stands for, and at the least the rest of the statement. By these 0.3 percent
# of the right and 21 percent of the wrong statements about several sentences of models/entailment/written are swapped.
_TERM, _REPLACED, _REST = 2, 5, 3


def swapped(statement: str, quotes: Sequence[str]) -> bool:
    """Tell whether `statement` says what a quote does but for a term of another quote that lacks what it replaces.

    "Tin is listed under new materials" beside "Tin is listed under metals" and "New materials, among them graphite".
    Each quote says something else; together they do not say what the statement does.
    """
    held = [content_stems(quote) for quote in quotes]
    for quote, stems in zip(quotes, held, strict=True):
        found = _replaced(content_stems(in_words_of(statement, quote)), stems)
        if found is None:
            continue
        term, own = map(set, found)
        if any(term < set(other) and own.isdisjoint(other) for other in held):
            return True
    return False


def _replaced(stated: Sequence[str], said: Sequence[str]) -> tuple[Sequence[str], Sequence[str]] | None:
    """Return the only stems of a statement that a quote does not say, and those that it says in their place."""
    matcher = SequenceMatcher(None, stated, said, autojunk=False)
    changes = [one for one in matcher.get_opcodes() if one[0] in ("replace", "delete")]
    if len(changes) != 1 or changes[0][0] == "delete":
        return None
    _, first, after, begin, end = changes[0]
    if after - first > _TERM or end - begin > _REPLACED or len(stated) - (after - first) < _REST:
        return None
    return stated[first:after], said[begin:end]
