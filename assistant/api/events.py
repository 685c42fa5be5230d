"""A message's run as server-sent events, and as one response that waits for its end."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from fastapi.responses import EventSourceResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Send

from assistant.api.problems import problem_of, problem_response
from assistant.api.wire import PassagesEvent, StatementEvent, StoppedEvent
from assistant.chat import Began, Ended, Run, RunEvent
from assistant.errors import FilterError, NotFoundError
from assistant.pipeline import Retrieved

MEDIA_TYPE = "text/event-stream"
PING = 15.0
_LOOK = 1.0
_ID = re.compile(r"([0-9a-f]{32}):(\d{1,9})")


class RunResponse(EventSourceResponse):
    """The events of a run that follow number `after`, sent as they come, and a comment when 15 s pass without one.

    The client counts as a reader of the run until it has gone away or has had the last event.
    """

    def __init__(self, run: Run, after: int = 0) -> None:
        """Send the events of `run`."""
        self._run = run
        self._after = after
        headers = {"Message-Id": run.message.id, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(self._frames(), headers=headers)

    async def stream_response(self, send: Send) -> None:
        """Send everything; cancelled when the client goes away."""
        with _reading(self._run) as self._news:
            await super().stream_response(send)

    async def _frames(self) -> AsyncIterator[bytes]:
        sent = self._after
        while True:
            self._news.clear()
            ended = self._run.ended
            for number, event in self._run.since(sent):
                name, body = _told(event)
                yield format_sse_event(
                    data_str=body.model_dump_json(exclude_none=name == "error"),
                    event=name,
                    id=f"{self._run.message.id}:{number}",
                )
                sent = number
            if ended is not None:
                return
            try:
                await asyncio.wait_for(self._news.wait(), PING)
            except TimeoutError:
                yield KEEPALIVE_COMMENT


async def whole_response(request: Request, run: Run) -> Response:
    """Wait for the end of `run` and return its message as JSON; a failed one as a problem."""
    with _reading(run) as news:
        while run.ended is None:
            news.clear()
            try:
                await asyncio.wait_for(news.wait(), _LOOK)
            except TimeoutError:
                if await request.is_disconnected():
                    break
    ended = run.ended
    headers = {"Message-Id": run.message.id}
    if ended is None:
        return Response(status_code=204, headers=headers)
    if ended.failure is not None:
        return problem_response(ended.failure, ended.message.error or "", headers)
    return Response(ended.message.model_dump_json(), headers=headers, media_type="application/json")


def wants_events(request: Request) -> bool:
    """Whether the sender accepts server-sent events."""
    return MEDIA_TYPE in request.headers.get("accept", "").lower()


def number_after(run: Run, last_event_id: str | None) -> int:
    """Return the number of the event that the sender had last, 0 where it had none.

    Raises FilterError for what is no id of an event, NotFoundError for that of an event that this run has not had.
    """
    if not last_event_id:
        return 0
    found = _ID.fullmatch(last_event_id)
    if found is None:
        raise FilterError(
            f"Last-Event-ID is {last_event_id[:60]!r}, but should be the id of an event, such as"
            f" {run.message.id + ':1'!r}"
        )
    if found[1] != run.message.id or int(found[2]) > run.last:
        raise NotFoundError(
            f"the message {run.message.id!r} has no event {last_event_id!r}: leave Last-Event-ID out to have all"
        )
    return int(found[2])


@contextmanager
def _reading(run: Run) -> Iterator[asyncio.Event]:
    """Count as a reader of `run`; the event is set whenever something new has happened to it."""
    loop = asyncio.get_running_loop()
    news = asyncio.Event()
    with run.reading(lambda: loop.call_soon_threadsafe(news.set)):
        yield news


def _told(event: RunEvent) -> tuple[str, BaseModel]:
    if isinstance(event, Began):
        return "message", event.message
    if isinstance(event, Retrieved):
        return "retrieval", PassagesEvent(passages=event.hits)
    if not isinstance(event, Ended):
        return "statement", StatementEvent(**dict(event.statement), citations=event.citations)
    if event.failure is not None:
        return "error", problem_of(event.failure, event.message.error or "")
    if event.message.status == "stopped":
        return "stopped", StoppedEvent()
    return "answer", event.message
