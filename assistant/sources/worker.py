"""The process in which files of others are parsed: little memory, no writing, no connections, no children.

It says that it is ready, then reads requests from standard input and writes answers to standard output, one after the
other, until the input ends: a JSON line each, followed by as many bytes as the line says.
"""

import contextlib
import json
import math
import os
import re
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from assistant.errors import SourceError
from assistant.sources.bounds import MAX_ANSWER, bounded
from assistant.sources.failure import SourceFailure
from assistant.sources.listing import bounded_listing
from assistant.sources.reader import FOUND, read_bytes
from assistant.types import Article

_MOST_OF_ONE = 32_000_000  # bytes of an article: the longest text, and what else belongs to it
_NICENESS = 10
_NO_ROOM = re.compile(r"MemoryError|[Uu]nable to allocate|[Mm]emory allocation failed|[Oo]ut of memory")
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "os.kill")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGING = frozenset({"os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate"})


def main(memory: int, seconds: int) -> None:
    """Answer requests within `memory` bytes until standard input ends, each within `seconds` of the processor.

    Its parent keeps the time; that of the processor ends a process that has lost its parent.
    """
    _confine(memory)
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    for module in ("docx", "feed", "html", "markdown", "pdf", "sitemap", "text"):
        __import__(f"assistant.sources.{module}")
    sys.addaudithook(_refuse)
    _answer(answers, "ready", b"")
    while line := requests.readline():
        request = json.loads(line)
        _limit(resource.RLIMIT_CPU, math.ceil(time.process_time()) + seconds)
        _answer(answers, *_done(request, requests.read(request.pop("size"))))


def _done(request: dict[str, str], content: bytes) -> tuple[str, bytes]:
    """Return "ok" and what the job found, else what went wrong and why."""
    try:
        return "ok", _JOBS[request.pop("job")](content, **request)
    except SourceError as error:
        return "refused", str(error).encode("utf-8", "backslashreplace")
    except MemoryError:
        return "memory", b""
    except Exception as error:  # noqa: BLE001  # a parser met what nobody foresaw: the file is at fault, not the server
        return "refused", f"it cannot be read ({type(error).__name__})".encode()


def _articles(content: bytes, name: str, source: str) -> bytes:
    """Return what is found within the bounds, each on a line of its own, so that the server parses one at a time."""
    return b"\n".join(_lines(bounded(_sound(content, name, source), source), source))


def _sound(content: bytes, name: str, source: str) -> Iterator[Article | SourceFailure]:
    for one in read_bytes(content, Path(name), source):
        if isinstance(one, SourceFailure) and _NO_ROOM.search(one.reason):
            raise MemoryError(one.reason)
        yield one


def _lines(found: Iterable[Article | SourceFailure], source: str) -> Iterator[bytes]:
    """Yield each as JSON, a failure for an article that cannot be, and one for all that the answer has no room for."""
    room = MAX_ANSWER // 2
    left = 0
    for one in found:
        try:
            line = FOUND.dump_json((one,))
        except ValueError:
            line = _failure(source, "its text holds lone surrogates, which are no characters")
        if len(line) > min(room, _MOST_OF_ONE):
            left += 1
        else:
            room -= len(line)
            yield line
    if left:
        reason = f"{left:,} articles hold too much beside their texts, such as tables of many columns: split them"
        yield _failure(source, reason)


def _failure(source: str, reason: str) -> bytes:
    return FOUND.dump_json((SourceFailure(path=source, reason=reason),))


def _listing(kind: str) -> Callable[[bytes], bytes]:
    def read(content: bytes) -> bytes:
        from assistant.sources import feed, sitemap

        parse = feed.parse if kind == "feed" else sitemap.parse
        return bounded_listing(parse(content)).model_dump_json().encode()

    return read


_JOBS: dict[str, Callable[..., bytes]] = {
    "articles": _articles,
    "feed": _listing("feed"),
    "sitemap": _listing("sitemap"),
}


def _answer(answers: BinaryIO, outcome: str, content: bytes) -> None:
    answers.write(json.dumps({"outcome": outcome, "size": len(content), "peak": _peak()}).encode() + b"\n" + content)
    answers.flush()


def _peak() -> int:
    """Return the most memory that this process has had mapped, in bytes; 0 where the system does not say."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            if line.startswith("VmPeak:"):
                return int(line.split()[1]) * 1024
    return 0


def _confine(memory: int) -> None:
    """Take from this process what no parser needs; what the system does not know of is left."""
    for limit, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        _limit(limit, most)
    with contextlib.suppress(OSError):
        os.nice(_NICENESS)


def _limit(limit: int, most: int) -> None:
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(limit, (most, resource.getrlimit(limit)[1]))


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    """Let no parser connect, start a program, or write: an audit hook, which cannot be taken off again."""
    writes = event == "open" and isinstance(flags := arguments[2], int) and flags & _WRITING
    if writes or event in _CHANGING or event.startswith(_FORBIDDEN):
        raise PermissionError(f"{event} is not allowed where files are parsed")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
