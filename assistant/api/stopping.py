"""Stopping: how far a server has come in ending, for the requests that wait meanwhile."""

import asyncio
import threading
from concurrent.futures import Future
from http import HTTPStatus
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request

T = TypeVar("T")

# Seconds between two looks.
LOOK = 0.5
_RETRY_SECONDS = 5


class Stopping:
    """`began`: what is not answered yet is not begun any more. `over`: what is being answered is not awaited either."""

    def __init__(self) -> None:
        """Begin with neither."""
        self.began = False
        self.over = False

    def heed(self, future: "Future[T]") -> None:
        """Raise HTTPException 503 where what `future` stands for is not awaited any more."""
        if future.done():
            return
        if self.over or (self.began and not future.running()):
            raise HTTPException(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"the server is ending: ask again in {_RETRY_SECONDS} seconds",
                {"Retry-After": str(_RETRY_SECONDS)},
            )


async def while_serving(request: Request, future: "Future[T]", stop: threading.Event | None = None) -> T:
    """Return what `future` gives, also to nobody. Raises HTTPException 503 where the server ends before.

    `stop` is set once it is not awaited any more.
    """
    waiting = asyncio.wrap_future(future)
    try:
        while not (await asyncio.wait({waiting}, timeout=LOOK))[0]:
            request.app.state.stopping.heed(future)
        return waiting.result()
    finally:
        if stop is not None:
            stop.set()
        waiting.cancel()
