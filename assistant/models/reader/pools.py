"""Passages to draw negatives from: those that share words with a question, and those that mean something alike."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.models.reader.bm25 import Bm25, Stemmer
from assistant.models.reader.data.items import Passage

Vectors = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]
"""Takes N texts, returns unit vectors of shape (N, dimension)."""


class Pool:
    """Passages of one set or of sets alike, indexed by words and, with `embed`, by meaning."""

    def __init__(self, passages: Sequence[Passage], stemmer: Stemmer, embed: Embed | None = None) -> None:
        """Index `passages`, each text once."""
        self.passages = list({p.text: p for p in passages}.values())
        texts = [f"{p.title} {p.text}" for p in self.passages]
        self._index = Bm25(texts, stemmer)
        self._vectors = embed(texts) if embed else None

    def best(self, question: str, vector: Vectors | None, most: int) -> list[Passage]:
        """Return up to `most` passages by BM25 and as many by cosine, in turns, each once."""
        by_words = self._index.best(question, most)
        by_meaning: list[int] = []
        if self._vectors is not None and vector is not None:
            cosines = self._vectors @ vector
            nearest = np.argpartition(-cosines, min(most, len(cosines) - 1))[:most]
            by_meaning = [int(i) for i in nearest[np.argsort(-cosines[nearest], kind="stable")]]
        turns = [i for pair in zip(by_words, by_meaning, strict=False) for i in pair]
        turns += by_words[len(by_meaning) :] + by_meaning[len(by_words) :]
        return [self.passages[i] for i in dict.fromkeys(turns)]
