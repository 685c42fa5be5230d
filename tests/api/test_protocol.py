"""Tests of `assistant.api.protocol`: what is no HTTP, sent to a real server."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
import uvicorn

from assistant.api.app import create_app
from assistant.api.pages import HEADERS
from assistant.api.protocol import Protocol
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
