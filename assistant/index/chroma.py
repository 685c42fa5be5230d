"""ChromaIndex: vectors in a Chroma folder. The only chromadb user."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import IndexFailure
from assistant.models.embedding import ModelIdentity, Vectors

_COLLECTION = "passages"
_FETCH = 5000


class ChromaIndex:
    """`NeighbourIndex` in a Chroma folder that this process alone uses.

    Files that a kill or a disk has damaged can hang or crash whoever opens them: `KeptIndex` opens only those that
    are as they were left. What does not open is left as it is: whoever empties it has to fill it again.
    """

    def __init__(self, folder: Path, identity: ModelIdentity) -> None:
        """Open or create the index in `folder`; one of another model is emptied. Raises IndexFailure."""
        self._folder = folder
        self._identity = identity
        self._lock = threading.Lock()
        self._collection = self._open()

    def close(self) -> None:
        """Give back the files."""
        self._client.close()

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
        with self._lock, self._translated():
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
        with self._lock, self._translated():
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
        with self._lock, self._translated():
            self._client.delete_collection(_COLLECTION)
            self._collection = self._create()

    def _open(self) -> Any:
        import chromadb
        from chromadb.api.shared_system_client import SharedSystemClient
        from chromadb.config import Settings

        with self._translated():
            try:
                client: Any = chromadb.PersistentClient(
                    path=str(self._folder), settings=Settings(anonymized_telemetry=False)
                )
                self._client = client
                collection = self._create()
                if collection.metadata.get("model") != str(self._identity):
                    client.delete_collection(_COLLECTION)
                    collection = self._create()
            except BaseException:
                # Chroma hands what it has begun to open in a folder to whoever asks for that folder next.
                begun = SharedSystemClient._identifier_to_system.pop(str(self._folder), None)
                SharedSystemClient._identifier_to_refcount.pop(str(self._folder), None)
                if begun is not None:
                    with suppress(Exception):  # it fails to stop what did not start
                        begun.stop()
                raise
            return collection

    def _create(self) -> Any:
        return self._client.get_or_create_collection(
            _COLLECTION,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine"}},
            metadata={"model": str(self._identity)},
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # chromadb raises errors of its own, of its Rust core and of SQLite
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise IndexFailure(
                f"the index in {self._folder} failed ({reason}): run `assistant index rebuild`"
            ) from error
