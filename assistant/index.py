"""Nearest neighbours: a copy of the catalog's vectors in Chroma, which can be thrown away. The only chromadb user."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from assistant.catalog import Catalog
from assistant.errors import IndexFailure
from assistant.models.embedding import ModelIdentity, Vectors

_COLLECTION = "passages"
_CLEAN = "clean"
_PROBE_SECONDS = 30
_FETCH = 5000


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
        with self._lock:
            generation = self._catalog.generation()
            if self._loaded is None or self._loaded[0] != generation:
                batches = list(self._catalog.vectors(sorted(self._catalog.passage_ids())))
                ids = [one for batch in batches for one in batch[0]]
                owners = [one for batch in batches for one in batch[1]]
                matrix = np.concatenate([batch[2] for batch in batches]) if batches else np.zeros((0, 0), np.float32)
                self._loaded = (generation, ids, owners, matrix)
            return self._loaded[1:]


class ChromaIndex:
    """`NeighbourIndex` in a Chroma folder that this process alone uses.

    A file `clean` beside Chroma's own holds the catalog's generation that the index was last in step with. It is
    removed before the first write and written by `mark_clean`: an index without it is first tried in a child process
    with a time limit, because a collection broken by a kill can hang or crash the process that opens it.
    """

    def __init__(self, folder: Path, identity: ModelIdentity) -> None:
        """Open or create the index in `folder`; one of another model, or one that does not answer, is emptied."""
        self._folder = folder
        self._identity = identity
        self._lock = threading.Lock()
        if folder.exists() and self.clean_generation() is None and not _answers(folder):
            shutil.rmtree(folder)
        try:
            self._collection = self._open()
        except IndexFailure:
            # Nothing is lost with it: the catalog holds every vector.
            shutil.rmtree(folder, ignore_errors=True)
            self._collection = self._open()

    def close(self) -> None:
        """Give back the files."""
        self._client.close()

    def clean_generation(self) -> int | None:
        """Return the catalog generation that the index was last marked in step with, None after an unclean end."""
        try:
            return int((self._folder / _CLEAN).read_text("ascii"))
        except (OSError, ValueError):
            return None

    def mark_clean(self, generation: int) -> None:
        """Record that the index holds exactly what the catalog held at `generation`."""
        path = self._folder / _CLEAN
        scratch = path.with_suffix(".new")
        scratch.write_text(str(generation), "ascii")
        os.replace(scratch, path)

    def ids(self) -> set[str]:
        """Return the ids of all vectors."""
        found: set[str] = set()
        with self._translated():
            while True:
                page = self._collection.get(include=[], limit=_FETCH, offset=len(found))["ids"]
                found.update(page)
                if len(page) < _FETCH:
                    return found

    def upsert(self, ids: Sequence[str], article_ids: Sequence[str], vectors: Vectors) -> None:
        """Add or replace vectors, in batches that Chroma takes."""
        with self._writing():
            size = self._client.get_max_batch_size()
            for at in range(0, len(ids), size):
                some = slice(at, at + size)
                self._collection.upsert(
                    ids=list(ids[some]),
                    embeddings=np.ascontiguousarray(vectors[some], np.float32),
                    metadatas=[{"article": article_id} for article_id in article_ids[some]],
                )

    def delete(self, ids: Sequence[str]) -> None:
        """Remove vectors."""
        with self._writing():
            size = self._client.get_max_batch_size()
            for at in range(0, len(ids), size):
                self._collection.delete(ids=list(ids[at : at + size]))

    def query(self, vector: Vectors, limit: int, article_ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Return the nearest of the named articles, or of all."""
        if article_ids is not None and not article_ids:
            return []
        where = None if article_ids is None else {"article": {"$in": list(article_ids)}}
        with self._translated():
            count = min(limit, self._collection.count())
            if not count:
                return []
            found = self._collection.query(
                query_embeddings=np.asarray([vector], np.float32), n_results=count, where=where, include=["distances"]
            )
        return [(i, 1.0 - float(d)) for i, d in zip(found["ids"][0], found["distances"][0], strict=True)]

    def clear(self) -> None:
        """Remove every vector, by making the collection anew."""
        with self._writing():
            self._client.delete_collection(_COLLECTION)
            self._collection = self._create()

    def _open(self) -> Any:
        import chromadb
        from chromadb.config import Settings

        with self._translated():
            self._client: Any = chromadb.PersistentClient(
                path=str(self._folder), settings=Settings(anonymized_telemetry=False)
            )
            collection = self._create()
            if collection.metadata.get("model") != str(self._identity):
                self._client.delete_collection(_COLLECTION)
                (self._folder / _CLEAN).unlink(missing_ok=True)
                collection = self._create()
            return collection

    def _create(self) -> Any:
        return self._client.get_or_create_collection(
            _COLLECTION,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine"}},
            metadata={"model": str(self._identity)},
        )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock, self._translated():
            (self._folder / _CLEAN).unlink(missing_ok=True)
            yield

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # chromadb raises errors of its own, of its Rust core and of SQLite
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise IndexFailure(
                f"the index in {self._folder} failed ({reason}): run `assistant index rebuild`"
            ) from error


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


def _answers(folder: Path) -> bool:
    """Whether the index in `folder` answers a query, tried in a child process within 30 s."""
    command = [sys.executable, "-m", "assistant.index", str(folder)]
    try:
        return subprocess.run(command, timeout=_PROBE_SECONDS, capture_output=True, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def _probe(folder: str) -> None:
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(path=folder, settings=Settings(anonymized_telemetry=False))
    for collection in client.list_collections():
        some = collection.get(limit=1, include=["embeddings"])["embeddings"]
        if some is not None and len(some):
            collection.query(query_embeddings=some, n_results=1)


if __name__ == "__main__":
    _probe(sys.argv[1])
