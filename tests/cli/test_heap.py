"""Tests of `assistant.cli.heap`."""

import os
import platform
import subprocess
import sys

import pytest

from assistant.cli.heap import ARENAS, limit_arenas

# Threads that allocate at once, each held until all have; then the number of arenas, which glibc tells as XML.
_PROGRAM = """
import ctypes, os, sys, tempfile, threading
from assistant.cli.heap import limit_arenas

if "limited" in sys.argv:
    assert limit_arenas()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
all_there = threading.Barrier(12)

def allocate():
    libc.malloc(ctypes.c_size_t(5000))
    all_there.wait()

threads = [threading.Thread(target=allocate) for _ in range(12)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc.fopen.restype = ctypes.c_void_p
with tempfile.NamedTemporaryFile() as told:
    stream = ctypes.c_void_p(libc.fopen(told.name.encode(), b"w"))
    libc.malloc_info(0, stream)
    libc.fclose(stream)
    print(told.read().count(b"<heap nr="))
"""

# Memory that is freed below a block that is kept stays with the process until it is trimmed.
_FREED = """
import ctypes, time
from pathlib import Path
from assistant.cli.heap import trimmed

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
resident = lambda: int(Path("/proc/self/statm").read_text().split()[1])
blocks = [libc.malloc(ctypes.c_size_t(60_000)) for _ in range(2_000)]
for block in blocks:
    ctypes.memset(block, 1, 60_000)
for block in blocks[:-1]:
    libc.free(ctypes.c_void_p(block))
before = resident()
with trimmed(0.01):
    end = time.monotonic() + 30
    while resident() > before / 2 and time.monotonic() < end:
        time.sleep(0.01)
print(before, resident())
"""

on_glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has no arenas")


def arenas(*args: str) -> int:
    """Return how many arenas twelve threads took."""
    environment = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *args], env=environment, check=True, capture_output=True, timeout=60
    )
    return int(done.stdout)


@on_glibc
def test_threads_share_few_arenas() -> None:
    assert arenas() > ARENAS
    assert arenas("limited") <= ARENAS


@on_glibc
def test_what_is_free_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", _FREED], check=True, capture_output=True, timeout=60)
    before, after = map(int, done.stdout.split())
    assert after < before / 2


@pytest.mark.parametrize("name", ["MALLOC_ARENA_MAX", "GLIBC_TUNABLES"])
def test_a_number_that_is_set_stays(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "4")
    assert not limit_arenas()
