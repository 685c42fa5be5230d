"""The heap of a process that answers from many threads for days."""

import ctypes
import os
import platform

ARENAS = 2

_M_ARENA_MAX = -8  # malloc.h
_VARIABLES = ("MALLOC_ARENA_MAX", "GLIBC_TUNABLES")


def limit_arenas(arenas: int = ARENAS) -> bool:
    """Let all threads allocate from so many arenas; say whether that was done. Call it before threads start.

    glibc gives each thread an arena, eight for each core, and what is freed in one is of no use to the others: memory
    grows for hours though nothing is kept. Other C libraries have no arenas, and who set their number knows better.
    """
    if platform.libc_ver()[0] != "glibc" or any(name in os.environ for name in _VARIABLES):
        return False
    return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, arenas))
