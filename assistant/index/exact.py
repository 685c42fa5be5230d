"""Neighbours by exhaustive search, over vectors held in memory."""

import threading
from collections.abc import Sequence

import numpy as np

from assistant.catalog import Catalog
from assistant.models.embedding import Vectors


class ExactIndex:
    """`NeighbourIndex` in memory by exhaustive search: for tests, and for corpora that are not kept."""

    def __init__(self) -> None:
        """Start empty."""
        self._rows: dict[str, tuple[str, Vectors]] = {}

    def ids(self) -> set[str]:
        """Return the ids of all vectors."""
        return set(self._rows)

    def upsert(self, ids: Sequence[str], article_ids: Sequence[str], vectors: Vectors) -> None:
        """Add or replace vectors."""
        self._rows |= {i: (a, v) for i, a, v in zip(ids, article_ids, vectors, strict=True)}

    def delete(self, ids: Sequence[str]) -> None:
        """Remove vectors."""
        for one in ids:
            self._rows.pop(one, None)

    def query(self, vector: Vectors, limit: int, article_ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Return the nearest of the named articles, or of all."""
        among = [(i, v) for i, (a, v) in self._rows.items() if article_ids is None or a in set(article_ids)]
        scored = [(i, float(np.dot(vector, v))) for i, v in among]
        return sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def clear(self) -> None:
        """Remove every vector."""
        self._rows.clear()


class CatalogSearch:
    """`NeighbourSearch` by exhaustive search over the catalog's own vectors, kept in memory until the catalog changes.

    It needs no index: where Chroma is broken, and where opening Chroma (1 s) would take longer than one search does.
    """

    def __init__(self, catalog: Catalog) -> None:
        """Search `catalog`."""
        self._catalog = catalog
        self._lock = threading.Lock()
        self._loaded: tuple[int, list[str], list[str], Vectors] | None = None

    def query(self, vector: Vectors, limit: int, article_ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Return the nearest of the named articles, or of all."""
        ids, owners, matrix = self._vectors()
        if not ids:
            return []
        cosines = matrix @ vector
        if article_ids is not None:
            wanted = set(article_ids)
            cosines = np.where([owner in wanted for owner in owners], cosines, -np.inf)
        order = np.argsort(-cosines, kind="stable")[:limit]
        return [(ids[i], float(cosines[i])) for i in order if np.isfinite(cosines[i])]

    def _vectors(self) -> tuple[list[str], list[str], Vectors]:
        with self._lock, self._catalog.reading():
            generation = self._catalog.generation()
            if self._loaded is None or self._loaded[0] != generation:
                batches = list(self._catalog.vectors(sorted(self._catalog.passage_ids())))
                ids = [one for batch in batches for one in batch[0]]
                owners = [one for batch in batches for one in batch[1]]
                matrix = np.concatenate([batch[2] for batch in batches]) if batches else np.zeros((0, 0), np.float32)
                self._loaded = (generation, ids, owners, matrix)
            return self._loaded[1:]
