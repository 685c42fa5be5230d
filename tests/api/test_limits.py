import asyncio

import pytest
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from assistant.api.limits import MAX_BODY, BodyLimit

JSON = {"content-type": "application/json"}


def test_a_body_with_a_length_over_the_limit_is_a_413_problem(client: TestClient) -> None:
    found = client.post("/v1/ask", content=b" " * (MAX_BODY + 1), headers=JSON)
    assert found.status_code == 413
    assert found.headers["content-type"] == "application/problem+json"
    assert found.json()["detail"] == "the body is larger than 1,000,000 bytes: send a smaller one"


def test_a_body_in_chunks_is_cut_off_where_it_passes_the_limit() -> None:
    read: list[bytes] = []
    waiting = iter([b"ab", b"c", b"de", b"never asked for"])

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        while True:
            read.append((await receive())["body"])

    async def receive() -> Message:
        return {"type": "http.request", "body": next(waiting), "more_body": True}

    with pytest.raises(HTTPException, match="413: the body is larger than 3 bytes"):
        asyncio.run(BodyLimit(app, 3)({"type": "http"}, receive, refuse))
    assert read == [b"ab", b"c"]
    assert next(waiting) == b"never asked for"


def test_a_body_of_just_the_limit_is_read(client: TestClient) -> None:
    body = b'{"question":"What about the summit?"}'
    assert client.post("/v1/ask", content=body.ljust(MAX_BODY), headers=JSON).status_code == 200


async def refuse(message: Message) -> None:
    raise AssertionError(message)


def test_only_requests_are_counted() -> None:
    seen: list[str] = []

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        seen.append((await receive())["type"])

    async def receive() -> Message:
        return {"type": "lifespan.startup", "body": b"longer than the limit"}

    asyncio.run(BodyLimit(app, 3)({"type": "lifespan"}, receive, refuse))
    assert seen == ["lifespan.startup"]


def test_a_path_may_take_more() -> None:
    """The rest keeps its limit."""

    async def read(_scope: Scope, receive: Receive, _send: Send) -> None:
        await receive()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"12345"}

    async def send(_: Message) -> None:
        """Nothing is sent."""

    limit = BodyLimit(read, 3, larger={"/large": 5})
    asyncio.run(limit({"type": "http", "path": "/large"}, receive, send))
    with pytest.raises(HTTPException):
        asyncio.run(limit({"type": "http", "path": "/other"}, receive, send))
