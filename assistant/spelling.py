"""Speller: a question's misspelt words, put right by the words of the corpus."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.catalog import Catalog
from assistant.catalog.lexical import FUNCTION_WORDS, stem, words
from assistant.dictionary import english
from assistant.models.embedding import Embedder

_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST, _SHORTEST_NAME = 4, 6
# Two slips in a word only where it is long: short words have too many neighbours.
_LONG, _MOST = 8, 2
_SUBSTITUTED = 2


@dataclass(frozen=True)
class _Found:
    """A word of the question: its span, its text, and its lower-case form without diacritics."""

    start: int
    end: int
    text: str

    @property
    def plain(self) -> str:
        return "".join(words(self.text))


class Speller:
    """Corrects words that neither the corpus, nor English, nor the embedding model's vocabulary knows.

    A capitalised word may be a name, and a name that the corpus lacks must not become one that it holds: it is only
    corrected where a letter is missing, doubled or out of its place, and where it is long.
    """

    def __init__(self, catalog: Catalog, embedder: Embedder) -> None:
        """Correct by the words of `catalog`; what is one token to `embedder` counts as a word too."""
        self._catalog = catalog
        self._embedder = embedder

    def correct(self, question: str) -> str:
        """Return `question` with misspelt words replaced, and with parted ones joined, where the corpus has them."""
        found = [_Found(*match.span(), match.group()) for match in _WORD.finditer(question)]
        tokens = self._embedder.count_tokens([one.plain for one in found]) if found else []
        joined = self._joined(question, found)
        out: list[str] = []
        at = 0
        for place, one in enumerate(found):
            if one.start < at:
                continue
            new, end = joined.get(place), one.end
            if new:
                end = found[place + 1].end
            elif tokens[place] > 1:
                new = self._nearest(one.plain, named=place > 0 and not one.text.islower())
            if new:
                out += [question[at : one.start], new.capitalize() if one.text[0].isupper() else new]
                at = end
        return "".join([*out, question[at:]])

    def _joined(self, question: str, found: Sequence[_Found]) -> dict[int, str]:
        """Return, by the place of its first half, each word of the corpus that stands in two halves it lacks."""
        pairs = {
            i: (one.plain, two.plain)
            for i, (one, two) in enumerate(pairwise(found))
            if question[one.end : two.start] == " "
        }
        stems = {stem(word) for one, two in pairs.values() for word in (one, two, one + two)}
        held = self._catalog.lexical.document_frequency(sorted(stems))
        return {
            i: one + two
            for i, (one, two) in pairs.items()
            if held[stem(one + two)] and not held[stem(one)] and not held[stem(two)]
        }

    def _nearest(self, word: str, *, named: bool) -> str | None:
        """Return the corpus's word that `word` was meant for, None where it is a word or nothing is near enough."""
        if len(word) < (_SHORTEST_NAME if named else _SHORTEST):
            return None
        counts = self._catalog.word_counts()
        if word in counts or english().known([word]):
            return None
        alike = [one for one in {*counts, *FUNCTION_WORDS} if one[0] == word[0] and abs(len(one) - len(word)) <= _MOST]
        most = 1 if named or len(word) < _LONG else _MOST
        near = [one for one, _, _ in process.extract(word, alike, scorer=OSA.distance, score_cutoff=most, limit=None)]
        if named:
            near = [one for one in near if _kind(word, one) < _SUBSTITUTED]
        # The fewest slips, then the likeliest kind of slip, then the word that the articles use most.
        return min(
            near, key=lambda one: (OSA.distance(word, one), _kind(word, one), -counts.get(one, 0), one), default=None
        )


def _kind(word: str, meant: str) -> int:
    """Return what was done to `meant`: 0 letters left out or in another order, 1 letters added, 2 others put."""
    typed, right = Counter(word), Counter(meant)
    if typed <= right:
        return 0
    return 1 if right <= typed else _SUBSTITUTED
