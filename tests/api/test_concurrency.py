"""Tests of `assistant.api.concurrency`."""

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from assistant.api.app import create_app
from assistant.api.concurrency import COSTLY, Concurrency, Places
from assistant.api.guards import Guards

from .conftest import Live

QUESTION = {"question": "What ties magnet export licences to quarterly audits?"}


@given(st.integers(1, 40), st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans()), max_size=200))
def test_places_are_never_more_than_there_are_and_one_is_left_for_who_has_none(
    most: int, steps: list[tuple[str, bool]]
) -> None:
    places, held = Places(most), Counter[str]()
    for who, takes in steps:
        if takes:
            # One alone gets half at most.
            got = places.take(who)
            assert got == (held[who] < most - held.total())
            held[who] += got
        elif held[who]:
            places.give_back(who)
            held[who] -= 1
        assert places.taken == held.total() <= most
        assert max(held.values(), default=0) <= (most + 1) // 2
    for who, count in held.items():
        for _ in range(count):
            places.give_back(who)
    assert places.taken == 0


def test_what_is_counted_are_routes_that_there_are(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    listed = {(method.upper(), path) for path, item in paths.items() for method in item}
    assert set(COSTLY) - {("POST", "/mcp")} <= listed


def test_beyond_the_places_a_question_is_refused_and_told_when_to_come_again(live: Live) -> None:
    # Three at once, of one client, of which half of two places is one: the others are refused.
    app = create_app(live.chat, guards=Guards(most=2))
    live.gate.shut()
    with ExitStack() as stack:
        client = stack.enter_context(TestClient(app))
        pool = stack.enter_context(ThreadPoolExecutor(1))
        first = pool.submit(client.post, "/v1/ask", json=QUESTION)
        assert live.gate.reached.acquire(timeout=60)
        refused = client.post("/v1/ask", json=QUESTION)
        assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert "ask again in" in refused.json()["detail"]
        theirs = client.post("/v1/chat/completions", json={})
        assert (theirs.status_code, set(theirs.json())) == (429, {"error"})
        assert theirs.headers["retry-after"] == refused.headers["retry-after"]
        # What asks no model, and searches, which wait for nobody, are answered all the same.
        assert client.get("/health").status_code == 200
        assert client.post("/v1/search", json=QUESTION).status_code == 200
        other = TestClient(app, client=("192.0.2.9", 1))
        second = stack.enter_context(ThreadPoolExecutor(1)).submit(other.post, "/v1/ask", json=QUESTION)
        assert live.gate.reached.acquire(timeout=60)
        live.gate.open()
        assert (first.result().status_code, second.result().status_code) == (200, 200)
        assert client.post("/v1/ask", json=QUESTION).status_code == 200
        text = client.get("/metrics").text
        assert 'assistant_http_requests_total{method="POST",route="/v1/ask",status="429"} 1.0' in text


def test_who_hangs_up_gets_no_more_places() -> None:
    async def hung_up(_scope: Scope, receive: Receive, _send: Send) -> None:
        await receive()

    async def run() -> list[int]:
        guarded = Concurrency(hung_up, most=4, patience=0.3)
        statuses: list[int] = []

        async def receive() -> dict[str, str]:
            return {"type": "http.disconnect"}

        async def send(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(int(str(message["status"])))

        scope = {"type": "http", "method": "POST", "path": "/v1/ask", "client": ("192.0.2.1", 1), "app": _Refusing()}
        for _ in range(5):
            await guarded(dict(scope), receive, send)  # type: ignore[arg-type]
        await asyncio.sleep(0.5)
        await guarded(dict(scope), receive, send)  # type: ignore[arg-type]
        return statuses

    # Two of four places; the next three were refused, and after the patience there is room again.
    assert asyncio.run(run()) == [429, 429, 429]


class _Refusing:
    """An application that answers errors with their status alone."""

    def __init__(self) -> None:
        from types import SimpleNamespace

        from starlette.exceptions import HTTPException
        from starlette.requests import Request
        from starlette.responses import Response

        async def answer(_request: Request, error: HTTPException) -> Response:
            return Response(status_code=error.status_code)

        self.state = SimpleNamespace(own_errors=[])
        self.exception_handlers = {HTTPException: answer}


def test_a_place_is_free_again_after_a_failure(live: Live) -> None:
    live.gate.fail = ValueError("none of your business")
    app = create_app(live.chat, guards=Guards(most=2))
    client = TestClient(app, raise_server_exceptions=False)
    assert [client.post("/v1/ask", json=QUESTION).status_code for _ in range(4)] == [500] * 4
    assert [client.post("/v1/ask", json={}).status_code for _ in range(4)] == [422] * 4


def test_a_stream_that_was_read_to_its_end_gives_its_place_back(live: Live) -> None:
    path = live.conversation()
    client = TestClient(create_app(live.chat, guards=Guards(most=2)))
    for _ in range(4):
        found = client.post(f"{path}/messages", json=QUESTION, headers={"accept": "text/event-stream"})
        assert (found.status_code, found.text.count("event: answer")) == (200, 1)
