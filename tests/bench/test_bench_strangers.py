"""Tests of `bench.strangers`: its requests, what it sees of a server, and when that is good."""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.strangers import ATTACKS, Attack, Place, Result, Watch, attacking, files_of, memory_of, request


class Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 503)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Health) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_requests() -> None:
    assert request("/a", key="k", head="X: y") == (
        b"GET /a HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer k\r\nX: y\r\n\r\n"
    )
    assert request("/a", {}).endswith(b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
    assert request("/a", {}).startswith(b"POST /a ")


def test_each_attack_has_what_it_sends() -> None:
    place = Place(1, "/v1/conversations/x", ("one", "two"))
    assert all(isinstance(one.opening(number, place), bytes) for one in ATTACKS for number in range(8))
    assert len({one.name for one in ATTACKS}) == len(ATTACKS)


def test_a_watch_tells_an_answer_from_none(port: int) -> None:
    watch = Watch(os.getpid(), port)
    watch.look()
    assert (watch.asked, watch.failed) == (1, [])
    assert watch.files == pytest.approx(files_of(os.getpid()), abs=20)
    assert memory_of(os.getpid()) > 10
    gone = Watch(os.getpid(), 1)
    gone.look()
    assert gone.failed == ["ConnectionRefusedError"]
    good = Result("a", 1, watch, watch, 1, 1.0, 1.0)
    assert good.good
    assert not replace(good, end=11.0).good
    assert not replace(good, afterwards=gone).good


def test_an_attack_holds_its_connections(port: int) -> None:
    with attacking(Attack("silent", lambda *_: b"", connections=5), Place(port)) as held:
        deadline = time.monotonic() + 30
        while held() < 5:
            assert time.monotonic() < deadline
            time.sleep(0.05)
