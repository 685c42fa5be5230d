"""KeptIndex: the index of a data folder, kept in step with the catalog whatever befalls it."""

import shutil
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from assistant.catalog import Catalog
from assistant.errors import IndexFailure, StorageError
from assistant.index.chroma import ChromaIndex
from assistant.index.mark import mark_of, take_mark
from assistant.index.neighbours import synchronise
from assistant.models.embedding import ModelIdentity, Vectors

# Up to so many passages the index is filled before the assistant is there, which takes a second or two; beyond them
# it is filled behind the answers.
FILLED_AT_ONCE = 1000
_FIRST_PAUSE = 5.0
_LONGEST_PAUSE = 600.0
_FILLING = "it is being filled from the catalog"

Notify = Callable[[str], None]
Told = Callable[[int, int], None]


class KeptIndex:
    """`NeighbourIndex` in a folder, the catalog's copy: one that cannot be trusted is thrown away and filled again.

    It is trusted where its files are, byte for byte, what they were when it was last closed in step. While it is
    filled, and where that fails, as on a full disk, every search raises IndexFailure, for the caller to search the
    catalog instead; it is tried again later, and after every write.
    """

    def __init__(
        self,
        folder: Path,
        identity: ModelIdentity,
        catalog: Catalog,
        notify: Notify = lambda _: None,
        *,
        at_once: int = FILLED_AT_ONCE,
    ) -> None:
        """Open the index in `folder`, or fill it from `catalog`: behind, in a thread, beyond `at_once` passages.

        `notify` is told what was or is to be filled.
        """
        self._folder = folder
        self._identity = identity
        self._catalog = catalog
        self._notify = notify
        self._turn = threading.RLock()  # held while the index changes, or changes hands
        self._halting = threading.Event()
        self._closing = threading.Event()
        self._written = threading.Event()
        self._mending: threading.Thread | None = None
        self._index: ChromaIndex | None = None
        self._fault = _FILLING
        mark = take_mark(folder)
        self._trusted = mark is not None and mark.model == str(identity)
        if mark is not None and self._trusted and mark.division == catalog.division():
            self._open()
        if self._fault and catalog.passage_count() <= at_once:
            self._fill()
        elif self._fault:
            notify("The index is filled from the catalog, which is searched meanwhile.")
        if self._fault:
            self._mend()

    @property
    def fault(self) -> str:
        """Why searches raise IndexFailure, empty where they do not."""
        return self._fault

    def query(self, vector: Vectors, limit: int, article_ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Return the nearest of the named articles, or of all."""
        index = self._sound()
        try:
            return index.query(vector, limit, article_ids)
        except IndexFailure as error:
            self._broke(index, error)
            raise

    def ids(self) -> set[str]:
        """Return the ids of all vectors."""
        index = self._sound()
        try:
            return index.ids()
        except IndexFailure as error:
            self._broke(index, error)
            raise

    def upsert(self, ids: Sequence[str], article_ids: Sequence[str], vectors: Vectors) -> None:
        """Follow the catalog, which has these already; where that fails, the index is filled again later."""
        self._follow(lambda index: index.upsert(ids, article_ids, vectors))

    def delete(self, ids: Sequence[str]) -> None:
        """Follow the catalog, which has these no more; where that fails, the index is filled again later."""
        self._follow(lambda index: index.delete(ids))

    def clear(self) -> None:
        """Throw the index away; it is filled from the catalog behind."""
        self._halt()
        with self._turn:
            self._distrust(_FILLING)
        self._mend()

    def rebuild(self, progress: Told | None = None) -> None:
        """Throw the index away and fill it from the catalog. Raises IndexFailure where that fails."""
        self._halt()
        with self._turn:
            self._distrust(_FILLING)
            self._fill(progress)
        if self._fault:
            self._mend()
            raise IndexFailure(self._sentence())

    def close(self) -> None:
        """Give back the files, and leave a mark by which they can be trusted."""
        self._closing.set()
        self._halt()
        with self._turn:
            index, self._index = self._index, None
            if index is None:
                return
            index.close()
            if not self._fault:
                with suppress(OSError, StorageError):  # without a mark it is filled again at the next start
                    mark_of(self._folder, self._identity, self._catalog).write(self._folder)
            self._fault = "it is closed"

    def _sound(self) -> ChromaIndex:
        index = self._index
        if index is None or self._fault:
            raise IndexFailure(self._sentence())
        return index

    def _sentence(self) -> str:
        return f"the index in {self._folder} is not searched ({self._fault}): the catalog is searched instead"

    def _follow(self, write: Callable[[ChromaIndex], None]) -> None:
        with self._turn:
            if self._index is None or self._fault:
                self._written.set()
                return
            index = self._index
            try:
                write(index)
            except IndexFailure as error:
                self._broke(index, error)

    def _broke(self, index: ChromaIndex, error: IndexFailure) -> None:
        """Stop searching `index`, unless another has taken its place already, and have it mended."""
        with self._turn:
            if self._index is not index or self._fault or self._closing.is_set():
                return
            self._fault = str(error)
        self._mend()

    def _distrust(self, why: str) -> None:
        """Close the index; its files are to be removed."""
        self._fault = why
        self._trusted = False
        index, self._index = self._index, None
        if index is not None:
            with suppress(Exception):  # whatever a broken index raises, nothing of it is kept
                index.close()

    def _open(self) -> None:
        """Open files that are as they were left, in step with the catalog."""
        try:
            self._index = ChromaIndex(self._folder, self._identity)
        except IndexFailure as error:
            self._trusted = False
            self._notify(f"Searching without the index: {error}")
        else:
            self._fault = ""

    def _fill(self, progress: Told | None = None) -> None:
        """Fill the index, from nothing where it is not trusted; what hinders that stands in `fault` afterwards."""

        def told(done: int, total: int) -> None:
            if self._halting.is_set():
                raise _Halted
            if progress:
                progress(done, total)

        with self._turn:
            if self._index is not None:
                self._distrust(self._fault)
        if not self._trusted:
            shutil.rmtree(self._folder, ignore_errors=True)
        index = None
        try:
            if not self._trusted and self._folder.exists():
                raise IndexFailure(f"the index in {self._folder} cannot be removed: check the folder's permissions")
            self._trusted = False
            index = ChromaIndex(self._folder, self._identity)
            count = synchronise(self._catalog, index, told)
            with self._turn:
                # What was written meanwhile; whoever writes now waits, and finds the index in step.
                count += synchronise(self._catalog, index, told)
                self._index, self._fault = index, ""
        except (IndexFailure, StorageError) as error:
            self._fault = str(error)
            self._notify(f"Searching without the index: {error}")
        except _Halted:
            pass
        else:
            if count:
                self._notify(f"Index brought into step with the catalog: {count} passages.")
        finally:
            if index is not None and self._index is not index:
                index.close()

    def _mend(self) -> None:
        """Fill the index in a thread, again and again until that works."""
        with self._turn:
            if self._mending is None and not self._closing.is_set():
                self._mending = threading.Thread(target=self._keep_mending, name="index", daemon=True)
                self._mending.start()

    def _keep_mending(self) -> None:
        pause = 0.0
        while True:
            with self._turn:
                if not self._fault or self._halting.is_set():
                    self._mending = None
                    return
            self._fill()
            if self._fault:
                self._written.clear()
                if self._halting.wait(_FIRST_PAUSE):
                    continue
                pause = min(2 * pause + _FIRST_PAUSE, _LONGEST_PAUSE)
                self._written.wait(pause)

    def _halt(self) -> None:
        """Stop the thread that mends, and wait until it has stopped."""
        with self._turn:
            mending = self._mending
            self._halting.set()
            self._written.set()
        if mending is not None and mending is not threading.current_thread():
            mending.join()
        self._halting.clear()


class _Halted(Exception):
    """Someone else fills the index, or it is closed."""
