"""Intake: takes in what others send, one thing after the other, without keeping answers from their turn."""

import os
import re
import sys
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from copy import copy
from typing import Literal, Self

from assistant.catalog import PageStore
from assistant.errors import SourceError, Stopped
from assistant.ingestion import Ingestion, IngestReport
from assistant.intake.web import WebReader
from assistant.proof import Proof
from assistant.sources import SourceFailure
from assistant.sources.kinds import checked_suffix
from assistant.sources.sandbox import Sandbox
from assistant.types import Article, ArticleFacts

MAX_FILE = 25_000_000
# Files, and URLs, that are read at the same time: threads that mostly wait, for a process that parses or for a server.
AT_ONCE = 8

_NICENESS = 10
_LONGEST_NAME = 200
_UNNAMED = re.compile(r"[\x00-\x1f\x7f-\x9f#\u2028\u2029\u202a-\u202e\u2066-\u2069]")

_Pool = Literal["files", "urls", "writing"]


class Intake:
    """Files and URLs into the catalog; callable from several threads.

    Reading runs beside answers in processes of low priority, and writing in one thread of low priority, where each
    source that is taken in has its turn for one article after the other.
    """

    def __init__(
        self, ingestion: Ingestion, web: WebReader, sandbox: Sandbox, pages: PageStore, proof: Proof | None = None
    ) -> None:
        """Read with `web` and `sandbox`, take in with `ingestion`, keep what was read in `pages`.

        `proof` tells programs of this machine that may read the data folder from others.
        """
        self._ingestion = ingestion
        self._web = web
        self._sandbox = sandbox
        self._pages = pages
        self._proof = proof
        self._owner: str | None = None
        self._guard = threading.Lock()
        self._closing = threading.Event()
        self._pools: dict[_Pool, ThreadPoolExecutor] = {}
        self._under_way: set[tuple[str | None, str]] = set()
        self._changed = threading.Condition()
        self._root = self  # which has the threads

    def of(self, owner: str | None) -> Self:
        """Return the same for the owner of a key: what they take in is theirs, and they touch nothing else."""
        mine = copy(self)
        mine._owner = owner
        mine._ingestion = self._root._ingestion.of(owner)
        mine._pages = self._root._pages.of(owner)
        mine._web = self._root._web.over(mine._pages)
        return mine

    def trusts(self, word: str | None) -> bool:
        """Whether `word` proves that its sender may read the data folder."""
        return self._proof is not None and self._proof.holds(word)

    def take_file(self, name: str, content: bytes, source: str | None = None) -> IngestReport:
        """Take in a file called `name`; the articles of a file of the same name, or `source`, are brought up to date.

        Raises SourceError for a file larger than 25 MB, or of a kind that is not read; what its content holds that
        cannot be read is in the report.
        """
        plain = clean_name(name)
        if len(content) > MAX_FILE:
            raise SourceError(f"the file {plain!a} holds {len(content):,} bytes: at most {MAX_FILE:,} are taken in")
        checked_suffix(plain, content)
        source = source or f"upload:{plain}"
        return self._take(source, self._sandbox.articles(content, plain, source))

    def take_url(self, url: str) -> IngestReport:
        """Take in a page, or the pages that a feed or a sitemap names; what fails is in the report."""
        reports: list[IngestReport] = []
        unchanged: set[str] = set()
        for reading in self._web.read(url):
            self._heed()
            if reading.found is None:
                unchanged.add(reading.source)
            else:
                reports.append(self._take(reading.source, reading.found))
            failed = any(isinstance(one, SourceFailure) for one in reading.found or ())
            if reading.state is not None and not failed:
                self._pages.put(reading.state)
        return IngestReport().joined(*reports, self._ingestion.unchanged(unchanged))

    def remove(self, article_id: str) -> ArticleFacts:
        """Remove an article. Raises NotFoundError, and AccessError for what is not the owner's own."""
        return self.submit_removal(article_id).result()

    def submit_file(self, name: str, content: bytes, source: str | None = None) -> "Future[IngestReport]":
        """Call `take_file` in a thread of its own, when one is free."""
        return self._pool("files").submit(self.take_file, name, content, source)

    def submit_url(self, url: str) -> "Future[IngestReport]":
        """Call `take_url` in a thread of its own, when one is free; files have others."""
        return self._pool("urls").submit(self.take_url, url)

    def submit_removal(self, article_id: str) -> "Future[ArticleFacts]":
        """Remove an article, as `remove` does, after what is being written."""
        return self._pool("writing").submit(self._ingestion.remove, article_id)

    def close(self) -> None:
        """End what is being read, wait for what is being written, and drop what waits."""
        self._closing.set()
        self._sandbox.close()
        for which in ("files", "urls", "writing"):
            if which in self._pools:
                self._pools[which].shutdown(cancel_futures=True)
        if self._proof is not None:
            self._proof.withdraw()

    def _take(self, source: str, found: Iterable[Article | SourceFailure]) -> IngestReport:
        """Take in what was found, an article a turn of the thread that writes."""
        with self._alone(source):
            steps = self._ingestion.take(source, found)
            while True:
                self._heed()
                report = self._pool("writing").submit(next, steps).result()
                if report is not None:
                    return report

    @contextmanager
    def _alone(self, source: str) -> Iterator[None]:
        """Wait until nobody else takes in the owner's `source`: each would remove what the other put in."""
        root, mine = self._root, (self._owner, source)
        with root._changed:
            root._changed.wait_for(lambda: mine not in root._under_way)
            root._under_way.add(mine)
        try:
            yield
        finally:
            with root._changed:
                root._under_way.remove(mine)
                root._changed.notify_all()

    def _heed(self) -> None:
        if self._closing.is_set():
            raise Stopped("not all was read, because the program ends: send it again")

    def _pool(self, which: _Pool) -> ThreadPoolExecutor:
        root = self._root
        with root._guard:
            if which not in root._pools:
                writes = which == "writing"
                root._pools[which] = ThreadPoolExecutor(
                    1 if writes else AT_ONCE, thread_name_prefix=which, initializer=_lower if writes else None
                )
            return root._pools[which]


def clean_name(name: str) -> str:
    """Return the last part of a file's name or path, without characters that are no part of a name.

    Raises SourceError where nothing is left of it.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8")))[-1]
    plain = _UNNAMED.sub("", last).strip(" .")
    if not plain:
        raise SourceError(f"the file's name {name[:60]!a} is none: give the file a name with an ending")
    stem, dot, suffix = plain.rpartition(".")
    return plain if len(plain) <= _LONGEST_NAME else f"{(stem or plain)[:_LONGEST_NAME]}{dot}{suffix[:10]}"


def _lower() -> None:
    """Give this thread a low priority, where the system knows one for threads."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
