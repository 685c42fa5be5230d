"""Tests of `assistant.models.language`: calls that are ended, several at once, and what they leave open."""

import asyncio
import gc
import itertools
import threading
import time
from contextlib import closing, suppress
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk

from assistant.errors import Stopped, WritingError
from assistant.models import language
from assistant.models.language import LangChainModel
from assistant.models.scripted import ChatRequest, Reply
from assistant.models.writing import Instructions, Limits
from tests.models.language.material import (
    ASKED,
    BY_SCHEMA,
    ENDLESS,
    Open,
    open_sockets,
    sockets_settled,
    threads,
    written,
)


@pytest.mark.parametrize("asked", [ASKED, BY_SCHEMA], ids=["plain", "structured"])
def test_to_stop_ends_the_call(asked: Instructions, opened: Open) -> None:
    model, server = opened(ENDLESS, format="structured")
    stop = threading.Event()
    writing = model.write(asked, stop)
    assert next(writing) == "a "
    stop.set()
    with pytest.raises(Stopped):
        list(writing)
    assert server.exchanges[0].over(10)
    assert server.exchanges[0].cancelled


def test_to_stop_while_nothing_comes_ends_the_call(opened: Open) -> None:
    model, server = opened(Reply(ending="silent"))
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    with pytest.raises(Stopped):
        list(model.write(ASKED, stop))
    assert server.exchanges == [] or server.exchanges[0].over(10)


def test_nobody_is_asked_once_it_shall_stop(opened: Open) -> None:
    model, server = opened("x")
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        list(model.write(ASKED, stop))
    assert server.requests == []


@pytest.mark.parametrize("asked", [ASKED, BY_SCHEMA], ids=["plain", "structured"])
def test_to_close_the_generator_ends_the_call(asked: Instructions, opened: Open) -> None:
    model, server = opened(ENDLESS, format="structured")
    writing = model.write(asked)
    next(writing)
    writing.close()
    assert server.exchanges[0].over(10)
    assert server.exchanges[0].cancelled


def test_the_connection_is_closed_wherever_a_call_is_ended(opened: Open) -> None:
    model, server = opened(lambda _: Reply(itertools.repeat("a ")), format="structured")
    gc.disable()  # what is left open stays open
    try:
        for pieces in range(1, 13):
            with closing(model.write(ASKED if pieces % 2 else BY_SCHEMA)) as writing:
                assert list(itertools.islice(writing, pieces)) == ["a "] * pieces
            assert server.exchanges[-1].over(10)
    finally:
        gc.enable()
    assert all(one.cancelled for one in server.exchanges)


def test_a_package_that_swallows_the_end_is_ended_at_its_next_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []

    class Deaf(FakeListChatModel):
        async def _astream(self, *_: Any, **__: Any) -> Any:
            try:
                while True:
                    with suppress(asyncio.CancelledError):
                        await asyncio.sleep(0.02)
                    yield ChatGenerationChunk(message=AIMessageChunk(content="a "))
            finally:
                closed.append("model")

    fake = Deaf(responses=[])
    monkeypatch.setattr("langchain.chat_models.init_chat_model", lambda *_, **__: fake)
    with closing(LangChainModel("litellm:m", limits=Limits(whole=0.3))) as model:
        error = written(model)[2]
    assert isinstance(error, WritingError)
    assert error.reason == "timeout"
    assert closed == ["model"]


def test_to_close_the_model_ends_all_calls(opened: Open) -> None:
    model, server = opened(ENDLESS)
    ends: list[Exception | None] = []
    callers = [threading.Thread(target=lambda: ends.append(written(model)[2])) for _ in range(3)]
    for caller in callers:
        caller.start()
    while len(server.exchanges) < 3:
        time.sleep(0.01)
    model.close()
    for caller in callers:
        caller.join(20)
    assert [type(one) for one in ends] == [Stopped] * 3
    assert all(one.over(10) and one.cancelled for one in server.exchanges)
    with pytest.raises(Stopped):
        list(model.write(ASKED))


def test_it_may_be_closed_twice_and_unused() -> None:
    model = LangChainModel("openai:local", base_url="http://127.0.0.1:9/v1")
    model.close()
    model.close()
    assert threads() == []
    with pytest.raises(Stopped):
        next(iter(model.write(ASKED)))


def test_calls_from_several_threads_keep_apart(opened: Open) -> None:
    def script(request: ChatRequest) -> Reply:
        return Reply([f"{request.user} ", request.user], pause=0.05)

    model, _ = opened(script)
    texts: dict[str, str] = {}

    def ask(user: str) -> None:
        texts[user] = written(model, Instructions("Repeat.", user))[0]

    callers = [threading.Thread(target=ask, args=(str(n),)) for n in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(20)
    assert texts == {str(n): f"{n} {n}" for n in range(8)}


def test_no_connection_stays_open_between_calls(opened: Open) -> None:
    model, server = opened("Tin.")
    before = open_sockets()
    written(model)
    own = 2  # of the event loop
    for _ in range(3):
        assert sockets_settled(before + own) <= before + own
        written(model)
    assert {one.headers["connection"] for one in server.requests} == {"close"}


def test_a_package_that_blocks_the_loop_does_not_hold_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    class Blocking(FakeListChatModel):
        async def _astream(self, *args: Any, **kwargs: Any) -> Any:
            released.wait(20)
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk

    fake = Blocking(responses=["Tin."])
    monkeypatch.setattr("langchain.chat_models.init_chat_model", lambda *_, **__: fake)
    monkeypatch.setattr(language, "_GRACE_S", 0.2)
    monkeypatch.setattr(language, "_ENDING_S", 0.2)
    with closing(LangChainModel("litellm:m", limits=Limits(first_token=0.1, whole=0.1))) as model:
        try:
            error = written(model)[2]
        finally:
            released.set()
    assert isinstance(error, WritingError)
    assert error.reason == "timeout"
