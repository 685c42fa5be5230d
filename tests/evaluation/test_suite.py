"""Tests of `assistant.evaluation.suite`."""

from collections.abc import Sequence
from typing import Any

import pytest

from assistant.conversation import Turn
from assistant.evaluation.suite import Asked, article_lookup, ask_all, judge
from assistant.pipeline import Assistant
from assistant.types import Answer, Filters

from .material import HALVES, TIN, answer, entry, hit, look_up, right, wrong

LENGTH: dict[str, Any] = {
    "question": "How many kilometres is the length of the Danube?",
    "expect": {"status": "answered", "quotes": [{"article": "danube", "text": "Its length is 2,850 kilometres."}]},
}


def test_questions_are_asked_with_their_filters(assistant: Assistant) -> None:
    told: list[tuple[int, int, str]] = []
    entries = [entry("all", **LENGTH), entry("tin", **{**LENGTH, "filters": {"article": "tin"}})]
    asked = ask_all(assistant, entries, lambda *args: told.append(args))
    assert told == [(0, 2, "all"), (1, 2, "tin"), (2, 2, "")]
    results = [judge(one, article_lookup(assistant)) for one in asked]
    assert [one.outcome for one in results] == ["passed", "failed"]
    assert [one.rank for one in results] == [1, None]
    first, second = (one.given for one in results)
    assert first
    assert second
    assert {passage.id for passage in first.passages} > {passage.id for passage in second.passages} != set()
    assert second.receipt.settings["filters"]
    assert all(one.ms and one.ms > 0 for one in results)
    assert first.timings_ms["total"] > 0


def test_a_question_is_asked_after_those_that_it_follows(assistant: Assistant) -> None:
    given = {**LENGTH, "question": "How many kilometres is its length?", "after": ["Where does the Danube rise?"]}
    (asked,) = ask_all(assistant, [entry(**given)])
    assert asked.answer
    assert asked.answer.question == "How many kilometres is its length?"
    assert asked.answer.standalone_question == "How many kilometres is the Danube's length?"
    assert judge(asked, article_lookup(assistant)).passed


def test_each_earlier_question_is_asked_with_the_turns_before_it(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, list[str]]] = []
    real = assistant.ask

    def ask(question: str, filters: Filters, turns: Sequence[Turn]) -> Answer:
        told.append((question, [turn.standalone_question for turn in turns]))
        assert filters == Filters(article=("danube",))
        return real(question, filters, turns)

    monkeypatch.setattr(assistant, "ask", ask)
    after = ["Where does the Danube rise?", "And how long is it?"]
    ask_all(assistant, [entry(**{**LENGTH, "after": after, "filters": {"article": "danube"}})])
    first, second = after[0], "How long is the Danube?"
    assert told == [(after[0], []), (after[1], [first]), (LENGTH["question"], [first, second])]


def test_an_earlier_question_that_fails_fails_the_pair(assistant: Assistant) -> None:
    given = {**LENGTH, "after": ["Where is it?"], "filters": {"article": "nope"}}
    found = judge(ask_all(assistant, [entry(**given)])[0], look_up)
    assert (found.outcome, [check.name for check in found.checks]) == ("failed", ["asked"])


def test_a_question_that_fails_does_not_end_the_run(assistant: Assistant) -> None:
    entries = [entry("gone", **{**LENGTH, "filters": {"article": "nope"}}), entry("good", **LENGTH)]
    results = [judge(one, article_lookup(assistant)) for one in ask_all(assistant, entries)]
    assert [one.outcome for one in results] == ["failed", "passed"]
    assert results[0].failures[0].name == "asked"
    assert results[0].failures[0].why.startswith("NotFoundError: no article has the id 'nope'")
    assert results[0].overlap
    assert results[0].overlap.recall == 0


def test_what_is_known_to_fail() -> None:
    assert (wrong(known="blind").outcome, wrong(known="blind").passed) == ("known", False)
    found = right(known="blind")
    assert (found.outcome, found.passed, found.note) == ("passes now", True, "passes now: remove known")


def test_a_result_holds_what_was_given_and_where_the_pair_stands() -> None:
    given = answer((TIN, HALVES[0]), hits=[hit(TIN, HALVES[0])])
    found = judge(Asked(entry(), given, ms=3.0), look_up)
    assert found.source == "pairs.yaml:1"
    assert found.given
    assert found.given.citations == given.citations
    assert [one.id for one in found.given.passages] == ["tin:0"]
    assert found.overlap
    assert (found.rank, found.ms, found.overlap.recall) == (1, 3.0, 1.0)


def test_an_article_is_looked_up_once(assistant: Assistant) -> None:
    lookup = article_lookup(assistant)
    assert lookup("tin") is lookup("tin")
    assert lookup("nope") is None
