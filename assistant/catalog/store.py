"""Catalog: every article with its passages, vectors and lexical rows, written in one transaction an article."""

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, Self, TypeVar

import numpy as np
from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, Row, bindparam, create_engine, event, text

from assistant.catalog import clusters
from assistant.catalog.clusters import Cluster, Signed
from assistant.catalog.conversations import ConversationStore
from assistant.catalog.failures import WRITES, begun, translated
from assistant.catalog.filters import check_names, filter_sql
from assistant.catalog.keys import KeyStore
from assistant.catalog.lexical import LexicalIndex, heading_text, words
from assistant.catalog.owners import WHOLE, Viewer, visible_sql
from assistant.catalog.pages import PageStore
from assistant.catalog.reading import one_view, reads
from assistant.catalog.schema import articles as articles_table
from assistant.catalog.schema import is_current, migrate
from assistant.catalog.schema import passages as passages_table
from assistant.errors import AccessError, ModelMismatchError, NotFoundError, SourceError, StorageError
from assistant.models.embedding import ModelIdentity, Vectors
from assistant.types import Article, ArticleFacts, Block, Filters, Passage, Sentence

_BLOCKS = TypeAdapter(tuple[Block, ...])
_SENTENCES = TypeAdapter(tuple[Sentence, ...])
_FACTS = "id, title, url, publisher, author, published, updated, ingested_at, language, source, sha256"
_BATCH = 500
_VIEWERS = 20

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
    """What is made of the articles that a viewer sees, kept until a write raises the catalog's generation.

    It is kept for the viewers who asked last; most of them see the same.
    """

    def __init__(self, generation: Callable[[], int], reading: Callable[[], AbstractContextManager[None]]) -> None:
        self._generation = generation
        self._reading = reading
        self._made: dict[Viewer, tuple[int, T]] = {}

    def __call__(self, make: Callable[[], T], viewer: Viewer = WHOLE) -> T:
        """Return what was made for `viewer` at this generation, or make it now."""
        with self._reading():
            generation = self._generation()
            made = self._made.get(viewer)
            if made is not None and made[0] == generation:
                return made[1]
            made = (generation, make())
            for former in list(self._made)[: 1 - _VIEWERS]:
                self._made.pop(former, None)
            self._made[viewer] = made
            return made[1]

    def forget(self) -> None:
        """Forget what was made, where something else than a write of articles changed it."""
        self._made.clear()


class Catalog:
    """The data folder's truth: SQLite in WAL mode, synchronous=FULL, foreign keys on.

    It is opened as everybody sees it: what belongs to the owner of a key is not found but in `of` that owner, and in
    `whole`. Reads may run on any thread, beside one another and beside a write; writes take turns. Every method raises
    StorageError when the file cannot be read or written.
    """

    def __init__(self, path: Path, *, owned: bool = True) -> None:
        """Open, or create, the catalog in the file `path`; `owned` says that no other process writes articles in it.

        A catalog that another process owns is not brought to this version. Raises StorageError where it is of another.
        """
        self._path = path
        self._viewer: Viewer = None
        self._writing = threading.Lock()
        self._kept_snapshot = _Kept[str](self.generation, self.reading)
        self._kept_division = _Kept[str](self.generation, self.reading)
        self._kept_words = _Kept[Mapping[str, int]](self.generation, self.reading)
        self._kept_clusters = _Kept[Mapping[str, Cluster]](self.generation, self.reading)
        self._engine = _engine(path)
        with translated(self._engine), self._engine.begin() as connection:
            if owned:
                migrate(connection)
            elif not is_current(connection):
                raise StorageError(
                    f"the catalog {path} is of another version, and in use: end the process that uses it first"
                )
        self._hides = _Kept[bool](self.generation, self.reading)
        self.keys = KeyStore(self._engine, self._writing)
        self.lexical = LexicalIndex(self._engine)
        self.conversations = ConversationStore(self._engine, self._writing)
        self.pages = PageStore(self._engine, self._writing)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @property
    def viewer(self) -> Viewer:
        """Who sees the catalog so."""
        return self._viewer

    @property
    def whole(self) -> Self:
        """The catalog with every article in it, for what keeps it in order; nothing of it may be shown."""
        return self._seen_by(WHOLE)

    def of(self, owner: str | None) -> Self:
        """Return the catalog as the owner of a key sees it, and what they put into it is theirs; None: as everybody."""
        return self._seen_by(owner)

    def _seen_by(self, viewer: Viewer) -> Self:
        if viewer == self._viewer:
            return self
        seen = copy(self)
        seen._viewer = viewer
        seen.lexical = LexicalIndex(self._engine, viewer)
        owner = viewer if isinstance(viewer, str) else None
        seen.conversations = self.conversations.of(owner)
        seen.pages = self.pages.of(owner)
        return seen

    # Reading

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Within the block this thread's reads all see the same articles, whatever is written meanwhile."""
        with translated(self._engine), one_view(self._engine):
            yield

    def hides(self) -> bool:
        """Whether there are articles that are not seen."""
        return self._hides(lambda: self._count("articles a") < self.whole._count("articles a"), self._viewer)

    def articles(self) -> tuple[ArticleFacts, ...]:
        """Return all articles, latest publication first, undated ones last."""
        order = "published IS NULL, published DESC, id"
        return tuple(_facts(row) for row in self._seen(f"SELECT {_FACTS} FROM articles a WHERE 1", f"ORDER BY {order}"))

    def article(self, article_id: str) -> Article:
        """Return one article with text and blocks. Raises NotFoundError."""
        rows = self._seen(f"SELECT {_FACTS}, text, blocks FROM articles a WHERE id = :id", id=article_id)
        if not rows:
            raise NotFoundError(f"no article has the id {article_id!r}: list the articles to see which there are")
        row = rows[0]
        return Article(**_facts(row).model_dump(), text=row.text, blocks=_BLOCKS.validate_json(row.blocks))

    def content_hashes(self) -> dict[str, tuple[str, str | None]]:
        """Return (content hash, source) by article id: what ingestion compares to tell what changed.

        Only of the articles that this viewer may change: their own, everybody's where that is not the owner of a key.
        """
        statement = "SELECT id, content_hash, source FROM articles WHERE owner IS :owner"
        return {row.id: (row.content_hash, row.source) for row in self._rows(statement, owner=self._owner)}

    def twins(self, article_id: str, most: int) -> tuple[str, ...]:
        """Return the ids of the other articles whose text is the same, at most the first `most` of them."""
        same = "b.sha256 = a.sha256 AND b.id != a.id"
        statement = f"SELECT a.id FROM articles b JOIN articles a ON {same} WHERE b.id = :id"
        return tuple(one.id for one in self._seen(statement, "ORDER BY a.id LIMIT :most", id=article_id, most=most))

    def matching(self, filters: Filters) -> tuple[str, ...]:
        """Return the ids of the articles that pass `filters`.

        Raises NotFoundError for an id that does not exist and for a publisher without articles.
        """
        check_names(filters, self._seen)
        where, values = filter_sql(filters, self._viewer)
        rows = self._rows(f"SELECT a.id FROM articles a WHERE 1{where} ORDER BY a.id", **values)
        return tuple(row.id for row in rows)

    def holds(self, versions: Collection[tuple[str, str]]) -> bool:
        """Whether every (article id, sha256 of its text) is the version that is there."""
        statement = text("SELECT id, sha256 FROM articles WHERE id IN :ids")
        statement = statement.bindparams(bindparam("ids", expanding=True))
        values = {"ids": [article_id for article_id, _ in versions] or [""]}
        with translated(self._engine), reads(self._engine) as connection:
            return {(row.id, row.sha256) for row in connection.execute(statement, values)} >= set(versions)

    def stored(self, passage_ids: Sequence[str]) -> dict[str, StoredPassage]:
        """Return the named passages by id; an id that is gone, or not seen, is left out."""
        where, whose = visible_sql(self._viewer)
        statement = text(
            f"SELECT p.*, {', '.join(f'a.{name.strip()} AS a_{name.strip()}' for name in _FACTS.split(','))}"
            f" FROM passages p JOIN articles a ON a.id = p.article_id WHERE p.id IN :ids{where}"
        ).bindparams(bindparam("ids", expanding=True))
        values = {"ids": list(passage_ids) or [""], **whose}
        with translated(self._engine), reads(self._engine) as connection:
            return {row.id: _stored(row) for row in connection.execute(statement, values)}

    def passage_count(self) -> int:
        """Return the number of passages."""
        return self._count("passages p JOIN articles a ON a.id = p.article_id")

    def passage_ids(self, article_id: str | None = None) -> set[str]:
        """Return the ids of all passages, or of one article's, seen or not: for what keeps the index in step."""
        where = "" if article_id is None else " WHERE article_id = :article_id"
        return {row.id for row in self._rows(f"SELECT id FROM passages{where}", article_id=article_id)}

    def vectors(self, passage_ids: Sequence[str]) -> Iterator[tuple[list[str], list[str], Vectors]]:
        """Yield (ids, article ids, vectors) of the named passages, at most 500 at a time."""
        statement = text("SELECT id, article_id, vector FROM passages WHERE id IN :ids ORDER BY key")
        for at in range(0, len(passage_ids), _BATCH):
            batch = {"ids": list(passage_ids[at : at + _BATCH])}
            with translated(self._engine), reads(self._engine) as connection:
                rows = connection.execute(statement.bindparams(bindparam("ids", expanding=True)), batch).all()
            if rows:
                matrix = np.stack([np.frombuffer(row.vector, np.float32) for row in rows])
                yield [row.id for row in rows], [row.article_id for row in rows], matrix

    def generation(self) -> int:
        """Return a number that every write of articles raises."""
        return int(self._meta("generation") or 0)

    def snapshot(self) -> str:
        """Return the hex digest of the corpus: the ids and text digests of all articles seen."""
        statement = "SELECT a.id, a.sha256 FROM articles a WHERE 1"
        return self._kept_snapshot(lambda: _digest(self._seen(statement, "ORDER BY a.id")), self._as_seen)

    def division(self) -> str:
        """Return the hex digest of how the articles are divided: the ids and offsets of all passages."""
        statement = 'SELECT p.id, p.start, p."end" FROM passages p JOIN articles a ON a.id = p.article_id WHERE 1'
        return self._kept_division(lambda: _digest(self._seen(statement, "ORDER BY p.id")), self._as_seen)

    def word_counts(self) -> Mapping[str, int]:
        """Return how often each word of three letters or more occurs in the passages, lower case, no diacritics."""
        return self._kept_words(self._count_words, self._as_seen)

    def clusters(self) -> Mapping[str, Cluster]:
        """Return the cluster of each passage that has near-copies, by its id."""
        return self._kept_clusters(lambda: self._read(clusters.crowded))

    def copied_by(self, article_id: str, start: int, end: int) -> tuple[str, ...]:
        """Return the ids of the other articles whose near-copies say what stands at [start, end) of an article."""
        return tuple(self._read(lambda connection: clusters.copied_by(connection, article_id, start, end)))

    # Writing

    def put(self, article: Article, content_hash: str, embedded: Sequence[Embedded]) -> None:
        """Write an article and all that belongs to it, in place of its former version, in one transaction.

        It is the viewer's own. Raises SourceError where its id is that of an article of someone else.
        """
        row = article.model_dump(exclude={"text", "blocks", "ingested_at"})
        row |= {
            "publisher_key": article.publisher.casefold() if article.publisher else None,
            "ingested_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "content_hash": content_hash,
            "text": article.text,
            "blocks": _BLOCKS.dump_json(article.blocks).decode(),
            "owner": self._owner,
        }
        rows = [_passage_row(one, article) for one in embedded]
        signed = [Signed.of(one.passage.text) for one in embedded]
        with self._write() as connection:
            self._refuse_others(connection, article.id)
            former = clusters.leaving(connection, article.id)
            _delete(connection, article.id)
            connection.execute(articles_table.insert(), row)
            if embedded:
                connection.execute(passages_table.insert(), rows)
                keyed = zip(_keys(connection, article.id), signed, strict=True)
                clusters.assign(connection, keyed, self._owner, former)
            clusters.settle(connection, former.clusters)

    def remove(self, article_id: str) -> ArticleFacts:
        """Remove an article and all that belongs to it; return what is known of it. Raises NotFoundError."""
        return self.remove_all([article_id])[0]

    def remove_all(self, article_ids: Sequence[str]) -> tuple[ArticleFacts, ...]:
        """Remove articles, as `remove` does one: all of them, or none where one is not there.

        Raises AccessError for an article that is everybody's where the viewer is the owner of a key.
        """
        facts = tuple(self.article(article_id).facts() for article_id in article_ids)
        own = self.content_hashes() if isinstance(self._viewer, str) else None
        for article_id in article_ids:
            if own is not None and article_id not in own:
                raise AccessError(f"the article {article_id!r} is everybody's: only who runs the server may remove it")
        with self._write() as connection:
            left: set[int] = set()
            for article_id in article_ids:
                left |= clusters.leaving(connection, article_id).clusters
                _delete(connection, article_id)
            clusters.settle(connection, left)
        return facts

    def compare_passages(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Give the passages of a former release their clusters; return how many had none.

        `progress` is called with (done, total) passages before each 500 of them. What is done stays done where it is
        broken off.
        """
        total = int(
            self._rows("SELECT (SELECT count(*) FROM passages) - (SELECT count(*) FROM passage_clusters) AS n")[0].n
        )
        done = 0
        while done < total:
            if progress:
                progress(done, total)
            with self._writing, translated(self._engine), self._engine.begin() as connection:
                batch = clusters.unassigned(connection, _BATCH)
                for key, passage, owner in batch:
                    clusters.assign(connection, [(key, Signed.of(passage))], owner)
            if not batch:
                break
            done += len(batch)
        if total:
            self._kept_clusters.forget()
        return total

    def model(self) -> ModelIdentity | None:
        """Return the embedding model of the vectors, None where there never was one."""
        recorded = self._meta("embedding_model")
        return None if recorded is None else ModelIdentity.model_validate_json(recorded)

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
        for row in self._seen("SELECT p.text FROM passages p JOIN articles a ON a.id = p.article_id WHERE 1"):
            counts.update(words(row.text))
        return {word: count for word, count in counts.items() if len(word) > 2 and word.isalpha()}

    @property
    def _owner(self) -> str | None:
        """Whose what is written is."""
        return self._viewer if isinstance(self._viewer, str) else None

    @property
    def _as_seen(self) -> Viewer:
        """A viewer who sees the same: everybody, where the owner of a key has no article of their own."""
        if self._owner is None:
            return self._viewer
        owns = self._rows("SELECT 1 FROM articles WHERE owner = :owner LIMIT 1", owner=self._owner)
        return self._viewer if owns else None

    def _refuse_others(self, connection: Connection, article_id: str) -> None:
        statement = text("SELECT 1 FROM articles WHERE id = :id AND owner IS NOT :owner")
        if connection.execute(statement, {"id": article_id, "owner": self._owner}).first():
            raise SourceError(f"the id {article_id!r} is taken by an article of someone else: give it another")

    def _count(self, rows: str) -> int:
        return int(self._seen(f"SELECT count(*) AS n FROM {rows} WHERE 1")[0].n)

    def _seen(self, statement: str, order: str = "", **values: object) -> Sequence[Row[Any]]:
        """Return the rows of `statement`, which ends in conditions on `articles a`, that the viewer sees."""
        where, whose = visible_sql(self._viewer)
        return self._rows(f"{statement}{where} {order}", **values, **whose)

    def _read(self, read: Callable[[Connection], T]) -> T:
        with translated(self._engine), reads(self._engine) as connection:
            return read(connection)

    def _rows(self, statement: str, **values: object) -> Sequence[Row[Any]]:
        with translated(self._engine), reads(self._engine) as connection:
            return connection.execute(text(statement), values).all()

    def _meta(self, key: str) -> str | None:
        rows = self._rows("SELECT value FROM meta WHERE key = :key", key=key)
        return str(rows[0].value) if rows else None

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with self._writing, begun(self._engine) as connection:
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
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": 30, "check_same_thread": False},
        max_overflow=-1,  # each answer holds one for as long as its view of the articles lasts
        hide_parameters=True,  # a failure's traceback is logged, questions are not
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        # SQLAlchemy begins transactions itself (below), so that DDL is transactional too.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Who reads before they write would else be refused where another process has written in between.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITES) else "BEGIN")

    return engine


def _keys(connection: Connection, article_id: str) -> Sequence[int]:
    statement = text("SELECT key FROM passages WHERE article_id = :article_id ORDER BY key")
    return connection.execute(statement, {"article_id": article_id}).scalars().all()


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
