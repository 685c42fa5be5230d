"""Tests of `assistant.api.openai.streaming`: what becomes of a run whose reader leaves, that breaks off, or fails."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import openai
import pytest
from openai import OpenAI

from assistant.api.openai import streaming
from assistant.api.openai.rendering import REPLACED, said
from assistant.chat import Run
from assistant.events import Answered, Event, Stated
from assistant.types import Statement
from tests.api.conftest import Live, left

from .test_clients import HELD, QUESTION, content, joined, user


def under_way(live: Live) -> Run:
    """Wait until the request has begun a run, and return it."""
    assert live.gate.reached.acquire(timeout=60)
    (run,) = live.chat._runner.under_way
    return run


def test_a_client_that_leaves_a_stream_stops_the_work_at_once(live: Live, client: OpenAI) -> None:
    live.gate.shut()
    with client.chat.completions.create(model="assistant", messages=[user(QUESTION)], stream=True) as stream:
        next(stream)
        run = under_way(live)
    began = time.monotonic()
    assert left(run) == "stopped"
    assert run.stop.is_set()
    assert time.monotonic() - began < 5


def test_a_client_that_does_not_wait_for_the_whole_stops_the_work(live: Live) -> None:
    live.gate.shut()
    body = {"model": "assistant", "messages": [user(QUESTION)]}
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(httpx2.post, f"{live.url}/v1/chat/completions", json=body, timeout=1)
        run = under_way(live)
        with pytest.raises(httpx2.ReadTimeout):
            asking.result()
    assert left(run) == "stopped"


def test_what_was_streamed_and_is_not_in_the_answer_is_withdrawn(
    live: Live, client: OpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = live.chat.assistant.stream

    def broken_off(*arguments: Any, **more: Any) -> Iterator[Event]:
        yield Stated(statement=Statement(text="The model said this.", markers=(1,)), citations=())
        for event in real(*arguments, **more):
            if isinstance(event, Answered):
                reason = "it broke off"
                yield Answered(answer=event.answer.model_copy(update={"fallback": reason, "dropped": 2}))

    monkeypatch.setattr(live.chat.assistant, "stream", broken_off)
    whole = content(client.chat.completions.create(model="assistant", messages=[user(QUESTION)]))
    with client.chat.completions.create(model="assistant", messages=[user(QUESTION)], stream=True) as stream:
        text = joined(stream)
    assert text == f"The model said this. [1]\n\n{REPLACED}\n\n{whole}"
    assert whole.startswith("The second directive ties magnet export licences to quarterly audits. [1]")
    assert whole.endswith(
        "\n\nNote: The language model did not answer: it broke off. These are the articles' own words."
    )
    assert said(text) == said(whole) == "The second directive ties magnet export licences to quarterly audits."


def test_a_run_that_is_stopped_ends_in_an_error(live: Live, client: OpenAI) -> None:
    live.gate.shut()
    with client.chat.completions.create(model="assistant", messages=[user(QUESTION)], stream=True) as stream:
        next(stream)
        live.chat._runner.stop(under_way(live))
        with pytest.raises(openai.APIError, match="answering was stopped before its end") as broken:
            list(stream)
        assert broken.value.code == "stopped"
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(client.chat.completions.create, model="assistant", messages=[user(HELD)])
        live.chat._runner.stop(under_way(live))
        with pytest.raises(openai.InternalServerError) as caught:
            asking.result()
    assert (caught.value.status_code, caught.value.code) == (503, "stopped")


def test_a_silent_stream_is_kept_open_by_comments(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "PING", 0.02)
    live.gate.shut()
    body = {"model": "assistant", "messages": [user(QUESTION)], "stream": True}
    with live.client.stream("POST", "/v1/chat/completions", json=body) as found:
        assert found.headers["content-type"].startswith("text/event-stream")
        assert (found.headers["cache-control"], found.headers["x-accel-buffering"]) == ("no-store", "no")
        lines = found.iter_lines()
        comments = 0
        for line in lines:
            comments += line.startswith(":")
            if comments == 3:
                break
        live.gate.open()
        rest = [line for line in lines if line]
    assert rest[-1] == "data: [DONE]"
    assert all(line.startswith(("data: ", ":")) for line in rest)


def test_many_streams_at_once(live: Live) -> None:
    with OpenAI(base_url=f"{live.url}/v1", api_key="any", max_retries=0, timeout=120) as client:

        def ask(question: str) -> str:
            with client.chat.completions.create(model="assistant", messages=[user(question)], stream=True) as stream:
                return joined(stream)

        with ThreadPoolExecutor(8) as pool:
            texts = list(pool.map(ask, [QUESTION, HELD] * 4))
    assert len(set(texts)) == 2
    assert texts[0] != texts[1]
    assert live.chat._runner.under_way == ()
