"""Balance: written questions drawn so that wording does not give away whether a passage answers them.

Who writes questions that a passage answers and such as it only seems to answer leaves traces: search-box questions all
of whose words stand in the passage are answered, full questions in its words are not. A network learns that first.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.models.reader.bm25 import Stemmer
from assistant.models.reader.data.items import Item

_BINS = 10
# Shorter words are seldom what is asked about.
_SHORT = 3
_MOST = 2

# Whether a question is worded as in a search box, and how many tenths of its words stand in the passage.
Manner = tuple[bool, int]


def balanced(items: Sequence[Item], rng: random.Random) -> list[Item]:
    """Return `items` with those questions of one manner left out, at random, of which there are too many.

    Of each manner there are then as many that the passage answers as that it does not. Questions that it does not
    answer go to the items that are left of the passage, two each at most.
    """
    stemmer = Stemmer()
    asked = [manner(item.question, item, stemmer) for item in items]
    unasked = [[manner(question, item, stemmer) for question in item.impossible] for item in items]
    right, wrong = Counter(asked), Counter(one for some in unasked for one in some)
    drawn: dict[int, tuple[list[Item], list[str]]] = defaultdict(lambda: ([], []))
    for item, how, others in zip(items, asked, unasked, strict=True):
        kept, questions = drawn[id(item.passage)]
        if rng.random() * right[how] <= wrong[how]:
            kept.append(item)
        questions += [
            question
            for question, other in zip(item.impossible, others, strict=True)
            if rng.random() * wrong[other] <= right[other]
        ]
    return [item for kept, questions in drawn.values() for item in _shared_out(kept, questions)]


def manner(question: str, item: Item, stemmer: Stemmer) -> Manner:
    """Return how `question` is worded, beside the passage of `item`."""
    held = frozenset(stemmer.stems(f"{item.passage.title} {item.passage.text}"))
    stems = {stem for stem in stemmer.stems(question) if len(stem) > _SHORT or stem.isdigit()}
    shared = len(stems & held) / max(1, len(stems))
    return question[:1].islower() or not question.endswith("?"), min(_BINS - 1, int(shared * _BINS))


def _shared_out(items: Sequence[Item], questions: Sequence[str]) -> Iterator[Item]:
    for place, item in enumerate(items):
        yield replace(item, impossible=tuple(questions[place :: len(items)][:_MOST]))
