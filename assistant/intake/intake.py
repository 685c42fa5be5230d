"""Intake: takes in what others send, one thing after the other, without keeping answers from their turn."""

import os
import re
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from copy import copy
from typing import ParamSpec, Self, TypeVar

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
# Of an article: what the model embeds in some minutes.
MAX_TEXT = 3_000_000  # characters
MAX_BLOCKS = 20_000

_READING = 2
_NICENESS = 10
_LONGEST_NAME = 200
_PAGE = re.compile(r"https?://", re.IGNORECASE)
_UNNAMED = re.compile(r"[\x00-\x1f\x7f-\x9f#\u2028\u2029\u202a-\u202e\u2066-\u2069]")

P = ParamSpec("P")
T = TypeVar("T")


class Intake:
    """Files and URLs into the catalog; callable from several threads.

    Reading runs beside answers in processes of low priority, and writing in one thread of low priority.
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
        self._guard = threading.Lock()
        self._closing = threading.Event()
        self._reading: ThreadPoolExecutor | None = None
        self._writing: ThreadPoolExecutor | None = None
        self._root = self  # which has the threads

    def of(self, owner: str | None) -> Self:
        """Return the same for the owner of a key: what they take in is theirs, and they touch nothing else."""
        mine = copy(self)
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
        return self._write(self._ingestion.take, source, _bounded(self._sandbox.articles(content, plain, source)))

    def take_url(self, url: str) -> IngestReport:
        """Take in a page, or the pages that a feed or a sitemap names; what fails is in the report."""
        report = IngestReport()
        for reading in self._web.read(url):
            if self._closing.is_set():
                raise Stopped("not all was read, because the program ends: send it again")
            if reading.found is None:
                report = report.joined(self._ingestion.unchanged(reading.source))
            else:
                report = report.joined(self._write(self._ingestion.take, reading.source, _bounded(reading.found)))
            failed = any(isinstance(one, SourceFailure) for one in reading.found or ())
            if reading.state is not None and not failed:
                self._pages.put(reading.state)
        return report

    def remove(self, article_id: str) -> ArticleFacts:
        """Remove an article. Raises NotFoundError, and AccessError for what is not the owner's own."""
        return self._write(self._ingestion.remove, article_id)

    def submit(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Call a method of this intake when one of its few threads is free."""
        root = self._root
        with root._guard:
            if root._reading is None:
                root._reading = ThreadPoolExecutor(_READING, thread_name_prefix="reading")
        return root._reading.submit(function, *args, **kwargs)

    def close(self) -> None:
        """End what is being read, wait for what is being written, and drop what waits."""
        self._closing.set()
        self._sandbox.close()
        for pool in (self._reading, self._writing):
            if pool is not None:
                pool.shutdown(cancel_futures=True)
        if self._proof is not None:
            self._proof.withdraw()

    def _write(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        root = self._root
        with root._guard:
            if root._writing is None:
                root._writing = ThreadPoolExecutor(1, thread_name_prefix="writing", initializer=_lower)
        return root._writing.submit(function, *args, **kwargs).result()


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


def _bounded(found: Iterable[Article | SourceFailure]) -> list[Article | SourceFailure]:
    """Return what was found, without articles too long for others to wait for, and without URLs that are no page's."""
    out: list[Article | SourceFailure] = []
    for one in found:
        if isinstance(one, Article) and (len(one.text) > MAX_TEXT or len(one.blocks) > MAX_BLOCKS):
            size = f"{len(one.text):,} characters in {len(one.blocks):,} blocks"
            reason = f"its text has {size}: at most {MAX_TEXT:,} in {MAX_BLOCKS:,} are taken in, so split it"
            out.append(SourceFailure(path=one.source or one.id, reason=reason))
        elif isinstance(one, Article) and one.url is not None and not _PAGE.match(one.url):
            out.append(one.model_copy(update={"url": None}))
        else:
            out.append(one)
    return out


def _lower() -> None:
    """Give this thread a low priority, where the system knows one for threads."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
