"""Labels: quotes that are only a name, such as items of a list, told of what other quotes say."""

from collections.abc import Sequence

from assistant.catalog.lexical import content_stems
from assistant.verification.wording import in_words_of

_SMALL = frozenset("a an and as at by for from in of on or the to with".split())
_LONGEST = 12


def mislabelled(statement: str, quotes: Sequence[str]) -> bool:
    """Tell whether `statement` has a name from a quote that is nothing but it, beside others that do not name it.

    "Works" as an item of a list says nothing of what another sentence says. Where one leads in to the list, "They
    are:", it does.
    """
    labels = [quote for quote in quotes if _is_label(quote)]
    others = [quote for quote in quotes if not _is_label(quote)]
    if not labels or not others or any(quote.rstrip().endswith(":") for quote in others):
        return False
    said = frozenset(content_stems(in_words_of(statement, " ".join(quotes))))
    told = frozenset(stem for quote in others for stem in content_stems(quote))
    return any((said & frozenset(content_stems(label))) - told for label in labels)


def _is_label(quote: str) -> bool:
    """Tell whether all words but small ones are capitalised, and no mark ends a sentence or parts cells."""
    words = quote.split()
    if not 0 < len(words) <= _LONGEST or "|" in words or quote.rstrip()[-1] in ".!?:;":
        return False
    return all(word in _SMALL or not word.lstrip("\"'“‘(")[:1].islower() for word in words)
