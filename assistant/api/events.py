"""A message's run as server-sent events, and as one response that waits for its end."""

import re
from collections.abc import AsyncIterator

from fastapi.responses import EventSourceResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Send

from assistant.api.following import ended, following
from assistant.api.problems import problem_of, problem_response
from assistant.api.wire import PassagesEvent, StatementEvent, StoppedEvent
from assistant.chat import Began, Ended, Run, RunEvent
from assistant.errors import FilterError, NotFoundError
from assistant.events import Retrieved

MEDIA_TYPE = "text/event-stream"
PING = 15.0
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
        with following(self._run, self._after) as self._follower:
            await super().stream_response(send)

    async def _frames(self) -> AsyncIterator[bytes]:
        while not self._follower.over:
            events = await self._follower.news(PING)
            if not events:
                yield KEEPALIVE_COMMENT
            for number, event in events:
                name, body = _told(event)
                yield format_sse_event(
                    data_str=body.model_dump_json(exclude_none=name == "error"),
                    event=name,
                    id=f"{self._run.message.id}:{number}",
                )


async def whole_response(request: Request, run: Run) -> Response:
    """Wait for the end of `run` and return its message as JSON; a failed one as a problem."""
    headers = {"Message-Id": run.message.id}
    if not await ended(request, run) or (end := run.ended) is None:
        return Response(status_code=204, headers=headers)
    if end.failure is not None:
        return problem_response(end.failure, end.message.error or "", headers)
    return Response(end.message.model_dump_json(), headers=headers, media_type="application/json")


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
