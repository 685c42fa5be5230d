"""Tests of `assistant.api.following`: what comes in which order, and what becomes of work that nobody waits for."""

import asyncio
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from assistant.api.following import following
from assistant.chat import Run
from assistant.conversation import Turn
from assistant.types import Filters
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


@pytest.mark.parametrize("key", [None, "again"])
def test_a_client_that_leaves_a_question_stops_the_work_unless_it_may_come_back(
    live: Live, key: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stops: list[threading.Event | None] = []
    real = live.chat.assistant.ask

    def ask(question: str, filters: Filters, turns: Sequence[Turn], *, stop: threading.Event | None) -> object:
        stops.append(stop)
        return real(question, filters, turns, stop=stop)

    monkeypatch.setattr(live.chat.assistant, "ask", ask)
    live.gate.shut()
    body = {"question": "What ties magnet export licences to quarterly audits?"}
    headers = {"idempotency-key": key} if key else {}
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(httpx2.post, f"{live.url}/v1/ask", json=body, headers=headers, timeout=1)
        assert live.gate.reached.acquire(timeout=60)
        with pytest.raises(httpx2.ReadTimeout):
            asking.result()
    (stop,) = stops
    if key is None:
        assert stop is not None
        assert stop.wait(30)
        live.gate.open()
        return
    assert stop is None
    live.gate.open()
    while (again := live.client.post("/v1/ask", json=body, headers=headers)).status_code == 409:
        time.sleep(0.05)
    assert again.json()["status"] == "answered"
