"""Following what is being answered on the event loop, for as long as someone waits for it."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TypeVar

from starlette.requests import Request

from assistant.api.stopping import LOOK
from assistant.chat import Run, RunEvent

T = TypeVar("T")


class Follower:
    """One reader of a run, on the event loop."""

    def __init__(self, run: Run, changed: asyncio.Event, after: int) -> None:
        """Read what follows event `after` of `run`; `changed` is set when something has happened to it."""
        self._run = run
        self._changed = changed
        self._had = after

    @property
    def over(self) -> bool:
        """Whether the run has ended and all of it was read."""
        return self._run.ended is not None and self._had >= self._run.last

    async def news(self, patience: float) -> list[tuple[int, RunEvent]]:
        """Return the numbered events since the last call as soon as there are any, none after `patience` seconds."""
        self._changed.clear()
        if not self.over and not self._run.since(self._had):
            try:
                await asyncio.wait_for(self._changed.wait(), patience)
            except TimeoutError:
                return []
        events = self._run.since(self._had)
        self._had = events[-1][0] if events else self._had
        return events


@contextmanager
def following(run: Run, after: int = 0) -> Iterator[Follower]:
    """Count as a reader of `run` within; it begins behind event `after`."""
    loop = asyncio.get_running_loop()
    changed = asyncio.Event()
    with run.reading(lambda: loop.call_soon_threadsafe(changed.set)):
        yield Follower(run, changed, after)


async def ended(request: Request, run: Run) -> bool:
    """Wait for the end of `run`; return False as soon as the client has gone away before."""
    with following(run) as follower:
        while run.ended is None:
            await follower.news(LOOK)
            if run.ended is None and await request.is_disconnected():
                return False
    return True


async def while_wanted(request: Request, future: "Future[T]", stop: threading.Event) -> T | None:
    """Return what `future` gives; once the client has gone away `stop` is set and None returned.

    Raises HTTPException 503 where the server ends before.
    """
    waiting = asyncio.wrap_future(future)
    try:
        while not (await asyncio.wait({waiting}, timeout=LOOK))[0]:
            if await request.is_disconnected():
                return None
            request.app.state.stopping.heed(future)
        return waiting.result()
    finally:
        stop.set()
        waiting.cancel()
