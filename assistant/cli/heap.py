"""The heap of a process that answers from many threads for days."""

import ctypes
import os
import platform
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ARENAS = 2

_M_ARENA_MAX = -8  # malloc.h
_VARIABLES = ("MALLOC_ARENA_MAX", "GLIBC_TUNABLES")
_EVERY = 60.0


def limit_arenas(arenas: int = ARENAS) -> bool:
    """Let all threads allocate from so many arenas; say whether that was done. Call it before threads start.

    glibc gives each thread an arena, eight for each core, and what is freed in one is of no use to the others: memory
    grows for hours though nothing is kept. Other C libraries have no arenas, and who set their number knows better.
    """
    if not _on_glibc() or any(name in os.environ for name in _VARIABLES):
        return False
    return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, arenas))


@contextmanager
def long_lived() -> Iterator[None]:
    """Keep the heap of a process small that runs for days; as a decorator, around a whole command."""
    limit_arenas()
    with trimmed():
        yield


@contextmanager
def trimmed(every: float = _EVERY) -> Iterator[None]:
    """Give the pages that are free within the heap back to the system every so many seconds, where glibc is.

    It keeps what the busiest moment so far took, and such moments get rarer but never end.
    """
    if not _on_glibc():
        yield
        return
    library, over = ctypes.CDLL(None), threading.Event()

    def trim() -> None:
        while not over.wait(every):
            library.malloc_trim(0)

    thread = threading.Thread(target=trim, name="trimming", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _on_glibc() -> bool:
    return platform.libc_ver()[0] == "glibc"
