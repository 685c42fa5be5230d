"""Sandbox: files and pages of others are parsed in processes of their own, which may fail, hang or grow."""

import json
import math
import os
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from assistant.errors import RunError, SourceError, Stopped
from assistant.sources.bounds import MAX_ANSWER
from assistant.sources.failure import SourceFailure
from assistant.sources.reader import FOUND
from assistant.types import Article

MEMORY = 1 << 30
SECONDS = 60.0

_PACKAGE = Path(__file__).resolve().parents[2]
_KEPT = 200  # files that one process reads before another takes its place
_NEAR = 0.9  # share of the memory beyond which a failure is laid to it


class Sandbox:
    """Parses in a few processes that are started when first needed and kept; callable from several threads."""

    def __init__(self, *, processes: int = 2, memory: int = MEMORY, seconds: float = SECONDS) -> None:
        """Run at most `processes` of them, each within `memory` bytes, each file within `seconds`."""
        self._memory = memory
        self._seconds = seconds
        self._processes = processes
        # Those that wait for a file; None stands for one that is not started.
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(processes):
            self._idle.put(None)
        self._guard = threading.Lock()
        self._live: set[_Worker] = set()
        self._closed = False

    def articles(self, content: bytes, name: str, source: str) -> tuple[Article | SourceFailure, ...]:
        """Return what `read_bytes` finds in a file called `name`, within the `bounds` of what others send.

        A file that breaks its process is a failure.
        """
        try:
            lines = self.run("articles", content, name=name, source=source).splitlines()
        except SourceError as error:
            return (SourceFailure(path=source, reason=str(error)),)
        # One at a time: other threads have their turn between two.
        return tuple(one for line in lines for one in FOUND.validate_json(line))

    def run(self, job: str, content: bytes, **arguments: str) -> bytes:
        """Return what the worker's `job` makes of `content`.

        Raises SourceError with the reason where it cannot be read, takes too long, or more memory than it may have,
        RunError where no process can be started.
        """
        worker = self._idle.get()
        keep = None
        try:
            if worker is None:
                worker = self._start()
            answer = worker.ask({"job": job, **arguments}, content, self._seconds)
            full = answer.outcome == "memory" or answer.peak > _NEAR * self._memory
            if not full and not answer.late and worker.done < _KEPT:
                keep = worker
        finally:
            if worker is not None and keep is None:
                self._end(worker)
            self._idle.put(keep)
        if answer.outcome == "ok":
            return answer.content
        if full:
            raise SourceError(f"reading it takes more than {self._memory >> 20:,} MiB of memory: it is left out")
        raise SourceError(answer.content.decode("utf-8", "replace"))

    def close(self) -> None:
        """End the processes at once: a file that is being read is a failure. None is read any more."""
        with self._guard:
            self._closed = True
            for worker in self._live:
                worker.kill()
        for idle in [self._idle.get() for _ in range(self._processes)]:
            if idle is not None:
                self._end(idle)
            self._idle.put(None)

    def _start(self) -> "_Worker":
        with self._guard:
            if self._closed:
                raise Stopped("files are not read any more, because the program ends: send them again")
            worker = _Worker(self._memory, self._seconds)
            self._live.add(worker)
        return worker

    def _end(self, worker: "_Worker") -> None:
        worker.close()
        with self._guard:
            self._live.discard(worker)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a process answered: `peak` is the most memory it has had in bytes, `late` that it was ended meanwhile."""

    outcome: str
    content: bytes
    peak: int
    late: bool


class _Worker:
    """One process of `assistant.sources.worker`."""

    def __init__(self, memory: int, seconds: float) -> None:
        command = [sys.executable, "-B", "-m", "assistant.sources.worker", str(memory), str(math.ceil(seconds) + 1)]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # Nothing of the environment but where this package lies: parsers need no keys.
                env={"PYTHONPATH": str(_PACKAGE), "OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"},
                cwd=os.sep,
                start_new_session=True,  # Ctrl-C is the parent's to handle
            )
        except OSError as error:
            raise RunError(f"no process can be started to read files in ({error.strerror}): try again later") from error
        self.done = 0
        self._ready = False

    def ask(self, request: dict[str, str], content: bytes, seconds: float) -> _Answer:
        """Return what the process answers. Raises SourceError where it breaks, or is ended after `seconds`.

        The time begins when the process is ready. Raises RunError where it never is.
        """
        if not self._ready:
            try:
                self._exchange(b"", SECONDS)
            except SourceError as error:
                raise RunError("the process that reads files does not start: try again later") from error
            self._ready = True
        head = json.dumps({**request, "size": len(content)}).encode() + b"\n"
        answer = self._exchange(head + content, seconds)
        self.done += 1
        return answer

    def _exchange(self, sent: bytes, seconds: float) -> _Answer:
        late = threading.Event()
        timer = threading.Timer(seconds, self._end, (late,))
        timer.daemon = True
        timer.start()
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(sent)
            stdin.flush()
            head = json.loads(stdout.readline())
            body = stdout.read(min(head["size"], MAX_ANSWER))
            if len(body) < head["size"]:
                raise EOFError
        except (OSError, EOFError, ValueError) as error:
            why = f"takes more than {seconds:g} s" if late.is_set() else "breaks the program that reads it"
            raise SourceError(f"reading it {why}: it is left out") from error
        finally:
            timer.cancel()
        return _Answer(head["outcome"], body, head["peak"], late.is_set())

    def kill(self) -> None:
        """End the process; whoever waits for an answer is told."""
        self._process.kill()

    def close(self) -> None:
        """End the process and give back its pipes."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):  # what was not yet written has nowhere to go
                    stream.close()
        self._process.wait()

    def _end(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()
