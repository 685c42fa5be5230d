"""Tests of `assistant.mcp.server` over a source made by hand; the other modules have it over real articles."""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS

from assistant.errors import RunError
from assistant.mcp import build_server
from assistant.mcp.resources import PAGE
from assistant.types import Answer, Article, ArticleFacts, Filters, Hit
from tests.cli.samples import ANSWER, HIT

from .contract import MODES, called, refused


class Scripted:
    """A source that does what the test wants at every call, then answers alike."""

    def __init__(self, befall: Callable[[], object] = lambda: None) -> None:
        self.befall = befall
        self.calls: list[tuple[object, ...]] = []
        self.futures: list[Future[Answer]] = []
        self.stops: list[threading.Event] = []

    def ask(self, question: str, filters: Filters, stop: threading.Event) -> "Future[Answer]":
        """The answer never comes where `befall` returns something."""
        self.calls.append((question, filters))
        self.stops.append(stop)
        future: Future[Answer] = Future()
        self.futures.append(future)
        try:
            if self.befall() is None:
                future.set_result(ANSWER)
        except (RunError, KeyError) as error:
            future.set_exception(error)
        return future

    def search(self, question: str, filters: Filters, limit: int) -> tuple[Hit, ...]:
        self.calls.append((question, filters, limit))
        self.befall()
        return (HIT,)

    def articles(self) -> tuple[ArticleFacts, ...]:
        self.befall()
        return tuple(ArticleFacts(id=f"{n}", title="") for n in range(PAGE + 1))

    def of(self, owner: str | None) -> "Scripted":
        self.calls.append((owner,))
        return self

    def article(self, article_id: str) -> Article:
        self.calls.append((article_id,))
        self.befall()
        return Article(id=article_id, title="", text="")


def talk(source: Scripted, mode: str, *, to: Callable[[Client], Any]) -> Any:
    async def run() -> Any:
        async with Client(build_server(source, "1.2"), mode=mode) as client:
            assert client.server_info
            assert client.server_info.version == "1.2"
            return await to(client)

    return asyncio.run(run())


def failing(error: Exception) -> Scripted:
    def fail() -> None:
        raise error

    return Scripted(fail)


@pytest.mark.parametrize("mode", MODES)
def test_arguments_reach_the_source(mode: str) -> None:
    source = Scripted()

    async def calls(client: Client) -> None:
        await called(client, "ask", question="why", publisher="A")
        await called(client, "search", query="what", limit=3)
        await called(client, "get_article", id="a/b c")

    talk(source, mode, to=calls)
    assert source.calls == [("why", Filters(publisher=("A",))), ("what", Filters(), 3), ("a/b c",)]


CALLS: dict[str, dict[str, object]] = {
    "ask": {"question": "why"}, "search": {"query": "why"}, "get_article": {"id": "a"}, "list_articles": {}
}  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
def test_own_errors_are_their_sentence(mode: str, caplog: pytest.LogCaptureFixture) -> None:
    async def calls(client: Client) -> None:
        for tool, arguments in CALLS.items():
            assert await refused(client, tool, **arguments) == "the disk is full: make room"
        for request in (client.list_resources(), client.read_resource("article://a")):
            with pytest.raises(MCPError, match=r"^the disk is full: make room$") as raised:
                await request
            assert raised.value.code == INTERNAL_ERROR

    talk(failing(RunError("the disk is full: make room")), mode, to=calls)
    assert "the tool ask: the disk is full: make room" in caplog.messages


@pytest.mark.parametrize("mode", MODES)
def test_an_unexpected_exception_shows_nothing_of_itself(mode: str, caplog: pytest.LogCaptureFixture) -> None:
    async def calls(client: Client) -> list[str]:
        sentences = [await refused(client, tool, **arguments) for tool, arguments in CALLS.items()]
        for request in (client.list_resources(), client.read_resource("article://a")):
            with pytest.raises(MCPError) as raised:
                await request
            assert raised.value.code == INTERNAL_ERROR
            sentences.append(raised.value.message)
        return sentences

    sentences = talk(failing(KeyError("secret")), mode, to=calls)
    records = [record for record in caplog.records if record.name.startswith("assistant.")]
    assert len(sentences) == len(records) == 6
    for sentence, record in zip(sentences, records, strict=True):
        assert "secret" not in sentence
        assert "KeyError" not in sentence
        instance = sentence.partition("report ")[2].partition(",")[0]
        assert instance.startswith("urn:uuid:")
        assert record.levelno == logging.ERROR
        assert record.exc_info
        assert record.getMessage().endswith(f"raised KeyError: {instance}")


@pytest.mark.parametrize("mode", MODES)
def test_a_cancelled_question_is_given_up(mode: str) -> None:
    source = Scripted(lambda: "no answer")

    async def calls(client: Client) -> None:
        asked = asyncio.create_task(client.call_tool("ask", {"question": "why"}))
        while not source.futures:
            await asyncio.sleep(0.01)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        while not (source.futures[0].cancelled() and source.stops[0].is_set()):
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(asyncio.to_thread(talk, source, mode, to=calls), 60))


@pytest.mark.parametrize("mode", MODES)
def test_a_cancelled_search_is_not_waited_for_and_holds_up_nothing(mode: str) -> None:
    searching, released = threading.Event(), threading.Event()

    def wait() -> None:
        searching.set()
        assert released.wait(60)

    async def calls(client: Client) -> None:
        search = asyncio.create_task(client.call_tool("search", {"query": "why"}))
        assert await asyncio.to_thread(searching.wait, 60)
        assert len((await client.list_tools()).tools) == 4
        search.cancel()
        with pytest.raises(asyncio.CancelledError):
            await search
        released.set()

    try:
        talk(Scripted(wait), mode, to=calls)
    finally:
        released.set()


@pytest.mark.parametrize("mode", MODES)
def test_resources_come_in_pages(mode: str) -> None:
    async def calls(client: Client) -> None:
        first = await client.list_resources()
        second = await client.list_resources(cursor=first.next_cursor)
        assert (len(first.resources), len(second.resources), second.next_cursor) == (PAGE, 1, None)
        with pytest.raises(MCPError, match="the cursor 'x' is none of this list: begin anew") as raised:
            await client.list_resources(cursor="x")
        assert raised.value.code == INVALID_PARAMS

    talk(Scripted(), mode, to=calls)


@pytest.mark.parametrize("mode", MODES)
def test_what_no_text_can_hold_is_told_as_an_escape(mode: str) -> None:
    async def calls(client: Client) -> None:
        assert await refused(client, "search", query="why", since="\udce9") == (
            'since is "\\udce9", but should be a date such as "2025-05-27"'
        )
        assert (await refused(client, "get_article", id="\udce9")).startswith('id is "\\udce9", but should be a valid')

    source = Scripted()
    talk(source, mode, to=calls)
    assert source.calls == []
