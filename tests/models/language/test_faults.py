"""Tests of `assistant.models.language`: each fault has its reason, each limit of time holds."""

import itertools
import json
import socket
import time
from contextlib import closing

import pytest

from assistant.errors import WritingError, WritingFailure
from assistant.models.language import LangChainModel
from assistant.models.scripted import Reply
from assistant.models.writing import Instructions, Limits
from tests.models.language.material import (
    ASKED,
    BY_SCHEMA,
    EVENTS,
    SPEC,
    Open,
    Shared,
    written,
)

FAULTS: dict[str, tuple[Reply, WritingFailure, str]] = {
    "cut": (Reply(["a ", "b "], ending="cut"), "broken", "a b "),
    "cut before any byte": (Reply(ending="cut"), "broken", ""),
    # Each piece waits for the next, as a reset drops what the client has not read.
    "reset": (Reply(["a ", "b "], ending="reset", pause=0.3), "broken", "a "),
    "reset before any byte": (Reply(ending="reset"), "broken", ""),
    "unfinished": (Reply(["a ", "b "], ending="unfinished"), "broken", "a b "),
    "malformed event": (Reply(["a "], ending="malformed"), "broken", "a "),
    "malformed body": (Reply(body=b'{"choices": ['), "broken", ""),
    "a page": (Reply(body=b"<html>", headers={"Content-Type": "text/html"}), "broken", ""),
    "no events": (Reply(body=b"", headers=EVENTS), "broken", ""),
    "other events": (Reply(body=b'data: [1]\n\ndata: {"choices": 3}\n\n', headers=EVENTS), "broken", ""),
    "no UTF-8": (Reply(body=b"data: \xff\xfe\n\n", headers=EVENTS), "broken", ""),
    "an error as an event": (
        Reply(body=b'data: {"error": {"message": "overloaded"}}\n\n', headers=EVENTS),
        "failed",
        "",
    ),
    "status 401": (Reply(status=401), "refused", ""),
    "status 404": (Reply(status=404), "refused", ""),
    "status 429": (Reply(status=429, headers={"Retry-After": "7"}), "rate_limited", ""),
    "status 500": (Reply(status=500), "failed", ""),
    "empty": (Reply(""), "empty", ""),
    "blank": (Reply([" ", "\n"]), "empty", " \n"),
    "filtered": (Reply(["a "], finish="content_filter"), "refused", "a "),
    "too long for its provider": (Reply(["a "], finish="length"), "endless", "a "),
    "ten megabytes": (Reply(["a ", "x" * 10_000_000]), "endless", "a "),
    "endless": (Reply(itertools.repeat("x" * 20_000)), "endless", "x" * 40_000),
}


@pytest.mark.parametrize("asked", [ASKED, BY_SCHEMA], ids=["plain", "structured"])
@pytest.mark.parametrize(("reply", "reason", "before"), FAULTS.values(), ids=FAULTS)
def test_each_fault_has_its_reason(
    reply: Reply,
    reason: WritingFailure,
    before: str,
    asked: Instructions,
    shared: tuple[Shared, LangChainModel],
) -> None:
    one, model = shared
    one.reply = reply
    so_far = len(one.server.requests)
    text, _, error = written(model, asked)
    assert isinstance(error, WritingError)
    assert error.reason == reason
    assert text.startswith(before)
    assert str(error).startswith("the language model openai:gpt-4o ")
    assert len(one.server.requests) == so_far + 1  # nothing is tried twice


def test_a_refusal_to_follow_a_schema_is_told_from_an_empty_answer(opened: Open) -> None:
    model, _ = opened(Reply(refusal="I cannot help with that."), format="structured")
    text, _, error = written(model, BY_SCHEMA)
    assert text == ""
    assert isinstance(error, WritingError)
    assert error.reason == "refused"


def test_a_limit_of_requests_says_when_to_ask_again(opened: Open) -> None:
    model, _ = opened(Reply(status=429, headers={"Retry-After": "7"}))
    assert str(written(model)[2]).endswith("takes no more for now (HTTP 429): ask again in 7 s")


def test_a_schema_that_is_refused_has_a_remedy(opened: Open) -> None:
    body = json.dumps({"error": {"message": "response_format is not supported by this model"}}).encode()
    model, _ = opened(Reply(status=400, body=body), format="structured")
    assert str(written(model, BY_SCHEMA)[2]).endswith("set ASSISTANT_LLM_FORMAT=plain")


def test_a_failure_keeps_what_caused_it(opened: Open) -> None:
    model, _ = opened(Reply(status=500))
    error = written(model)[2]
    assert error is not None
    assert type(error.__cause__).__name__.startswith("OpenAI")


SLOW: dict[str, tuple[Reply, Limits, str]] = {
    "silent": (Reply(ending="silent"), Limits(first_token=0.3), "FIRST_TOKEN_TIMEOUT"),
    "slow to begin": (Reply("a", wait=60), Limits(first_token=0.3), "FIRST_TOKEN_TIMEOUT"),
    "slow to say something": (Reply(["", "a"], pause=60), Limits(first_token=0.3), "FIRST_TOKEN_TIMEOUT"),
    "slow to go on": (Reply(["a", "b"], pause=60), Limits(whole=0.6), "TIMEOUT"),
    "slow throughout": (Reply(itertools.repeat("a "), pause=0.05), Limits(whole=0.6), "TIMEOUT"),
}


@pytest.mark.parametrize("asked", [ASKED, BY_SCHEMA], ids=["plain", "structured"])
@pytest.mark.parametrize(("reply", "limits", "setting"), SLOW.values(), ids=SLOW)
def test_each_limit_of_time_holds_and_the_server_sees_it(
    reply: Reply, limits: Limits, setting: str, asked: Instructions, opened: Open
) -> None:
    model, server = opened(reply, format="structured", limits=limits)
    begun = time.monotonic()
    _, _, error = written(model, asked)
    assert time.monotonic() - begun < 10
    assert isinstance(error, WritingError)
    assert error.reason == "timeout"
    assert str(error).endswith(f"ASSISTANT_LLM_{setting}")
    (exchange,) = server.exchanges
    assert exchange.over(10)
    assert exchange.cancelled


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with closing(LangChainModel(SPEC, base_url=f"http://127.0.0.1:{free.getsockname()[1]}/v1")) as model:
            error = written(model)[2]
    assert isinstance(error, WritingError)
    assert error.reason == "unreachable"


def test_a_server_that_takes_no_connection_is_unreachable() -> None:
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for one in (first, second):  # they fill its queue
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        limits = Limits(connect=0.3)
        with closing(
            LangChainModel(SPEC, base_url=f"http://127.0.0.1:{full.getsockname()[1]}/v1", limits=limits)
        ) as model:
            begun = time.monotonic()
            error = written(model)[2]
    assert time.monotonic() - begun < 10
    assert isinstance(error, WritingError)
    assert error.reason == "unreachable"
