"""Catalog: every article with its passages, vectors and lexical rows, written in one transaction an article."""

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, Row, bindparam, create_engine, event, text

from assistant.catalog.conversations import ConversationStore
from assistant.catalog.failures import translated
from assistant.catalog.filters import filter_sql
from assistant.catalog.lexical import LexicalIndex, heading_text, words
from assistant.catalog.schema import articles as articles_table
from assistant.catalog.schema import migrate
from assistant.catalog.schema import passages as passages_table
from assistant.errors import ModelMismatchError, NotFoundError
from assistant.models.embedding import ModelIdentity, Vectors
from assistant.types import Article, ArticleFacts, Block, Filters, Passage, Sentence

_BLOCKS = TypeAdapter(tuple[Block, ...])
_SENTENCES = TypeAdapter(tuple[Sentence, ...])
_FACTS = "id, title, url, publisher, author, published, updated, ingested_at, language, source, sha256"
_BATCH = 500

T = TypeVar("T")


@dataclass(frozen=True)
class Embedded:
    """A passage with its vectors: `vector` (dimension,) float32, `sentence_vectors` (sentences, dimension)."""

    passage: Passage
    vector: Vectors
    sentence_vectors: Vectors


@dataclass(frozen=True)
class StoredPassage:
    """A passage as the catalog holds it, with its vectors and the facts of its article."""

    passage: Passage
    article: ArticleFacts
    vector: Vectors
    sentence_vectors: Vectors


class _Kept(Generic[T]):
    """What is made of the articles, kept until a write raises the catalog's generation."""

    def __init__(self, generation: Callable[[], int]) -> None:
        self._generation = generation
        self._made: tuple[int, T] | None = None

    def __call__(self, make: Callable[[], T]) -> T:
        """Return what was made at this generation, or make it now."""
        generation = self._generation()
        made = self._made
        if made is None or made[0] != generation:
            self._made = made = (generation, make())
        return made[1]


class Catalog:
    """The data folder's truth: SQLite in WAL mode, synchronous=FULL, foreign keys on.

    Reads may run on any thread, beside one another and beside a write; writes take turns. Every method raises
    StorageError when the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        """Open, or create, the catalog in the file `path`."""
        self._path = path
        self._writing = threading.Lock()
        self._kept_snapshot = _Kept[str](self.generation)
        self._kept_division = _Kept[str](self.generation)
        self._kept_words = _Kept[Mapping[str, int]](self.generation)
        self._engine = _engine(path)
        with translated(self._engine), self._engine.begin() as connection:
            migrate(connection)
        self.lexical = LexicalIndex(self._engine)
        self.conversations = ConversationStore(self._engine, self._writing)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    # Reading

    def articles(self) -> tuple[ArticleFacts, ...]:
        """Return all articles, latest publication first, undated ones last."""
        return tuple(
            _facts(row)
            for row in self._rows(f"SELECT {_FACTS} FROM articles ORDER BY published IS NULL, published DESC, id")
        )

    def article(self, article_id: str) -> Article:
        """Return one article with text and blocks. Raises NotFoundError."""
        rows = self._rows(f"SELECT {_FACTS}, text, blocks FROM articles WHERE id = :id", id=article_id)
        if not rows:
            raise NotFoundError(f"no article has the id {article_id!r}: list the articles to see which there are")
        row = rows[0]
        return Article(**_facts(row).model_dump(), text=row.text, blocks=_BLOCKS.validate_json(row.blocks))

    def content_hashes(self) -> dict[str, tuple[str, str | None]]:
        """Return (content hash, source) by article id: what ingestion compares to tell what changed."""
        return {
            row.id: (row.content_hash, row.source)
            for row in self._rows("SELECT id, content_hash, source FROM articles")
        }

    def twins(self, article_id: str) -> tuple[str, ...]:
        """Return the ids of the other articles whose text is the same."""
        statement = (
            "SELECT b.id FROM articles a JOIN articles b ON b.sha256 = a.sha256 AND b.id != a.id WHERE a.id = :id"
            " ORDER BY b.id"
        )
        return tuple(row.id for row in self._rows(statement, id=article_id))

    def matching(self, filters: Filters) -> tuple[str, ...]:
        """Return the ids of the articles that pass `filters`. Raises NotFoundError for an id that does not exist."""
        for article_id in filters.article:
            if not self._rows("SELECT 1 FROM articles WHERE id = :id", id=article_id):
                raise NotFoundError(f"no article has the id {article_id!r}: list the articles to see which there are")
        where, values = filter_sql(filters)
        return tuple(
            row.id for row in self._rows(f"SELECT a.id FROM articles a WHERE 1{where} ORDER BY a.id", **values)
        )

    def stored(self, passage_ids: Sequence[str]) -> dict[str, StoredPassage]:
        """Return the named passages by id; an id that is gone is left out."""
        statement = text(
            f"SELECT p.*, {', '.join(f'a.{name.strip()} AS a_{name.strip()}' for name in _FACTS.split(','))}"
            " FROM passages p JOIN articles a ON a.id = p.article_id WHERE p.id IN :ids"
        ).bindparams(bindparam("ids", expanding=True))
        with translated(self._engine), self._engine.connect() as connection:
            return {row.id: _stored(row) for row in connection.execute(statement, {"ids": list(passage_ids) or [""]})}

    def passage_count(self) -> int:
        """Return the number of passages."""
        return int(self._rows("SELECT count(*) AS n FROM passages")[0].n)

    def passage_ids(self, article_id: str | None = None) -> set[str]:
        """Return the ids of all passages, or of one article's."""
        where = "" if article_id is None else " WHERE article_id = :article_id"
        return {row.id for row in self._rows(f"SELECT id FROM passages{where}", article_id=article_id)}

    def vectors(self, passage_ids: Sequence[str]) -> Iterator[tuple[list[str], list[str], Vectors]]:
        """Yield (ids, article ids, vectors) of the named passages, at most 500 at a time."""
        statement = text("SELECT id, article_id, vector FROM passages WHERE id IN :ids ORDER BY key")
        for at in range(0, len(passage_ids), _BATCH):
            batch = {"ids": list(passage_ids[at : at + _BATCH])}
            with translated(self._engine), self._engine.connect() as connection:
                rows = connection.execute(statement.bindparams(bindparam("ids", expanding=True)), batch).all()
            if rows:
                matrix = np.stack([np.frombuffer(row.vector, np.float32) for row in rows])
                yield [row.id for row in rows], [row.article_id for row in rows], matrix

    def generation(self) -> int:
        """Return a number that every write of articles raises."""
        return int(self._meta("generation") or 0)

    def snapshot(self) -> str:
        """Return the hex digest of the corpus: the ids and text digests of all articles."""
        return self._kept_snapshot(lambda: _digest(self._rows("SELECT id, sha256 FROM articles ORDER BY id")))

    def division(self) -> str:
        """Return the hex digest of how the articles are divided: the ids and offsets of all passages."""
        return self._kept_division(lambda: _digest(self._rows('SELECT id, start, "end" FROM passages ORDER BY id')))

    def word_counts(self) -> Mapping[str, int]:
        """Return how often each word of three letters or more occurs in the passages, lower case, no diacritics."""
        return self._kept_words(self._count_words)

    # Writing

    def put(self, article: Article, content_hash: str, embedded: Sequence[Embedded]) -> None:
        """Write an article and all that belongs to it, in place of its former version, in one transaction."""
        row = article.model_dump(exclude={"text", "blocks", "ingested_at"})
        row |= {
            "publisher_key": article.publisher.casefold() if article.publisher else None,
            "ingested_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "content_hash": content_hash,
            "text": article.text,
            "blocks": _BLOCKS.dump_json(article.blocks).decode(),
        }
        with self._write() as connection:
            _delete(connection, article.id)
            connection.execute(articles_table.insert(), row)
            if embedded:
                connection.execute(passages_table.insert(), [_passage_row(one, article) for one in embedded])

    def remove(self, article_id: str) -> ArticleFacts:
        """Remove an article and all that belongs to it; return what is known of it. Raises NotFoundError."""
        facts = self.article(article_id).facts()
        with self._write() as connection:
            _delete(connection, article_id)
        return facts

    def claim_model(self, identity: ModelIdentity) -> None:
        """Record the embedding model of an empty catalog.

        Raises ModelMismatchError when the catalog holds vectors of another model.
        """
        recorded = self._meta("embedding_model")
        wanted = identity.model_dump_json()
        if recorded == wanted:
            return
        if recorded is not None and self.passage_count():
            have = ModelIdentity.model_validate_json(recorded)
            raise ModelMismatchError(
                f"the catalog {self._path} holds vectors of {have}, but the setting asks for {identity}: set "
                f"ASSISTANT_EMBEDDING_MODEL={have.name}, or use another ASSISTANT_HOME and ingest again"
            )
        with self._write() as connection:
            _set_meta(connection, "embedding_model", wanted)

    # Plumbing

    def _count_words(self) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for row in self._rows("SELECT text FROM passages"):
            counts.update(words(row.text))
        return {word: count for word, count in counts.items() if len(word) > 2 and word.isalpha()}

    def _rows(self, statement: str, **values: object) -> Sequence[Row[Any]]:
        with translated(self._engine), self._engine.connect() as connection:
            return connection.execute(text(statement), values).all()

    def _meta(self, key: str) -> str | None:
        rows = self._rows("SELECT value FROM meta WHERE key = :key", key=key)
        return str(rows[0].value) if rows else None

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with self._writing, translated(self._engine), self._engine.begin() as connection:
            yield connection
            connection.execute(
                text(
                    "INSERT INTO meta VALUES ('generation', '1')"
                    " ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
                )
            )


def _digest(rows: Sequence[Row[Any]]) -> str:
    return hashlib.sha256(json.dumps([list(row) for row in rows]).encode()).hexdigest()


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        # SQLAlchemy begins transactions itself (below), so that DDL is transactional too.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _delete(connection: Connection, article_id: str) -> None:
    connection.execute(passages_table.delete().where(passages_table.c.article_id == article_id))
    connection.execute(articles_table.delete().where(articles_table.c.id == article_id))


def _set_meta(connection: Connection, key: str, value: str) -> None:
    connection.execute(
        text("INSERT INTO meta VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = :value"),
        {"key": key, "value": value},
    )


def _passage_row(one: Embedded, article: Article) -> dict[str, object]:
    passage = one.passage
    return {
        **passage.model_dump(include={"id", "article_id", "ordinal", "start", "end", "text"}),
        "heading": heading_text(passage.heading_path, article.publisher, article.published),
        "heading_path": json.dumps(passage.heading_path, ensure_ascii=False),
        "sentences": _SENTENCES.dump_json(passage.sentences, exclude_defaults=True).decode(),
        "vector": np.ascontiguousarray(one.vector, np.float32).tobytes(),
        "sentence_vectors": np.ascontiguousarray(one.sentence_vectors, np.float16).tobytes(),
    }


def _facts(row: Row[Any], prefix: str = "") -> ArticleFacts:
    return ArticleFacts.model_validate({n.strip(): getattr(row, prefix + n.strip()) for n in _FACTS.split(",")})


def _stored(row: Row[Any]) -> StoredPassage:
    passage = Passage(
        id=row.id,
        article_id=row.article_id,
        ordinal=row.ordinal,
        start=row.start,
        end=row.end,
        text=row.text,
        heading_path=tuple(json.loads(row.heading_path)),
        sentences=_SENTENCES.validate_json(row.sentences),
    )
    vector = np.frombuffer(row.vector, np.float32)
    sentence_vectors = np.frombuffer(row.sentence_vectors, np.float16).astype(np.float32)
    return StoredPassage(passage, _facts(row, "a_"), vector, sentence_vectors.reshape(-1, len(vector)))
