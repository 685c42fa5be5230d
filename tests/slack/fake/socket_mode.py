"""Socket Mode: connections that envelopes go out on and acknowledgements come back on."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Coroutine
from contextlib import suppress
from threading import Condition
from uuid import uuid4

from aiohttp import WSMsgType, web

from .deliveries import Attempt, Delivery
from .workspace import APP, JSON

_PING = 0.2


class SocketMode:
    """Sends to the youngest connection, keeps what is to be sent until there is one.

    What is not acknowledged within `patience` seconds is delivered again, `retries` times at most.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, changed: Condition, patience: float, retries: int) -> None:
        self.patience, self.retries = patience, retries
        self.opened = 0
        self._loop, self._changed = loop, changed
        self._tickets: set[str] = set()
        self._connections: list[tuple[web.WebSocketResponse, web.Request]] = []
        self._waiting: deque[tuple[Delivery, str]] = deque()
        self._unacknowledged: dict[str, tuple[Delivery, Attempt]] = {}

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    def ticket(self) -> str:
        """Return a ticket that opens one connection."""
        ticket = str(uuid4())
        self._tickets.add(ticket)
        return ticket

    def send(self, delivery: Delivery) -> None:
        """Deliver, now or as soon as there is a connection."""
        self._loop.call_soon_threadsafe(self._offer, delivery, "")

    def again(self, delivery: Delivery, reason: str = "timeout") -> None:
        """Deliver once more, acknowledged or not."""
        self._loop.call_soon_threadsafe(self._offer, delivery, reason)

    def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask the app to connect anew; the connection stays open meanwhile."""
        told = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-fake"}}
        self._on_loop(self._tell_all(told))

    def cut(self) -> None:
        """Close every connection without a word, as a broken network does."""
        self._on_loop(self._cut())

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        if request.query.get("ticket") not in self._tickets:
            return web.Response(status=403)
        self._tickets.remove(request.query["ticket"])
        # The client takes no part in the closing handshake: there is nothing to wait for.
        socket = web.WebSocketResponse(timeout=0.1)
        await socket.prepare(request)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self._connections) + 1,
                "debug_info": {"host": "applink-fake", "build_number": 1, "approximate_connection_time": 18060},
                "connection_info": {"app_id": APP},
            }
        )
        connection = (socket, request)
        self._connections.append(connection)
        self._notify(opened=1)
        pinging = self._loop.create_task(_ping(socket))
        try:
            await self._flush()
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(json.loads(message.data))
        finally:
            pinging.cancel()
            if connection in self._connections:
                self._connections.remove(connection)
            self._notify()
        return socket

    async def close(self) -> None:
        """Close all connections."""
        await self._cut()

    def _offer(self, delivery: Delivery, reason: str) -> None:
        self._waiting.append((delivery, reason))
        self._loop.create_task(self._flush())

    async def _flush(self) -> None:
        while self._waiting and self._connections:
            delivery, reason = self._waiting.popleft()
            attempt = delivery.again(reason)
            self._unacknowledged[attempt.envelope_id] = delivery, attempt
            # One that does not get out is not acknowledged either: it goes again below.
            with suppress(ConnectionError):
                await self._connections[-1][0].send_json(_envelope(delivery, attempt))
            self._loop.call_later(self.patience, self._check, delivery, attempt)

    def _check(self, delivery: Delivery, attempt: Attempt) -> None:
        if not delivery.acknowledged and delivery.attempts[-1] is attempt and attempt.number < self.retries:
            self._offer(delivery, "timeout")

    def _acknowledge(self, told: JSON) -> None:
        known = self._unacknowledged.pop(str(told.get("envelope_id")), None)
        if known is not None:
            known[1].acknowledged, known[1].response = time.monotonic(), told.get("payload")
        self._notify()

    async def _tell_all(self, told: JSON) -> None:
        for socket, _ in list(self._connections):
            await socket.send_json(told)

    async def _cut(self) -> None:
        for _, request in list(self._connections):
            if request.transport is not None:
                request.transport.abort()
        self._connections.clear()
        self._notify()

    def _notify(self, opened: int = 0) -> None:
        with self._changed:
            self.opened += opened
            self._changed.notify_all()

    def _on_loop(self, work: Coroutine[object, object, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


async def _ping(socket: web.WebSocketResponse) -> None:
    # As Slack does, but more often: the client waits for bytes for three seconds before it notices that it is closed.
    while not socket.closed:
        await asyncio.sleep(_PING)
        with suppress(ConnectionError):
            await socket.ping()


def _envelope(delivery: Delivery, attempt: Attempt) -> JSON:
    envelope: JSON = {
        "envelope_id": attempt.envelope_id,
        "type": delivery.kind,
        "payload": delivery.payload,
        "accepts_response_payload": delivery.kind != "events_api",
    }
    if delivery.kind == "events_api":
        envelope |= {"retry_attempt": attempt.number, "retry_reason": attempt.reason}
    return envelope
