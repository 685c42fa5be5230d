"""Retriever: dense and lexical search, fused by scores, near-copies folded into one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.catalog import Catalog, StoredPassage
from assistant.errors import IndexFailure
from assistant.index import CatalogSearch, NeighbourSearch
from assistant.models.embedding import Embedder, ModelIdentity, Vectors
from assistant.types import Filters, Hit

Setting = str | int | float | bool | None
Scores = NDArray[np.float64]

_POOL = 60
# Resemblance from which two passages count as copies of one text: one word in 150 may differ.
_COPY = 0.93
_SHINGLE = 5
# Up to so many passages (30 MB of vectors, a millisecond or two) all are compared: an approximate index, filled by
# several threads, would find a little different neighbours in every process.
EXACT_UP_TO = 20_000
_WORD = re.compile(r"\w+")


# What a text of the context weighs of the one before it.
_DECAY = 0.6


class Retriever(Protocol):
    """Finds the passages that a question is about."""

    @property
    def identity(self) -> ModelIdentity:
        """The embedding model behind it."""
        ...

    @property
    def settings(self) -> dict[str, Setting]:
        """What its ranking depends on besides the corpus and the model."""
        ...

    def retrieve(self, question: str, filters: Filters, limit: int, context: Sequence[str] = ()) -> list[Hit]:
        """Return at most `limit` hits of the articles that pass `filters`, best first.

        `context`: texts that the question is to be understood by, which weigh less than itself, the first the most.
        Raises NotFoundError for a filter on an article that does not exist.
        """
        ...


@dataclass(frozen=True)
class _Search:
    """What both searches found for one text: passage ids by cosine, BM25 by passage id."""

    text: str
    vector: Vectors
    dense: list[str]
    lexical: dict[str, float]


class HybridRetriever:
    """Sum of standardised dense, lexical and best-sentence scores over the candidates of both searches.

    Scores fuse better than ranks (reciprocal rank fusion, Cormack et al. 2009) here, and either beats dense alone;
    `python -m bench.fit_similarity` prints what share of the gold characters the first passages hold.
    """

    def __init__(
        self,
        catalog: Catalog,
        index: NeighbourSearch | None,
        embedder: Embedder,
        *,
        lexical_weight: float = 0.9,
        sentence_weight: float = 0.5,
        context_weight: float = 0.5,
        exact_up_to: int = EXACT_UP_TO,
    ) -> None:
        """Search `catalog` and `index`.

        The catalog's own vectors are searched instead, every one of them, while there are at most `exact_up_to`, and
        where there is no index or it breaks.
        """
        self._catalog = catalog
        self._exact = CatalogSearch(catalog)
        self._index = index or self._exact
        self._embedder = embedder
        self._lexical_weight = lexical_weight
        self._sentence_weight = sentence_weight
        self._context_weight = context_weight
        self._exact_up_to = exact_up_to

    @property
    def identity(self) -> ModelIdentity:
        """The embedding model."""
        return self._embedder.identity

    @property
    def settings(self) -> dict[str, Setting]:
        """The weights."""
        return {"lexical_weight": self._lexical_weight, "sentence_weight": self._sentence_weight}

    def retrieve(self, question: str, filters: Filters, limit: int, context: Sequence[str] = ()) -> list[Hit]:
        """Return at most `limit` hits, best first, near-copies folded into the best of them.

        The scores of a hit are those of the question, but for `score`: with `context` it is the weighted mean of what
        each text scores over the candidates of all.
        """
        allowed = None if filters.empty else self._catalog.matching(filters)
        pool = max(_POOL, 4 * limit)
        searches = [self._search(text, filters, pool, allowed) for text in (question, *context)]
        found = dict.fromkeys(one for search in searches for one in (*search.dense, *search.lexical))
        stored = self._catalog.stored(list(found))
        candidates = sorted(stored)
        if not candidates:
            return []
        fused, cosines, bm25 = self._score(searches[0], stored, candidates)
        for search, weight in zip(searches[1:], self._context_weights(len(context)), strict=True):
            fused = fused + weight * self._score(search, stored, candidates)[0]
        if context:
            fused = fused / (1.0 + sum(self._context_weights(len(context))))
        dense, lexical_found = searches[0].dense, bm25 > 0
        order = sorted(range(len(candidates)), key=lambda i: (-fused[i], candidates[i]))
        dense_rank, lexical_rank = _ranks(cosines, candidates), _ranks(bm25, candidates)
        hits = [
            _hit(
                stored[candidates[i]],
                score=float(fused[i]),
                dense_rank=dense_rank[i] if candidates[i] in dense else None,
                dense_score=float(cosines[i]),
                lexical_rank=lexical_rank[i] if lexical_found[i] else None,
                lexical_score=float(bm25[i]),
            )
            for i in order
        ]
        return fold_copies(hits, limit)

    def _context_weights(self, count: int) -> list[float]:
        return [self._context_weight * _DECAY**i for i in range(count)]

    def _search(self, text: str, filters: Filters, pool: int, allowed: Sequence[str] | None) -> _Search:
        vector = self._embedder.embed_questions([text])[0]
        lexical = dict(self._catalog.lexical.search(text, filters, pool))
        return _Search(text, vector, self._neighbours(vector, pool, allowed), lexical)

    def _score(
        self, search: _Search, stored: Mapping[str, StoredPassage], candidates: Sequence[str]
    ) -> tuple[Scores, Scores, Scores]:
        """Return what the candidates score for one text: fused, cosine, BM25."""
        vector, lexical = search.vector, dict(search.lexical)
        if missing := [one for one in candidates if one not in lexical]:
            lexical |= self._catalog.lexical.scores(search.text, missing)
        cosines = np.array([float(vector @ stored[one].vector) for one in candidates])
        bm25 = np.array([lexical.get(one, 0.0) for one in candidates])
        sentences = np.array([float((stored[one].sentence_vectors @ vector).max(initial=-1.0)) for one in candidates])
        fused = (
            _standardise(cosines)
            + self._lexical_weight * _standardise(bm25)
            + self._sentence_weight * _standardise(sentences)
        )
        return fused, cosines, bm25

    def _neighbours(self, vector: Vectors, limit: int, allowed: Sequence[str] | None) -> list[str]:
        search = self._exact if self._catalog.passage_count() <= self._exact_up_to else self._index
        try:
            found = search.query(vector, limit, allowed)
        except IndexFailure:
            # The catalog holds the same vectors: slower over many passages, never wrong. `doctor` reports the index.
            found = self._exact.query(vector, limit, allowed)
        return [one for one, _ in found]


def fold_copies(hits: Sequence[Hit], limit: int) -> list[Hit]:
    """Return the first `limit` hits that are no near-copies of a better one, which names them in `copies`.

    Two passages are near-copies when their sets of 5-word runs resemble each other (Broder 1997) by 0.93 or more.
    """
    kept: list[Hit] = []
    runs: list[frozenset[tuple[str, ...]]] = []
    for hit in hits:
        mine = _shingles(hit.text)
        for i, other in enumerate(runs):
            if len(mine & other) >= _COPY * len(mine | other):
                kept[i] = kept[i].model_copy(update={"copies": (*kept[i].copies, hit.id)})
                break
        else:
            if len(kept) == limit:
                break
            kept.append(hit)
            runs.append(mine)
    return kept


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    found = _WORD.findall(text.lower())
    return frozenset(tuple(found[i : i + _SHINGLE]) for i in range(max(len(found) - _SHINGLE + 1, 1)))


def _standardise(scores: Scores) -> Scores:
    spread = float(scores.std())
    return (scores - scores.mean()) / spread if spread > 1e-9 else np.zeros_like(scores)


def _ranks(scores: Scores, names: Sequence[str]) -> list[int]:
    order = sorted(range(len(names)), key=lambda i: (-scores[i], names[i]))
    ranks = [0] * len(names)
    for rank, i in enumerate(order, start=1):
        ranks[i] = rank
    return ranks


def _hit(stored: StoredPassage, **scores: float | int | None) -> Hit:
    article = stored.article
    return Hit.model_validate(
        {
            **dict(stored.passage),
            **scores,
            "sha256": article.sha256,
            "title": article.title,
            "publisher": article.publisher,
            "published": article.published,
            "url": article.url,
        }
    )
