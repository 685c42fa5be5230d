"""The one way in: source -> catalog -> index, an article a transaction, with progress and a report."""

import hashlib
import json
import re
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Protocol, Self

import numpy as np

from assistant.catalog import Catalog, Embedded
from assistant.catalog.filters import unknown_publisher
from assistant.chunking import Chunker, embedded_text
from assistant.errors import IndexFailure, NotFoundError
from assistant.index import KeptIndex, NeighbourIndex, synchronise
from assistant.models.embedding import Embedder, Vectors
from assistant.sources import SourceFailure, find_sources, read_source
from assistant.types import Article, ArticleFacts, Frozen, Passage

# Passages embedded at once: enough to sort by length, few enough for the progress bar to move every second.
_EMBED = 32
_STORED = 500  # passages read at once
# Raised when chunking or what is embedded changes, so that unchanged files are cut and embedded again.
_RECIPE = 4
_RECORD = re.compile(r"(?<=\.jsonl)#", re.I)
_REMOTE = re.compile(r"https?://|upload:")
_COUNTS = frozenset({"passages", "characters"})
# What ingestion compares, by article id: content hash and source.
_Known = dict[str, tuple[str, str | None]]


class Progress(Protocol):
    """Told how far a long task has come."""

    def __call__(self, done: int, total: int, what: str) -> None:
        """`done` of `total` units (bytes of sources, or passages), `what` being worked on."""
        ...


class Duplicate(Frozen):
    """A new article whose text is the same as that of `same_as`."""

    article_id: str
    same_as: str


class IngestReport(Frozen):
    """What an ingestion did: article ids by outcome, and what could not be read; `duplicates` are of those added."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    failed: tuple[SourceFailure, ...] = ()
    passages: int = 0
    characters: int = 0

    def joined(self, *others: "IngestReport") -> "IngestReport":
        """Return the report of this ingestion and all others."""
        given = {name: [getattr(one, name) for one in (self, *others)] for name in IngestReport.model_fields}
        return IngestReport.model_validate(
            {name: sum(of) if name in _COUNTS else tuple(chain(*of)) for name, of in given.items()}
        )


@dataclass
class _Tally:
    added: dict[str, str] = field(default_factory=dict)  # the digest of its text by id
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[SourceFailure] = field(default_factory=list)
    passages: int = 0
    characters: int = 0

    def report(self, duplicates: Sequence[Duplicate]) -> IngestReport:
        return IngestReport.model_validate(
            vars(self) | {"added": tuple(self.added), "failed": tuple(self.failed), "duplicates": tuple(duplicates)}
        )


class _Meter:
    """Turns articles taken into units of their files' bytes, so that one long file moves the bar too."""

    def __init__(self, sizes: Sequence[int], tell: Progress | None) -> None:
        self._sizes = sizes
        self._tell = tell
        self._file = 0
        self._within = 0.0
        self.what = ""

    def at_file(self, number: int, what: str) -> None:
        self._file, self._within, self.what = number, 0.0, what
        self.advance(0)

    def advance(self, characters: float) -> None:
        self._within += characters
        if self._tell:
            size = self._sizes[self._file] if self._file < len(self._sizes) else 0
            self._tell(sum(self._sizes[: self._file]) + int(min(self._within, size)), sum(self._sizes), self.what)


@dataclass
class _State:
    """Why the index is not followed any more, empty while it is."""

    broken: str = ""


class Ingestion:
    """Keeps the catalog in step with the sources, and the index in step with the catalog.

    Methods may be called from several threads: those that write take turns.
    """

    def __init__(self, catalog: Catalog, index: NeighbourIndex | None, embedder: Embedder, chunker: Chunker) -> None:
        """Take the parts; without an `index` (one that failed to open) the catalog alone is kept."""
        self._catalog = catalog
        self._index = index
        self._embedder = embedder
        self._chunker = chunker
        self._state = _State()
        self._turn = threading.RLock()

    def of(self, owner: str | None) -> Self:
        """Return the same for what the owner of a key puts in: it is theirs, and they touch nothing else."""
        mine = copy(self)
        mine._catalog = self._catalog.of(owner)
        return mine

    @property
    def _broken(self) -> str:
        return self._state.broken

    @_broken.setter
    def _broken(self, why: str) -> None:
        self._state.broken = why

    def ingest(self, paths: Sequence[Path], progress: Progress | None = None) -> IngestReport:
        """Read files and folders; add, update and remove articles; return what was done.

        An article is unchanged when its content hash is. An article whose source lay in one of `paths` before and is
        there no more is removed; one whose file could not be read this time stays as it was. Raises NotFoundError for
        a path that does not exist or a folder without readable files.
        """
        with self._turn:
            return self._ingest(paths, progress)

    def take(self, source: str, found: Iterable[Article | SourceFailure]) -> Iterator[IngestReport | None]:
        """Bring the articles of `source`, a URL or an upload, up to date with what was found there; yield the report.

        Those that it held before and holds no more are removed, unless something of it could not be read. Each step
        writes one article at most and gives None, the last gives the report. Others may write between two, but no two
        may take the same source at a time.
        """
        tally = _Tally()
        meter = _Meter([], None)
        seen: set[str] = set()
        known: _Known = {}
        generation = None
        for one in found:
            if isinstance(one, SourceFailure):
                tally.failed.append(one)
                continue
            with self._turn:
                if generation != self._catalog.generation():
                    known = self._catalog.content_hashes()
                article = self._named(one, known, seen)
                seen.add(article.id)
                self._take(article, known, tally, meter)
                generation = self._catalog.generation()
            yield None
        if not tally.failed:
            for article_id, (_, held) in sorted(self._catalog.content_hashes().items()):
                if held and article_id not in seen and file_of(held) == source:
                    with suppress(NotFoundError):  # somebody removed it a moment ago
                        self.remove(article_id)
                        tally.removed.append(article_id)
                    yield None
        yield tally.report(self._duplicates(tally.added))

    def unchanged(self, sources: Collection[str]) -> IngestReport:
        """Return the report of sources that have not changed: their articles."""
        held = sorted(i for i, (_, its) in self._catalog.content_hashes().items() if its and file_of(its) in sources)
        return IngestReport(unchanged=tuple(held))

    def _ingest(self, paths: Sequence[Path], progress: Progress | None) -> IngestReport:
        """Do what `ingest` says."""
        roots = [path.resolve() for path in paths]
        files = self._files(paths, roots)
        tally = _Tally()
        known = self._catalog.content_hashes()
        meter = _Meter([_size(file) for file in files], progress)
        seen: set[str] = set()
        unread: set[str] = set()
        for number, file in enumerate(files):
            meter.at_file(number, file.name)
            for found in read_source(file):
                if isinstance(found, SourceFailure):
                    tally.failed.append(found)
                    unread.add(str(file))
                else:
                    article = self._named(found, known, seen)
                    seen.add(article.id)
                    self._take(article, known, tally, meter)
        for article_id, (_, source) in sorted(known.items()):
            if (
                source
                and article_id not in seen
                and file_of(source) not in unread
                and is_inside(file_of(source), roots)
            ):
                self.remove(article_id)
                tally.removed.append(article_id)
        report = tally.report(self._duplicates(tally.added))
        meter.at_file(len(files), "done")
        return report

    def remove(self, article_id: str) -> ArticleFacts:
        """Remove one article from the catalog, then from the index. Raises NotFoundError."""
        with self._turn:
            gone = self._catalog.passage_ids(article_id)
            facts = self._catalog.remove(article_id)
            self._reindex(gone, [])
        return facts

    def published_by(self, publisher: str) -> tuple[str, ...]:
        """Return the ids of the articles of a publisher, in any case, whoever put them in."""
        wanted = publisher.casefold()
        found = (one.id for one in self._catalog.articles() if one.publisher and one.publisher.casefold() == wanted)
        return tuple(sorted(found))

    def remove_publisher(self, publisher: str) -> tuple[ArticleFacts, ...]:
        """Remove all articles of a publisher, in one transaction. Raises NotFoundError where there is none."""
        with self._turn:
            article_ids = self.published_by(publisher)
            if not article_ids:
                raise unknown_publisher(publisher, (one.publisher for one in self._catalog.articles() if one.publisher))
            gone = {one for article_id in article_ids for one in self._catalog.passage_ids(article_id)}
            facts = self._catalog.remove_all(article_ids)
            self._reindex(gone, [])
        return facts

    def rebuild_index(self, progress: Progress | None = None) -> int:
        """Empty the index and fill it from the catalog; return the number of passages. Nothing is embedded."""
        if self._index is None:
            raise IndexFailure("the index folder could not be opened: delete the folder `index` in the data folder")
        with self._turn:
            if isinstance(self._index, KeptIndex):
                self._index.rebuild(lambda done, total: progress(done, total, "index") if progress else None)
            else:
                self._index.clear()
                self._broken = ""
                self.synchronise_index(progress)
            return self._catalog.passage_count()

    def index_state(self) -> str:
        """Return "in step", or what is wrong with the index in a few words."""
        if self._index is None:
            return "not open: the catalog is searched instead"
        if self._broken:
            return self._broken
        try:
            differ = len(self._catalog.passage_ids() ^ self._index.ids())
        except IndexFailure as error:
            return str(error)
        return "in step" if not differ else f"{differ} passages out of step: run `assistant index rebuild`"

    def _duplicates(self, added: Mapping[str, str]) -> list[Duplicate]:
        """Tell which new articles hold a text that another one holds too; searches fold their passages into one.

        `added` holds the digest of each one's text. Of one text the first by its id is the original, unless it is new
        and the next is not.
        """
        first: dict[str, list[str]] = {}
        out: list[Duplicate] = []
        for article_id, digest in added.items():
            if digest not in first:
                first[digest] = sorted([article_id, *self._catalog.twins(article_id, 2)])[:2]
            same_as = next((one for one in first[digest] if one != article_id), None)
            if same_as is not None and (same_as not in added or same_as < article_id):
                out.append(Duplicate(article_id=article_id, same_as=same_as))
        return out

    def _files(self, paths: Sequence[Path], roots: Sequence[Path]) -> list[Path]:
        """Return the files to read; a folder that was emptied since its articles came in is no error."""
        sources = {file_of(source) for _, source in self._catalog.content_hashes().values() if source}
        files: list[Path] = []
        for path, root in zip(paths, roots, strict=True):
            gone = not path.exists() or (root.is_dir() and not any(one.is_file() for one in root.rglob("*")))
            if gone and any(is_inside(source, [root]) for source in sources):
                continue
            files += find_sources([root])
        return list(dict.fromkeys(files))

    def _named(self, article: Article, known: _Known, seen: set[str]) -> Article:
        """Return the article under the id that its source has already, else under its own, else under a longer one.

        Its own id is free when no article has it, or one whose file is gone: a renamed file keeps its id. That of an
        article from elsewhere is never free: what others send in must not take its place.

        To an id of the owner of a key is added whose it is: else those that are taken would tell what others have.
        """
        if isinstance(self._catalog.viewer, str):
            whose = hashlib.sha256(self._catalog.viewer.encode()).hexdigest()[:8]
            article = article.model_copy(update={"id": f"{article.id}-{whose}"})
        tail = hashlib.sha256((article.source or "").encode()).hexdigest()[:6]
        longer = f"{article.id}-{tail}"
        owner = known.get(article.id, ("", article.source))[1]
        taken = article.id in seen or (owner != article.source and owner is not None and _lasts(owner))
        has_longer = longer in known and known[longer][1] == article.source
        return article.model_copy(update={"id": longer}) if taken or has_longer else article

    def _take(self, article: Article, known: _Known, tally: _Tally, meter: _Meter) -> None:
        """Put an article in if it is new or changed."""
        digest = _content_hash(article)
        before = known.get(article.id)
        if before and before[0] == digest:
            if before[1] != article.source:
                self._move(article, digest)
            tally.unchanged.append(article.id)
            meter.advance(len(article.text))
            return
        passages = self._chunker.chunk(article)
        former = self._catalog.passage_ids(article.id) if before else set()
        embedded = self._embed(passages, meter)
        self._catalog.put(article, digest, embedded)
        self._reindex(former - {passage.id for passage in passages}, embedded)
        if before:
            tally.updated.append(article.id)
        else:
            tally.added[article.id] = article.sha256
        tally.passages += len(passages)
        tally.characters += len(article.text)

    def _move(self, article: Article, digest: str) -> None:
        """Keep where an article lies now, with the passages and vectors that it has."""
        ids = sorted(self._catalog.passage_ids(article.id))
        stored = [
            one for at in range(0, len(ids), _STORED) for one in self._catalog.stored(ids[at : at + _STORED]).values()
        ]
        stored.sort(key=lambda one: one.passage.ordinal)
        self._catalog.put(article, digest, [Embedded(one.passage, one.vector, one.sentence_vectors) for one in stored])

    def _embed(self, passages: Sequence[Passage], meter: _Meter) -> list[Embedded]:
        out: list[Embedded] = []
        for at in range(0, len(passages), _EMBED):
            some = passages[at : at + _EMBED]
            vectors = self._embedder.embed_passages([embedded_text(p, self._embedder.count_tokens) for p in some])
            sentences = self._embedder.embed_passages([text for p in some for text in sentence_texts(p)])
            out += [Embedded(p, v, s) for p, v, s in zip(some, vectors, _split(sentences, some), strict=True)]
            meter.advance(sum(len(passage.text) for passage in some))
        return out

    def synchronise_index(self, progress: Progress | None = None) -> int:
        """Make the index hold exactly the catalog's vectors; return how many were added or removed."""
        if self._index is None:
            return 0
        try:
            changed = synchronise(
                self._catalog, self._index, lambda n, all_: progress(n, all_, "index") if progress else None
            )
        except IndexFailure as error:
            self._broken = str(error)
            raise
        return changed

    def _reindex(self, gone: Collection[str], embedded: Sequence[Embedded]) -> None:
        """Follow one catalog write. A failure is kept for `index_state`: the catalog is whole, and start mends it."""
        if self._index is None or self._broken:
            return
        try:
            if embedded:
                passages = [one.passage for one in embedded]
                vectors = np.stack([one.vector for one in embedded])
                self._index.upsert([p.id for p in passages], [p.article_id for p in passages], vectors)
            if gone:
                self._index.delete(sorted(gone))
        except IndexFailure as error:
            self._broken = str(error)


def sentence_texts(passage: Passage) -> list[str]:
    """Return the text of each sentence of `passage`; a table row is preceded by its column heads."""
    out = []
    for sentence in passage.sentences:
        text = passage.text[sentence.start - passage.start : sentence.end - passage.start]
        out.append(f"{' | '.join(sentence.columns)}\n{text}" if sentence.columns else text)
    return out


def _split(rows: Vectors, passages: Sequence[Passage]) -> Iterator[Vectors]:
    at = 0
    for passage in passages:
        yield np.asarray(rows[at : at + len(passage.sentences)])
        at += len(passage.sentences)


def _size(file: Path) -> int:
    """Return the size in bytes, 0 for a file that cannot be looked at: reading it says why."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


def file_of(source: str) -> str:
    """Return the file, or URL, of a source, which for a record of a JSON lines file is "FILE.jsonl#ID"."""
    if _REMOTE.match(source):
        return source.partition("#")[0]
    return _RECORD.split(source, maxsplit=1)[0]


def _lasts(source: str) -> bool:
    """Whether a source is still there; of what came from elsewhere this is not asked."""
    return bool(_REMOTE.match(source)) or Path(file_of(source)).exists()


def is_inside(file: str, roots: Sequence[Path]) -> bool:
    """Whether `file` is one of `roots` or lies below one."""
    path = Path(file)
    return any(path == root or root in path.parents for root in roots)


def _content_hash(article: Article) -> str:
    """Return the digest of all that a reader could see of the article; where it lies and when it came do not count."""
    data = article.model_dump(mode="json", exclude={"ingested_at", "source"})
    return hashlib.sha256(json.dumps([_RECIPE, data], sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()
