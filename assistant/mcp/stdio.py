"""serve_stdio: a server over standard input and output, until either its client or a signal ends it."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Self, cast

import anyio
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_CHUNK = 65536


def serve_stdio(server: Server[Any]) -> None:
    """Answer what comes on standard input until it is closed, or until SIGINT or SIGTERM, then return.

    Meanwhile whatever else is written to standard output goes to standard error. To be called in the main thread.
    """
    asyncio.run(_serve(server))


async def _serve(server: Server[Any]) -> None:
    with anyio.CancelScope() as scope, _ending(scope.cancel):
        try:
            async with stdio_server(stdin=cast("anyio.AsyncFile[str]", _Lines())) as (reading, writing):
                await server.run(reading, writing, server.create_initialization_options())
        except* BrokenPipeError:
            pass  # the client has gone, and with it whoever would read on


class _Lines:
    """The lines of standard input.

    The SDK's own reader blocks in a thread that the process has to wait for, even after a signal; this one's thread
    dies with the process.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        threading.Thread(target=self._read, name="stdin", daemon=True).start()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        line = await self._queue.get()
        if line is None:
            raise StopAsyncIteration
        return line

    def _read(self) -> None:
        with suppress(RuntimeError):  # the loop has ended
            for line in _lines(0):
                self._loop.call_soon_threadsafe(self._queue.put_nowait, line)
            self._loop.call_soon_threadsafe(self._queue.put_nowait, None)


def _lines(number: int) -> Iterator[str]:
    """Yield the lines that come on the file with this number; it is not buffered, so that no lock outlives us."""
    rest = b""
    with suppress(OSError):
        while chunk := os.read(number, _CHUNK):
            *lines, rest = (rest + chunk).split(b"\n")
            yield from (line.decode("utf-8", "replace") for line in lines)
    if rest:
        yield rest.decode("utf-8", "replace")


@contextmanager
def _ending(stop: Callable[[], None]) -> Iterator[None]:
    """Let signals call `stop` on the event loop, and nothing else."""
    loop = asyncio.get_running_loop()

    def end(_signal: int, _frame: object) -> None:
        loop.call_soon_threadsafe(stop)

    former = {number: signal.signal(number, end) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
