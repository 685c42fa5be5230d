"""Tests of `assistant.api.following`: what comes in which order, and what becomes of work that nobody waits for."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from assistant.api.app import create_app
from assistant.api.following import following
from assistant.chat import Run
from tests.api.conftest import Live
from tests.chat.test_runs import MESSAGE, STATED, ended


def test_events_come_once_in_order_and_then_it_is_over() -> None:
    run = Run(MESSAGE)

    async def read() -> list[int]:
        had: list[int] = []
        with following(run) as follower:
            while not follower.over:
                had += [number for number, _ in await follower.news(30)]
                if len(had) == 1:
                    threading.Timer(0.05, run.emit, [STATED]).start()
                if len(had) == 2:
                    threading.Timer(0.05, run.end, [3, ended()]).start()
            assert await follower.news(0) == []
        return had

    assert asyncio.run(read()) == [1, 2, 3]


def test_nothing_new_within_the_patience() -> None:
    run = Run(MESSAGE)

    async def read() -> None:
        with following(run, after=1) as follower:
            assert await follower.news(0.05) == []
            assert not follower.over

    asyncio.run(read())


def test_a_reader_of_what_has_ended_gets_what_follows_and_waits_for_nothing() -> None:
    run = Run(MESSAGE)
    run.end(2, ended())

    async def read() -> None:
        with following(run, after=1) as follower:
            assert [number for number, _ in await follower.news(30)] == [2]
            assert follower.over
        with following(run, after=2) as follower:
            assert follower.over
            assert await follower.news(30) == []

    asyncio.run(asyncio.wait_for(read(), 20))


BODY = {"question": "What ties magnet export licences to quarterly audits?"}


@pytest.fixture
def stops(live: Live, monkeypatch: pytest.MonkeyPatch) -> list[threading.Event]:
    """What ends the answers that are asked for."""
    found: list[threading.Event] = []
    real = live.chat.assistant.ask

    def ask(*asked: Any, **more: Any) -> object:
        found.append(more["stop"])
        return real(*asked, **more)

    monkeypatch.setattr(live.chat.assistant, "ask", ask)
    return found


def sent(client: Any, kind: str, answer: str, **more: Any) -> Any:
    """Ask, with a key or without, or ask again for what was answered before."""
    if kind == "replay":
        return client.get(f"/v1/answers/{answer}/replay", **more)
    return client.post("/v1/ask", json=BODY, headers={"idempotency-key": kind} if kind == "key" else {}, **more)


@pytest.mark.parametrize("kind", ["once", "key", "replay"])
def test_a_client_that_leaves_a_question_stops_the_work_unless_it_may_come_back(
    live: Live, kind: str, stops: list[threading.Event]
) -> None:
    answer = live.client.post("/v1/ask", json=BODY).json()["id"]
    live.gate.shut()
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(sent, live.client, kind, answer, timeout=1)
        assert live.gate.reached.acquire(timeout=60)
        with pytest.raises(httpx2.ReadTimeout):
            asking.result()
    if kind != "key":
        assert stops[-1].wait(30)
        live.gate.open()
        return
    assert not stops[-1].is_set()
    live.gate.open()
    while (again := sent(live.client, kind, answer)).status_code == 409:
        time.sleep(0.05)
    assert again.json()["status"] == "answered"


@pytest.mark.parametrize("kind", ["once", "key", "replay"])
def test_a_server_that_ends_stops_the_work(live: Live, kind: str, stops: list[threading.Event]) -> None:
    answer = live.client.post("/v1/ask", json=BODY).json()["id"]
    app = create_app(live.chat)
    live.gate.shut()
    with TestClient(app) as client, ThreadPoolExecutor(1) as pool:
        asking = pool.submit(sent, client, kind, answer)
        assert live.gate.reached.acquire(timeout=60)
        assert not stops[-1].is_set()
        app.state.stopping.began = app.state.stopping.over = True
        assert asking.result(60).status_code == 503
        assert stops[-1].is_set()
        live.gate.open()
