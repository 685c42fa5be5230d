"""NeighbourIndex: what every index of vectors does, and how one is brought into step with the catalog."""

from collections.abc import Callable, Sequence
from typing import Protocol

from assistant.catalog import Catalog
from assistant.models.embedding import Vectors


class NeighbourSearch(Protocol):
    """Finds the passages whose vectors are nearest. Raises IndexFailure when it is broken."""

    def query(self, vector: Vectors, limit: int, article_ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Return at most `limit` (id, cosine in [-1, 1]), nearest first, of the named articles or of all."""
        ...


class NeighbourIndex(NeighbourSearch, Protocol):
    """Unit vectors by passage id, searched by cosine. Every method raises IndexFailure when the index is broken."""

    def ids(self) -> set[str]:
        """Return the ids of all vectors."""
        ...

    def upsert(self, ids: Sequence[str], article_ids: Sequence[str], vectors: Vectors) -> None:
        """Add vectors, shape (len(ids), dimension), or replace those whose ids are there."""
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Remove vectors; ids that are not there are ignored."""
        ...

    def clear(self) -> None:
        """Remove every vector."""
        ...


def synchronise(catalog: Catalog, index: NeighbourIndex, progress: Callable[[int, int], None] | None = None) -> int:
    """Make `index` hold exactly the catalog's vectors; return how many were added or removed.

    `progress` is called with (done, total) vectors.
    """
    wanted, found = catalog.passage_ids(), index.ids()
    if surplus := sorted(found - wanted):
        index.delete(surplus)
    missing = sorted(wanted - found)
    done = 0
    for ids, article_ids, vectors in catalog.vectors(missing):
        index.upsert(ids, article_ids, vectors)
        done += len(ids)
        if progress:
            progress(done, len(missing))
    return len(surplus) + len(missing)
