"""Tests of `assistant.suggestions.choosing`."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from assistant.pipeline import Assistant
from assistant.suggestions import follow_ups, starters
from assistant.types import Filters
from tests.material import write_markdown

from .material import SHIPS, altered, matter, places

QUESTIONS = (
    "How long is the Danube?",
    "What is the melting point of tin?",
    "Who directed the works of the Chain Bridge?",
    "How much energy does recycling copper save?",
    "Which alloys hold tin?",
    "What is the price of gold?",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_follow_ups_are_answered_otherwise_than_the_question(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    offered = follow_ups(assistant, answer)
    assert len(offered) == len({frozenset(matter(one)) for one in offered}) <= 3
    for one in offered:
        again = assistant.ask(one)
        assert (again.status, again.uncertain) == ("answered", False)
        assert len(places(again) & places(answer)) * 2 < len(places(again))
        assert matter(one) != matter(question)


def test_follow_ups_do_not_repeat_the_question(lakes: Assistant) -> None:
    question = "What are the three duties of a captain under the Harbour Act?"
    answer = lakes.ask(question)
    assert answer.status == "answered"
    assert question not in follow_ups(lakes, answer, most=8)


def test_most_is_kept_to(lakes: Assistant) -> None:
    answer = lakes.ask("How thick is the ice in the harbour of Arvik?")
    assert follow_ups(lakes, answer, most=0) == ()
    assert len(follow_ups(lakes, answer, most=1)) == 1
    assert len(starters(lakes, most=1)) == 1
    assert starters(lakes, most=0) == ()


def test_starters_come_one_from_an_article(lakes: Assistant) -> None:
    offered = starters(lakes)
    assert len(offered) >= 2
    from_articles = [{one.article_id for one in lakes.ask(question).citations} for question in offered]
    assert len(set.union(*from_articles)) == len(offered)
    assert from_articles[0] == {"ships"}  # the latest


def test_starters_name_what_they_are_about(lakes: Assistant) -> None:
    assert all(any(c.isupper() or c.isdigit() for c in question[1:]) for question in starters(lakes))


def test_an_empty_corpus_has_no_questions(build: Callable[..., Assistant]) -> None:
    empty = build(corpus="")
    assert starters(empty) == ()
    assert follow_ups(empty, empty.ask("How long is the Danube?")) == ()


def test_what_is_not_answered_is_not_offered(build: Callable[..., Assistant], articles_folder: Path) -> None:
    write_markdown(articles_folder / "ships.md", SHIPS, publisher="Harbour Authority")
    silent = build(threshold=1.0)
    assert starters(silent) == ()


def test_what_is_uncertain_is_not_offered(changing: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = changing.ask("How thick is the ice in the harbour of Arvik?")
    altered(monkeypatch, lambda one: one.model_copy(update={"uncertain": True}))
    assert (follow_ups(changing, answer), starters(changing)) == ((), ())


def test_what_is_answered_from_elsewhere_is_not_offered(lakes: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = lakes.ask("How thick is the ice in the harbour of Arvik?")
    other = lakes.ask("How much energy does recycling copper save?")
    altered(monkeypatch, lambda one: one.model_copy(update={"citations": other.citations}))
    assert follow_ups(lakes, answer) == ()


def test_what_the_answer_shows_is_not_offered(lakes: Assistant) -> None:
    answer = lakes.ask("How thick is the ice in the harbour of Arvik?")
    offered = follow_ups(lakes, answer, most=8)
    shown = tuple(one for question in offered for one in lakes.ask(question).citations)
    again = follow_ups(lakes, answer.model_copy(update={"citations": shown}), most=8)
    assert offered
    assert not set(offered) & set(again)


def test_few_questions_are_tried(changing: Assistant, asked: list[tuple[str, Filters]]) -> None:
    answer = changing.ask("How thick is the ice in the harbour of Arvik?")
    asked.clear()
    follow_ups(changing, answer, most=100)
    assert 0 < len(asked) <= 8
    asked.clear()
    starters(changing, most=100)
    assert 0 < len(asked) <= 16


def test_starters_are_kept_until_the_corpus_changes(changing: Assistant, asked: list[tuple[str, Filters]]) -> None:
    with ThreadPoolExecutor(4) as pool:
        offered = set(pool.map(lambda _: starters(changing), range(8)))
    assert len(offered) == 1
    tried = len(asked)
    assert len({question for question, _ in asked}) == tried  # made once, though four asked at once
    changing.remove("ships")
    assert starters(changing) not in offered
    assert len(asked) > tried


def test_follow_ups_keep_to_the_filters(lakes: Assistant, asked: list[tuple[str, Filters]]) -> None:
    filters = Filters(article=("ships",), until=date(2025, 12, 31))
    answer = lakes.ask("How thick is the ice in the harbour of Arvik?", filters)
    asked.clear()
    assert follow_ups(lakes, answer)
    assert {one for _, one in asked} == {filters}
