"""Tests of `assistant.api.bodies`: bodies that come slowly to the whole application, and what comes behind a body."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from assistant.api.app import create_app
from assistant.api.bodies import BodyDeadline
from assistant.api.guards import Guards
from assistant.api.protocol import Protocol
from assistant.api.server import bind
from assistant.chat import Chat

BODIES = ("/v1/ask", "/v1/search", "/v1/session", "/v1/feedback", "/v1/conversations", "/v1/chat/completions")


@pytest.fixture(scope="module")
def port(chat: Chat) -> Iterator[int]:
    with closing(bind("127.0.0.1", 0)) as listener:
        app = create_app(chat, guards=Guards(body_seconds=0.5))
        server = uvicorn.Server(uvicorn.Config(app, http=Protocol, log_config=None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(60)


@pytest.mark.parametrize("path", BODIES)
def test_a_body_that_trickles_is_a_problem(port: int, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=0.05) as connection:
        connection.sendall(head.encode())
        said, until = b"", time.monotonic() + 30
        while b"}" not in said and time.monotonic() < until:
            connection.sendall(b" ")
            try:
                said += connection.recv(65536)
            except TimeoutError:
                continue
    assert said.startswith(b"HTTP/1.1 408")
    problem = json.loads(said.partition(b"\r\n\r\n")[2])
    assert "the body was not there within 0.5 s" in json.dumps(problem)


def waits(*messages: Message, starts: bool = False) -> list[str]:
    """Return what an application receives that is given `messages`, the last after the deadline."""
    given = list(messages)
    received: list[str] = []

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        if starts:
            await send({"type": "http.response.start"})
        received.extend([(await receive())["type"] for _ in messages])

    async def receive() -> Message:
        if len(given) == 1:
            await asyncio.sleep(0.2)
        return given.pop(0)

    async def send(_: Message) -> None:
        """Nothing is sent."""

    scope = {"type": "http", "path": "/"}
    asyncio.run(BodyDeadline(app, 0.1)(scope, receive, send))
    return received


def test_what_comes_behind_the_body_is_waited_for() -> None:
    assert waits({"type": "http.request", "body": b"a"}, {"type": "http.disconnect"}) == [
        "http.request",
        "http.disconnect",
    ]


def test_once_a_response_has_begun_there_is_no_deadline() -> None:
    assert waits({"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.disconnect"}, starts=True)


def test_a_path_may_have_longer() -> None:
    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        await receive()

    async def receive() -> Message:
        await asyncio.sleep(0.2)
        return {"type": "http.request"}

    async def send(_: Message) -> None:
        """Nothing is sent."""

    guarded = BodyDeadline(app, 0.1, longer={"/long": 10.0})
    asyncio.run(guarded({"type": "http", "path": "/long"}, receive, send))
    with pytest.raises(Exception, match="408"):
        asyncio.run(guarded({"type": "http", "path": "/short"}, receive, send))
