"""BM25 in memory (Robertson and Zaragoza 2009), to find passages that look like an answer."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import snowballstemmer

from assistant.models.reader.inputs import words

_K1, _B = 1.2, 0.75
_COMMON = 0.2


class Stemmer:
    """English stems of words, remembered."""

    def __init__(self) -> None:
        self._stemmer = snowballstemmer.stemmer("english")
        self._known: dict[str, str] = {}

    def stems(self, text: str) -> list[str]:
        """Return the stem of every word of `text`, in order."""
        return [self._known.get(w) or self._known.setdefault(w, self._stemmer.stemWord(w)) for w in words(text)]


class Bm25:
    """An index over texts, asked for the best few."""

    def __init__(self, texts: Sequence[str], stemmer: Stemmer) -> None:
        self._stemmer = stemmer
        self._size = len(texts)
        counts = [Counter(stemmer.stems(text)) for text in texts]
        lengths = np.array([sum(c.values()) for c in counts], dtype=np.float32)
        norms = _K1 * (1 - _B + _B * lengths / max(float(lengths.mean()) if self._size else 1.0, 1.0))
        postings: dict[str, tuple[list[int], list[int]]] = {}
        for document, count in enumerate(counts):
            for term, times in count.items():
                ids, frequencies = postings.setdefault(term, ([], []))
                ids.append(document)
                frequencies.append(times)
        self._postings = {}
        for term, (ids, frequencies) in postings.items():
            if len(ids) > max(_COMMON * self._size, 20):
                continue
            idf = math.log(1 + (self._size - len(ids) + 0.5) / (len(ids) + 0.5))
            which, tf = np.array(ids, dtype=np.int32), np.array(frequencies, dtype=np.float32)
            self._postings[term] = (which, idf * tf * (_K1 + 1) / (tf + norms[which]))

    def best(self, query: str, most: int) -> list[int]:
        """Return up to `most` indices of texts that share a term with `query`, best first, ties by index."""
        scores = np.zeros(self._size, dtype=np.float32)
        for term in sorted(set(self._stemmer.stems(query))):
            if term in self._postings:
                ids, weights = self._postings[term]
                scores[ids] += weights
        order = np.argsort(-scores, kind="stable")[:most]
        return [int(i) for i in order if scores[i] > 0]
