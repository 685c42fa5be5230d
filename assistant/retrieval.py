"""Retriever: dense and lexical search, fused by scores, near-copies folded into one."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from assistant.catalog import Catalog, Cluster, StoredPassage
from assistant.catalog.lexical import words
from assistant.catalog.resemblance import NEAR_COPY, differ, resemblance, shingles
from assistant.errors import IndexFailure
from assistant.index import CatalogSearch, NeighbourSearch
from assistant.models.embedding import Embedder, ModelIdentity, Vectors
from assistant.types import Filters, Hit

Setting = str | int | float | bool | None
Scores = NDArray[np.float64]

_POOL = 60
# Of the near-copies of one text that tell the same figures and names so many have a place; of those that tell others,
# as the reports of a series do, so many or half of all places, if that is more, before what is not like them.
_NEAR_COPIES, _VARIANTS = 2, 3
# How much further a search looks where what it found were copies of one another.
_FURTHER = 4
# Up to so many passages (30 MB of vectors, a millisecond or two) all are compared: an approximate index, filled by
# several threads, would find a little different neighbours in every process.
EXACT_UP_TO = 20_000
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

    def over(self, catalog: Catalog) -> Self:
        """Return the same search over another view of the catalog."""
        other = copy(self)
        other._catalog = catalog
        return other

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
        allowed = None if filters.empty and not self._catalog.hides() else self._catalog.matching(filters)
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
        return fold_copies(hits, limit, self._catalog.clusters())

    def _context_weights(self, count: int) -> list[float]:
        return [self._context_weight * _DECAY**i for i in range(count)]

    def _search(self, text: str, filters: Filters, pool: int, allowed: Sequence[str] | None) -> _Search:
        vector = self._embedder.embed_questions([text])[0]
        lexical = self._distinct(lambda limit: self._catalog.lexical.search(text, filters, limit), pool)
        dense = self._distinct(lambda limit: self._neighbours(vector, limit, allowed), pool)
        return _Search(text, vector, [one for one, _ in dense], dict(lexical))

    def _distinct(self, find: Callable[[int], list[tuple[str, float]]], pool: int) -> list[tuple[str, float]]:
        """Return what `find` finds first, of at least `pool` clusters where there are as many.

        Of near-copies the first are among them, as `fold_copies` keeps them, and the oldest.
        """
        clusters = self._catalog.clusters()
        limit = pool
        while True:
            found = find(limit)
            kept, distinct = _thinned(found, clusters, pool)
            if distinct >= pool or len(found) < limit:
                return kept
            limit *= _FURTHER

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

    def _neighbours(self, vector: Vectors, limit: int, allowed: Sequence[str] | None) -> list[tuple[str, float]]:
        search = self._exact if self._catalog.whole.passage_count() <= self._exact_up_to else self._index
        try:
            return search.query(vector, limit, allowed)
        except IndexFailure:
            # The catalog holds the same vectors: slower over many passages, never wrong. `doctor` reports the index.
            return self._exact.query(vector, limit, allowed)


def fold_copies(hits: Sequence[Hit], limit: int, clusters: Mapping[str, Cluster] | None = None) -> list[Hit]:
    """Return the first `limit` hits that are no copies of one before, which names them in `copies`.

    Texts of the same words are copies. Of those that resemble each other by 0.7, or are in one of `clusters`, and
    differ in no figure or name two stay. One that tells another figure or name is never a copy: where enough like it
    have a place, it comes after all that is not like them. The oldest of a cluster has a place next to the first of
    it that has one, and is no copy but of its very words, for which it then stands itself.
    """
    own = clusters or {}
    most = max(_VARIANTS, limit // 2)
    kept: list[_Kept] = []
    later: list[_Kept] = []
    for hit in _with_oldest(hits, own):
        place = own.get(hit.id)
        one = _Kept(hit, place.key if place else None, place is not None and place.oldest)
        near = [other for other in (*kept, *later) if other.resembles(one)]
        told = [other for other in near if not differ(hit.text, other.hit.text)]
        group = near[0].group if near else one.group
        crowd = sum(other.group is group for other in kept)
        same = next((other for other in told if other.words == one.words), None)
        if same is None and told and not one.oldest and (len(told) >= _NEAR_COPIES or crowd >= most):
            same = told[0]
        if same is not None:
            same.take(one)
        elif near and crowd >= most and not one.oldest:
            one.group = group
            later.append(one)
        elif len(kept) == limit:
            break
        else:
            one.group = group
            kept.append(one)
    return [one.hit for one in (*kept, *later)][:limit]


class _Kept:
    """A hit that has a place, and the texts that are like it."""

    def __init__(self, hit: Hit, cluster: int | None, oldest: bool) -> None:
        self.hit, self.cluster, self.oldest = hit, cluster, oldest
        self.words = words(hit.text)
        self._shingles = shingles(hit.text)
        # The same object for all that are near-copies of one text.
        self.group = object()

    def resembles(self, other: "_Kept") -> bool:
        """Tell whether the two are near-copies."""
        if self.cluster is not None and self.cluster == other.cluster:
            return True
        return resemblance(self._shingles, other._shingles) >= NEAR_COPY

    def take(self, other: "_Kept") -> None:
        """Count `other` among the copies; of the same words that are older, be one of theirs."""
        if other.oldest and not self.oldest:
            copies = (self.hit.id, *self.hit.copies)
            self.hit, self.oldest = other.hit.model_copy(update={"copies": copies}), True
        else:
            self.hit = self.hit.model_copy(update={"copies": (*self.hit.copies, other.hit.id)})


def _with_oldest(hits: Sequence[Hit], clusters: Mapping[str, Cluster]) -> list[Hit]:
    """Return `hits` with the oldest of each cluster right after the first of it."""
    oldest = {place.key: hit for hit in hits if (place := clusters.get(hit.id)) is not None and place.oldest}
    order: dict[str, Hit] = {}
    for hit in hits:
        place = clusters.get(hit.id)
        order.setdefault(hit.id, hit)
        if place is not None and place.key in oldest:
            order.setdefault(oldest[place.key].id, oldest[place.key])
    return list(order.values())


def _thinned(
    found: Sequence[tuple[str, float]], clusters: Mapping[str, Cluster], pool: int
) -> tuple[list[tuple[str, float]], int]:
    """Return what of `found` is no copy of what stands before it, up to `pool` clusters, and how many those are.

    The oldest of a cluster is among them, and variants up to half of `pool`.
    """
    kept: list[tuple[str, float]] = []
    variants: dict[int, list[int]] = {}
    distinct = 0
    for one in found:
        cluster = clusters.get(one[0])
        told = variants.setdefault(cluster.key, []) if cluster else []
        if not told:
            if distinct == pool:
                continue
            distinct += 1
        if cluster is not None:
            full = told.count(cluster.variant) >= _NEAR_COPIES or len(told) >= pool // 2
            if full and not cluster.oldest:
                continue
            told.append(cluster.variant)
        kept.append(one)
    return kept, distinct


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
