"""Tests of `assistant.api.protocol`: what is no HTTP, and what is late or too much, sent to a real server."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from typing import Any, cast

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from assistant.api.app import create_app
from assistant.api.connections import Connections
from assistant.api.pages import HEADERS
from assistant.api.protocol import Bounds, Protocol, peer_of
from assistant.api.server import bind
from assistant.chat import Chat


@pytest.fixture(scope="module")
def port(chat: Chat) -> Iterator[int]:
    with closing(bind("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(chat), http=Protocol, log_config=None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(60)


class Small:
    """An application: `/wait` answers once `released`, `/stream` sends without end, the rest is answered at once."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self.left = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        import anyio

        if scope["type"] != "http":
            return
        while scope["path"] == "/wait" and not self.released.is_set():
            await anyio.sleep(0.02)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if scope["path"] == "/stream":
            async with anyio.create_task_group() as group:

                async def flow() -> None:
                    while True:
                        await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})
                        await anyio.sleep(0)

                group.start_soon(flow)
                while (await receive())["type"] != "http.disconnect":
                    pass
                group.cancel_scope.cancel()
            self.left.set()
            return
        await send({"type": "http.response.body", "body": b"done"})


Serving = Callable[..., int]


@pytest.fixture
def small() -> Small:
    return Small()


@pytest.fixture
def serving(small: Small) -> Iterator[Serving]:
    """Serves the small application within bounds; gives the port."""
    with ExitStack() as stack:

        def run(connections: Connections | None = None, **bounds: float) -> int:
            listener = stack.enter_context(closing(bind("127.0.0.1", 0)))
            shared = Connections() if connections is None else connections
            made = cast(Any, partial(Protocol, connections=shared, bounds=Bounds(**cast(Any, bounds))))
            config = uvicorn.Config(small, http=made, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            stack.callback(thread.join, 60)
            stack.callback(setattr, server, "should_exit", True)
            stack.callback(small.released.set)
            return int(listener.getsockname()[1])

        yield run


@pytest.fixture
def link() -> Iterator[Callable[[int], socket.socket]]:
    """Opens connections."""
    with ExitStack() as stack:
        yield lambda port: stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))


Link = Callable[[int], socket.socket]
HEAD = b"GET / HTTP/1.1\r\nHost: a\r\n"
WAIT = b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"


def rest_of(connection: socket.socket) -> bytes:
    """Read until the server closes or resets."""
    read = b""
    try:
        while more := connection.recv(65536):
            read += more
    except ConnectionResetError:
        pass
    return read


def answered(connection: socket.socket, sent: bytes = HEAD + b"\r\n") -> bytes:
    connection.sendall(sent)
    read = b""
    while b"\r\n0\r\n\r\n" not in read and (more := connection.recv(65536)):
        read += more
    return read


def trickle(connection: socket.socket, piece: bytes) -> bytes:
    """Send `piece` again and again, until the server closes; return what it said."""
    connection.settimeout(0.05)
    read, until = b"", time.monotonic() + 30
    while time.monotonic() < until:
        try:
            connection.sendall(piece)
            if not (more := connection.recv(65536)):
                return read
            read += more
        except TimeoutError:
            continue
        except OSError:
            return read
    raise AssertionError("the connection was not closed")


def until_there_are(connections: Connections, count: int) -> None:
    deadline = time.monotonic() + 30
    while len(connections) != count:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_head_that_comes_a_line_at_a_time_is_not_waited_for(serving: Serving, link: Link) -> None:
    port = serving(head=0.3)
    one = link(port)
    one.sendall(HEAD)
    said = trickle(one, b"X-A: b\r\n")
    assert said.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b'"status":408' in said


def test_so_is_the_head_of_a_second_request(serving: Serving, link: Link) -> None:
    one = link(serving(head=0.3))
    assert answered(one).startswith(b"HTTP/1.1 200")
    one.sendall(HEAD)
    assert trickle(one, b"X-A: b\r\n").startswith(b"HTTP/1.1 408")


def test_a_connection_that_sends_nothing_is_closed_without_a_word(serving: Serving, link: Link) -> None:
    one = link(serving(head=0.3))
    assert rest_of(one) == b""


def test_an_answer_that_takes_long_is_waited_for(serving: Serving, link: Link, small: Small) -> None:
    one = link(serving(head=0.1, write=0.1, rest=0.1))
    one.sendall(WAIT)
    time.sleep(0.5)
    small.released.set()
    assert answered(one, b"").startswith(b"HTTP/1.1 200")


def test_a_client_that_reads_nothing_is_cut_off(serving: Serving, link: Link, small: Small) -> None:
    one = link(serving(write=0.4))
    one.sendall(b"GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
    assert small.left.wait(30)


def test_the_rest_of_a_body_that_was_answered_is_not_read_for_long(serving: Serving, link: Link) -> None:
    one = link(serving(rest=0.3))
    one.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
    assert trickle(one, b"a").startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("sent", "more", "status"),
    [
        (HEAD, b"X-A: " + b"b" * 10_000, 431),
        (HEAD, b"X-A: b\r\n" * 1000, 431),
        (b"\r\n", b"\r\n" * 10_000, 431),
        (b"POST /wait HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n" * 10_000, 431),
        (b"POST /wait HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-A: b\r\n" * 1000, 431),
        (WAIT, (HEAD + b"\r\n") * 100, 429),
    ],
)
def test_more_than_is_read(sent: bytes, more: bytes, status: int, serving: Serving, link: Link) -> None:
    one = link(serving())
    one.sendall(sent)
    assert f"HTTP/1.1 {status} ".encode() in trickle(one, more)


def test_some_requests_ahead_are_answered_in_turn(serving: Serving, link: Link) -> None:
    one = link(serving())
    one.sendall((HEAD + b"\r\n") * 10 + HEAD + b"Connection: close\r\n\r\n")
    assert rest_of(one).count(b"HTTP/1.1 200") == 11


@pytest.mark.parametrize("to", [b"h2c", b"websocket"])
def test_an_upgrade_is_answered_as_if_it_were_none(to: bytes, serving: Serving, link: Link) -> None:
    one = link(serving())
    one.sendall(HEAD + b"Connection: Upgrade\r\nUpgrade: " + to + b"\r\n\r\n")
    said = rest_of(one)
    assert said.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in said


def test_where_too_many_are_open_the_one_that_waits_longest_goes(serving: Serving, link: Link, small: Small) -> None:
    connections = Connections(3)
    port = serving(connections)
    busy, first, second = link(port), link(port), link(port)
    busy.sendall(WAIT)
    until_there_are(connections, 3)
    assert answered(link(port)).startswith(b"HTTP/1.1 200")
    assert rest_of(first) == b""
    small.released.set()
    assert answered(busy, b"").startswith(b"HTTP/1.1 200")
    assert answered(second).startswith(b"HTTP/1.1 200")


def test_where_all_are_being_answered_the_newest_is_refused(serving: Serving, link: Link, small: Small) -> None:
    connections = Connections(2)
    port = serving(connections)
    busy = [link(port) for _ in range(2)]
    for one in busy:
        one.sendall(WAIT)
    until_there_are(connections, 2)
    time.sleep(0.3)  # nothing tells from outside that a request has come
    refused = rest_of(link(port))
    assert refused.startswith(b"HTTP/1.1 503")
    assert b"Retry-After: 5" in refused
    small.released.set()
    assert all(answered(one, b"").startswith(b"HTTP/1.1 200") for one in busy)
    until_there_are(connections, 2)
    for one in busy:
        one.close()
    until_there_are(connections, 0)


def test_a_server_that_ends_does_not_wait_for_bodies(small: Small, link: Link) -> None:
    with closing(bind("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(small, http=Protocol, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        one = link(listener.getsockname()[1])
        one.sendall(b"POST /wait HTTP/1.1\r\nContent-Length: 9\r\n\r\na")
        time.sleep(0.3)
        server.should_exit = True
        assert rest_of(one) == b""
        small.released.set()
        thread.join(60)
        assert not thread.is_alive()


def test_loopback_is_known_in_both_families() -> None:
    assert [peer_of((host, 1)) for host in ("127.0.0.1", "::1", "::ffff:127.0.0.1", "192.0.2.1")] == [
        "127.0.0.1",
        "::1",
        "127.0.0.1",
        "192.0.2.1",
    ]
    assert peer_of(("2001:db8::1", 1)) == peer_of(("2001:db8::2", 1)) != peer_of(("2001:db9::1", 1))
    assert peer_of(None) == ""


def answer_to(port: int, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize(
    "sent",
    [
        b"hello\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHo st: a\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_is_no_request_is_a_problem_with_the_headers(port: int, sent: bytes) -> None:
    head, _, body = answer_to(port, sent).partition(b"\r\n\r\n")
    first, *lines = head.decode("ascii").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    assert first == "HTTP/1.1 400 Bad Request"
    assert {name: headers[name.lower()] for name in HEADERS} == HEADERS
    assert headers["content-type"] == "application/problem+json"
    assert (int(headers["content-length"]), headers["connection"]) == (len(body), "close")
    assert b'"status":400' in body
