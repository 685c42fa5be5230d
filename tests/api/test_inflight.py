"""Tests of `assistant.api.inflight`: more requests at once than are answered."""

import asyncio

import httpx2
import pytest
from httpx2 import ASGITransport

from assistant.api.app import create_app
from assistant.api.guards import Guards
from assistant.chat import Chat


@pytest.mark.parametrize(("most", "status"), [(4, 200), (1, 200), (0, 503)])
def test_requests_that_find_no_place_are_told_when_to_come_again(chat: Chat, most: int, status: int) -> None:
    app = create_app(chat, guards=Guards(in_flight=most))

    async def ask() -> tuple[httpx2.Response, httpx2.Response]:
        async with httpx2.AsyncClient(transport=ASGITransport(app), base_url="http://localhost") as client:
            return await client.get("/v1/articles"), await client.get("/health")

    found, health = asyncio.run(ask())
    assert (found.status_code, health.status_code) == (status, 200)
    if status == 503:
        assert found.headers["retry-after"] == "5"
        assert found.json()["detail"] == "too many requests are being answered: send this one again in 5 seconds"


def test_places_are_given_back(chat: Chat) -> None:
    app = create_app(chat, guards=Guards(in_flight=2))

    async def ask() -> list[int]:
        async with httpx2.AsyncClient(transport=ASGITransport(app), base_url="http://localhost") as client:
            at_once = await asyncio.gather(*(client.get("/v1/articles") for _ in range(5)))
            after = [await client.get("/v1/articles") for _ in range(3)]
            return [one.status_code for one in (*at_once, *after)]

    statuses = asyncio.run(ask())
    assert sorted(set(statuses[:5])) == [200, 503]
    assert statuses[5:] == [200, 200, 200]
