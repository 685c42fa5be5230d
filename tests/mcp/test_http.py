import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from mcp import Client

from assistant.api.app import Mounted, create_app
from assistant.api.limits import MAX_BODY
from assistant.api.pages import HEADERS
from assistant.mcp import HttpEdge, Served, build_server
from assistant.types import Answer

from .conftest import Live
from .contract import CHECKS, MODES, called

OPENING = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
ACCEPT = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
Check = Callable[[Client], Awaitable[None]]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("check", CHECKS)
def test_what_every_client_finds(live: Live, check: Check, mode: str) -> None:
    async def run() -> None:
        async with Client(live.mcp, mode=mode) as client:
            assert (client.protocol_version < "2026") == (mode == "legacy")
            await check(client)

    asyncio.run(run())


@pytest.mark.parametrize("mode", MODES)
def test_answers_are_kept(live: Live, mode: str) -> None:
    async def run() -> Answer:
        async with Client(live.mcp, mode=mode) as client:
            return Answer.model_validate(await called(client, "ask", question="How many directives were issued?"))

    answer = asyncio.run(run())
    kept = Answer.model_validate(httpx2.get(f"{live.url}/v1/answers/{answer.id}").json())
    assert kept.passages
    assert kept.model_copy(update={"passages": ()}) == answer


def test_where_files_lie_is_not_told(live: Live) -> None:
    async def run() -> list[str]:
        async with Client(live.mcp, mode=MODES[0]) as client:
            listed = (await called(client, "list_articles"))["articles"]
            return [one["source"] for one in (*listed, await called(client, "get_article", id="summit"))]

    metals = "metals.jsonl#notes on tin & copper/ü 100%"
    assert sorted(asyncio.run(run())) == [metals, "prices.md", "summit.md", "summit.md"]


@pytest.mark.parametrize("mode", MODES)
def test_two_clients_at_once_take_turns_and_hold_up_nothing_else(live: Live, mode: str) -> None:
    questions = ("How many directives were issued?", "At how many degrees does copper melt?")

    async def run() -> list[dict[str, Any]]:
        async with Client(live.mcp, mode=mode) as one, Client(live.mcp, mode=mode) as two:
            asked = [
                asyncio.create_task(called(client, "ask", question=question))
                for client, question in zip((one, two), questions, strict=True)
            ]
            assert await asyncio.to_thread(live.gate.reached.acquire, timeout=60)
            # One is at the gate and the other waits for its turn; both clients are answered all the same.
            assert len((await called(two, "list_articles"))["articles"]) == 3
            assert len((await called(one, "search", query="tin", limit=2))["hits"]) == 2
            assert not any(task.done() for task in asked)
            assert len(live.gate.asked) == 1
            live.gate.open()
            return await asyncio.gather(*asked)

    live.gate.asked.clear()
    live.gate.shut()
    try:
        answers = asyncio.run(run())
    finally:
        live.gate.open()
    assert [answer["question"] for answer in answers] == list(questions)
    assert [answer["status"] for answer in answers] == ["answered", "answered"]


@pytest.mark.parametrize("mode", MODES)
def test_a_cancelled_call_gives_up_its_turn(live: Live, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[Future[Any]] = []
    in_turn = live.chat.in_turn

    def noted(*call: Any, **more: Any) -> Future[Any]:
        turns.append(in_turn(*call, **more))
        return turns[-1]

    monkeypatch.setattr(live.chat, "in_turn", noted)

    async def run() -> None:
        async with Client(live.mcp, mode=mode) as client:
            first = asyncio.create_task(called(client, "ask", question="How many directives were issued?"))
            assert await asyncio.to_thread(live.gate.reached.acquire, timeout=60)
            second = asyncio.create_task(called(client, "ask", question="Never to be asked?"))
            await until(lambda: len(turns) == 2)
            second.cancel()
            await asyncio.gather(second, return_exceptions=True)
            assert second.cancelled()
            await until(turns[1].cancelled)
            live.gate.open()
            assert (await first)["status"] == "answered"
            assert (await called(client, "ask", question="At how many degrees does tin melt?"))["status"] == "answered"

    live.gate.asked.clear()
    live.gate.shut()
    try:
        asyncio.run(run())
    finally:
        live.gate.open()
    assert live.gate.asked == ["How many directives were issued?", "At how many degrees does tin melt?"]


async def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:8080", "null", ""])
def test_web_pages_are_refused(live: Live, origin: str) -> None:
    found = httpx2.post(live.mcp, json=OPENING, headers={**ACCEPT, "origin": origin})
    assert (found.status_code, found.headers["content-type"]) == (403, "application/problem+json")
    assert found.json()["detail"].startswith("web pages of other origins may not use this: call it from a program")
    own = httpx2.post(live.mcp, json=OPENING, headers={**ACCEPT, "origin": live.mcp.removesuffix("/mcp")})
    assert own.status_code == 403
    assert own.json()["detail"] == "web pages may not use this: call it from a program, without the header Origin"
    allowed = httpx2.options(live.mcp, headers={"origin": origin, "access-control-request-method": "POST"})
    assert allowed.status_code == 403
    assert not [name for name in allowed.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    "version", [{}, {"mcp-protocol-version": "2025-06-18"}, {"mcp-protocol-version": "2026-07-28"}]
)
def test_other_names_for_this_machine_are_refused(live: Live, version: dict[str, str]) -> None:
    for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example:8080"):
        found = httpx2.post(live.mcp, json=OPENING, headers={**ACCEPT, **version, "host": host})
        assert found.status_code == 421


def test_its_own_names_are_taken_and_those_that_its_operator_allows(live: Live) -> None:
    for host in ("localhost", "localhost:8080", "127.0.0.1", "127.0.0.1:1", "[::1]:8080", "desk.example"):
        found = httpx2.post(live.mcp, json=OPENING, headers={**ACCEPT, "host": host})
        assert found.status_code == 200
        ended = httpx2.delete(live.mcp, headers={"mcp-session-id": found.headers["mcp-session-id"], "host": host})
        assert ended.status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "OPTIONS"])
def test_other_methods_are_refused(live: Live, method: str) -> None:
    found = httpx2.request(method, live.mcp, headers={"accept": "text/event-stream"})
    assert (found.status_code, found.headers["allow"]) == (405, "POST, DELETE")
    if method == "GET":
        assert found.json()["detail"] == "/mcp does not answer GET: use POST, DELETE"


def test_bodies_are_limited_and_the_rest_stays_as_it_is(live: Live) -> None:
    found = httpx2.post(live.mcp, content=b" " * (MAX_BODY + 1), headers=ACCEPT)
    assert (found.status_code, found.headers["content-type"]) == (413, "application/problem+json")
    assert found.json()["detail"] == "the body is larger than 1,000,000 bytes: send a smaller one"
    opened = httpx2.post(live.mcp, json=OPENING, headers=ACCEPT)
    for response in (found, opened, httpx2.get(f"{live.url}/health")):
        assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert httpx2.get(f"{live.mcp}/").status_code == 404
    assert "/mcp" not in httpx2.get(f"{live.url}/openapi.json").json()["paths"]


def test_what_is_no_message_is_refused_without_a_session(live: Live) -> None:
    for body in (b"", b"[]", b"{", b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'):
        found = httpx2.post(live.mcp, content=body, headers=ACCEPT)
        assert found.status_code == 400
        assert "Traceback" not in found.text


def test_without_guards_it_answers_to_any_name_but_to_no_web_page(live: Live) -> None:
    edge = HttpEdge(build_server(Served(live.chat), "1"))
    with TestClient(create_app(live.chat, [Mounted("/mcp", edge, edge.run)])) as client:
        found = client.post("/mcp", json=OPENING, headers={**ACCEPT, "host": "assistant.lan:8080"})
        assert found.status_code == 200
        (data,) = re.findall(r"^data: (.*)$", found.text, re.M)
        assert json.loads(data.strip())["result"]["serverInfo"]["name"] == "assistant"
        assert client.post("/mcp", json=OPENING, headers={**ACCEPT, "origin": "http://evil.example"}).status_code == 403
