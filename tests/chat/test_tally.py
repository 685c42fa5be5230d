"""Tests of `assistant.chat.tally`."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chat import Counts, Durations, Tally
from assistant.chat.tally import SECONDS
from assistant.types import Answer, Receipt, Usage


def answer(**more: Any) -> Answer:
    given: dict[str, Any] = {
        "status": "answered",
        "confidence": 1.0,
        "receipt": Receipt(corpus="c", embedding_model="e", reader="r"),
        "timings_ms": {"total": 300.0},
    }
    return Answer(id="x", question="q?", standalone_question="q?", **given | more)


def test_nothing_yet() -> None:
    counts = Tally().counts()
    assert set(counts.answers.values()) == {0}
    assert ("generative", "partial") in counts.answers
    assert counts.durations == {"extractive": Durations(), "generative": Durations()}


def test_each_kind_is_counted() -> None:
    tally = Tally()
    tally.count(answer())
    tally.count(answer(status="abstained", fallback="The model did not answer.", dropped=1, timings_ms={}))
    tally.count(answer(mode="generative", dropped=2, usage=Usage(input_tokens=10, output_tokens=5, cost_usd=0.5)))
    tally.count(answer(mode="generative", usage=Usage(input_tokens=1, output_tokens=2)))
    counts = tally.counts()
    assert {kind: count for kind, count in counts.answers.items() if count} == {
        ("extractive", "answered"): 1,
        ("extractive", "abstained"): 1,
        ("generative", "answered"): 2,
    }
    assert (counts.dropped, counts.fallbacks, counts.input_tokens, counts.output_tokens) == (3, 1, 11, 7)
    assert counts.cost_usd == 0.5
    assert sum(counts.durations["extractive"].counts) == 1
    assert counts.durations["generative"].counts[SECONDS.index(0.5)] == 2
    assert counts.durations["generative"].total == pytest.approx(0.6)


def test_counts_stay_as_they_were() -> None:
    tally = Tally()
    before = tally.counts()
    tally.count(answer())
    assert before == Tally().counts() != tally.counts()
    assert Counts().answers == {}


@given(st.lists(st.floats(0, 500)))
def test_durations_are_in_their_classes(seconds: list[float]) -> None:
    durations = Durations()
    for one in seconds:
        durations = durations.plus(one)
    for place, bound in enumerate(SECONDS):
        assert sum(durations.counts[: place + 1]) == sum(one <= bound for one in seconds)
    assert sum(durations.counts) == len(seconds)
    assert durations.total == pytest.approx(sum(seconds))


def test_many_threads_count() -> None:
    tally = Tally()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(tally.count, [answer(dropped=1)] * 400))
    assert tally.counts().answers["extractive", "answered"] == tally.counts().dropped == 400
