"""Balance: what was written to learn from, drawn so that wording does not give away what the meaning ought to tell.

Who writes questions that a passage answers and such as it only seems to answer leaves traces: search-box questions all
of whose words stand in the passage are answered, full questions in its words are not. A network learns that first. So
as many of either are drawn of those that are worded alike (after Schuster et al. 2019).
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from assistant.models.reader.bm25 import Stemmer
from assistant.models.reader.data.items import Item

_BINS = 10
# Shorter words are seldom what is asked about.
_SHORT = 3
_MOST = 2

# Whether a question is worded as in a search box, and how many tenths of its words stand in the passage.
Manner = tuple[bool, int]


def tenths(own: AbstractSet[str], held: AbstractSet[str]) -> int:
    """Return how many tenths of the words `own` stand in `held`: 0 to 9, all of them being 9."""
    return min(_BINS - 1, len(own & held) * _BINS // max(1, len(own)))


def drawn(alike: int, counterparts: int, rng: random.Random) -> bool:
    """Tell by lot whether one of `alike` is drawn, so that of each kind as many are as of the smaller one."""
    return rng.random() * alike <= counterparts


def balanced(items: Sequence[Item], rng: random.Random) -> list[Item]:
    """Return `items` with those questions of one manner left out, at random, of which there are too many.

    Of each manner there are then as many that the passage answers as that it does not. Questions that it does not
    answer go to the items that are left of the passage, two each at most.
    """
    stemmer = Stemmer()
    held: dict[int, frozenset[str]] = {}
    for item in items:
        if id(item.passage) not in held:
            held[id(item.passage)] = frozenset(stemmer.stems(f"{item.passage.title} {item.passage.text}"))
    asked = [manner(item.question, held[id(item.passage)], stemmer) for item in items]
    unasked = [[manner(one, held[id(item.passage)], stemmer) for one in item.impossible] for item in items]
    right, wrong = Counter(asked), Counter(one for some in unasked for one in some)
    left: dict[int, tuple[list[Item], list[str]]] = defaultdict(lambda: ([], []))
    for item, how, others in zip(items, asked, unasked, strict=True):
        kept, questions = left[id(item.passage)]
        if drawn(right[how], wrong[how], rng):
            kept.append(item)
        questions += [
            question
            for question, other in zip(item.impossible, others, strict=True)
            if drawn(wrong[other], right[other], rng)
        ]
    return [item for kept, questions in left.values() for item in _shared_out(kept, questions)]


def manner(question: str, held: AbstractSet[str], stemmer: Stemmer) -> Manner:
    """Return how `question` is worded, beside a passage with the stems `held`."""
    own = {stem for stem in stemmer.stems(question) if len(stem) > _SHORT or stem.isdigit()}
    return question[:1].islower() or not question.endswith("?"), tenths(own, held)


def _shared_out(items: Sequence[Item], questions: Sequence[str]) -> Iterator[Item]:
    for place, item in enumerate(items):
        yield replace(item, impossible=tuple(questions[place :: len(items)][:_MOST]))
