"""Protocol: uvicorn's HTTP, which answers what is no HTTP as everything else is answered, and within bounds.

A client has to send the head of a request in time, and to read what it is sent; the deadline of a body is that of
`bodies`. Heads have some kilobytes, bodies no more framing than body, and few requests come ahead of their answers.
uvicorn bounds none of these where httptools reads the requests.
"""

import asyncio
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from assistant.api.connections import Connections, Wait
from assistant.api.hosts import is_loopback
from assistant.api.pages import HEADERS
from assistant.api.problems import MEDIA_TYPE, Problem
from assistant.api.tries import address_of


@dataclass(frozen=True)
class Bounds:
    """What a client may take, and send.

    Seconds: `head` until the head of a request is there, from the connection or from its first byte; `write` until more
    is read of what was sent; `rest` for what comes of a body after its answer. `extra` bytes are no body beside as many
    as are, `fields` stand in a head, and `ahead` requests wait for the answer to one before them.
    """

    head: float = 10.0
    write: float = 60.0
    rest: float = 60.0
    extra: int = 65_536
    fields: int = 100
    ahead: int = 20


_DEFAULTS = Bounds()
_LOOKS = 4  # within the shortest of the deadlines
_LONGEST_LOOK = 1.0
_LAST_SECONDS = 2.0  # from the server's end


def _response(status: HTTPStatus, detail: str, **headers: str) -> bytes:
    problem = Problem(title=status.phrase, status=status, detail=detail)
    body = problem.model_dump_json(exclude_none=True).encode()
    head = {**HEADERS, "Content-Type": MEDIA_TYPE, "Content-Length": str(len(body)), "Connection": "close"} | headers
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{name}: {value}" for name, value in head.items()), "", ""]
    return "\r\n".join(lines).encode("ascii") + body


_UNREADABLE = _response(HTTPStatus.BAD_REQUEST, "this is no HTTP request that can be read: send another one")
_LATE = _response(HTTPStatus.REQUEST_TIMEOUT, "the head of the request was not there in time: send it whole")
_LARGE = _response(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    "the request has more or larger header fields than are read, or more framing than body: send fewer",
)
_AHEAD = _response(
    HTTPStatus.TOO_MANY_REQUESTS, "too many requests came ahead of their answers: read answers in between"
)
_FULL = _response(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "there are as many connections as can be held: come again in some seconds",
    **{"Retry-After": "5"},
)


def peer_of(client: tuple[str, int] | None) -> str:
    """Return the address by which `client` is counted: of IPv6 its network, but loopback as it is."""
    return client[0] if client and is_loopback(client[0]) else address_of({"client": client})


class _Refused(Exception):  # ends the parsing
    """What is being read is not read on."""


class Protocol(HttpToolsProtocol):
    """One connection."""

    def __init__(
        self, *args: Any, connections: Connections | None = None, bounds: Bounds = _DEFAULTS, **kwargs: Any
    ) -> None:
        """Be one of `connections`, within `bounds`; the rest is uvicorn's."""
        super().__init__(*args, **kwargs)
        self.address = ""
        self._others = Connections() if connections is None else connections
        self._bounds = bounds
        self._look_every = min(_LONGEST_LOOK, min(bounds.head, bounds.write, bounds.rest) / _LOOKS)
        self._watch: asyncio.TimerHandle | None = None
        # What is read: whether it is a head, since when, the bytes that are no body, and how it is refused.
        self._in_head = False
        self._since: float | None = None
        self._extra = 0
        self._refusal = _UNREADABLE
        # What was not sent yet at the last look, and when it last became less.
        self._unsent = 0
        self._moved = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Begin to wait for a request, or refuse the connection."""
        super().connection_made(transport)
        self.address = peer_of(self.client)
        self._since = self._moved = time.monotonic()
        self._watch = self.loop.call_later(self._look_every, self._look)
        if self._others.enter(self):
            self._note()
        else:
            transport.write(_FULL)
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Be no connection any more."""
        self._others.leave(self)
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def cut(self) -> None:
        """Close at once, whatever was not sent yet."""
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Read more of a request."""
        if self.transport.is_closing():
            return
        before = self.cycle
        self._extra += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._extra > self._bounds.extra:
            self._refusal = _LARGE
            self.send_400_response("")
        elif self.cycle is not before:
            self._since = None
        elif self._since is None and self._is_answered():
            self._since = time.monotonic()
        self._note()

    def on_message_begin(self) -> None:
        """Begin a head."""
        self._in_head, self._extra = True, 0
        if len(self.pipeline) >= self._bounds.ahead:
            self._refusal = _AHEAD
            raise _Refused
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one field of a head, or of what may follow a body in chunks."""
        if len(self.headers) >= self._bounds.fields:
            self._refusal = _LARGE
            raise _Refused
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        self._in_head = False
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        self._extra -= 2 * len(body)
        super().on_body(body)

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._note()

    def pause_writing(self) -> None:
        """Wait until the client has read."""
        super().pause_writing()
        self._note()

    def resume_writing(self) -> None:
        """Go on answering."""
        super().resume_writing()
        self._note()

    def shutdown(self) -> None:
        """End with the answer under way; what is still missing of a request is not waited for long."""
        super().shutdown()
        self.loop.call_later(_LAST_SECONDS, self._end)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # uvicorn's own words
        """Answer what is not read: a problem, with the headers of security."""
        self.transport.write(self._refusal)
        self.transport.close()

    def _should_upgrade_to_ws(self) -> bool:
        return False  # no route speaks it, and its protocol has none of these bounds

    def _unsupported_upgrade_warning(self) -> None:
        # The parser reads nothing any more behind such a request.
        self.cycle.keep_alive = False

    def _is_answered(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _note(self) -> None:
        """Tell for what the client is waited."""
        wait: Wait | None = None
        if self._is_answered():
            wait = "rest" if self.transport.get_write_buffer_size() else "request"
        elif self.cycle.more_body or self.flow.write_paused:
            wait = "rest"
        self._others.waits(self, wait)

    def _look(self) -> None:
        """Close the connection where its client is late."""
        now = time.monotonic()
        self._watch = self.loop.call_later(self._look_every, self._look)
        unsent = self.transport.get_write_buffer_size()
        if not unsent or unsent < self._unsent:
            self._moved = now
        self._unsent = unsent
        if now - self._moved > self._bounds.write:
            self.transport.abort()
        elif not self.transport.is_closing() and self._since is not None and self._is_answered():
            self._close_late(now - self._since)
        self._note()

    def _close_late(self, seconds: float) -> None:
        reads_rest = not self._in_head and self.cycle is not None
        if seconds <= (self._bounds.rest if reads_rest else self._bounds.head):
            return
        # To a browser, which opens connections ahead of need, it would be the answer to what it asks next.
        if self._in_head:
            self._refusal = _LATE
            self.send_400_response("")
        else:
            self.transport.close()

    def _end(self) -> None:
        if not self._is_answered() and self.cycle.more_body:
            self.transport.abort()
