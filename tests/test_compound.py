"""Tests of `assistant.compound`."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering import Draft, Quote
from assistant.compound import Found, answered, find, parts_of
from assistant.pipeline import Assistant
from assistant.types import Hit

from .material import write_markdown

PACTS = "How often do they meet under the Thai pact versus the Lao one?"


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (PACTS, "How often do they meet under the Thai pact?", "How often do they meet under the Lao pact?"),
        ("What did tin cost in 2019 and 2021?", "What did tin cost in 2019?", "What did tin cost in 2021?"),
        ("what did tin cost in May and in June", "what did tin cost in May?", "what did tin cost in June?"),
        (
            "How many mines are open according to the ministry's report, and according to the union?",
            "How many mines are open according to the ministry's report?",
            "How many mines are open according to the union?",
        ),
        (
            "How much was paid according to the May 2020 and the June 2021 reports?",
            "How much was paid according to the May 2020 reports?",
            "How much was paid according to the June 2021 reports?",
        ),
        (
            "Compare the fees for small mines with those for large mines.",
            "What are the fees for small mines?",
            "What are the fees for large mines?",
        ),
        (
            "What is the duty under the first directive and under the second directive?",
            "What is the duty under the first directive?",
            "What is the duty under the second directive?",
        ),
        (
            "What is the third directive called and what does it demand?",
            "What is the third directive called?",
            "What does the third directive demand?",
        ),
        ("when did the quarry open, and who paid for it", "when did the quarry open?", "Who paid for the quarry?"),
        (
            "When was the quarry opened, and in which town does it stand?",
            "When was the quarry opened?",
            "In which town does the quarry stand?",
        ),
        (
            "How much tin was sold in May and which ports took it?",
            "How much tin was sold in May?",
            "Which ports took it, regarding the tin?",
        ),
    ],
)
def test_two_questions_in_one(question: str, one: str, other: str) -> None:
    assert parts_of(question) == (one, other)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?",
        "What did tin cost in 2019?",
        "What was agreed between Thailand and Laos?",
        "Who works in mines and smelters?",
        "Compare the two mines.",
        "When was the mine opened, and in which town does it stand?",
        "What does the law say about who digs and who pays?",
        "When did the quarry close and why?",
        "What does the order say according to the adviser and lawyers?",
        "Why was 2015 better in sales compared to 2014?",
        "In 2019 and in 2020",
        f"What happened {'in May and ' * 40}in June?",
    ],
)
def test_one_question(question: str) -> None:
    assert parts_of(question) == ()


_WORDS = "what in under and versus the one 2019 2021 Thai pact".split()


@given(st.lists(st.sampled_from(_WORDS), max_size=16))
def test_parts_are_made_of_the_words_of_the_question(words: list[str]) -> None:
    for part in parts_of(" ".join(words)):
        assert part.endswith("?")
        assert set(part.removesuffix("?").split()) <= set(words)
        assert not parts_of(part) or len(part.split()) < len(words)


def hit(article: str) -> Hit:
    return Hit(id=article, article_id=article, start=0, end=9, ordinal=0, text="Nine char", score=1.0)


class Scripted:
    """An `Answerer` that quotes the first passage of each question that it knows."""

    name = "scripted"

    def __init__(self, **confidence: float) -> None:
        self.confidence = confidence
        self.settings: dict[str, str | int | float | bool | None] = {}

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        sure = self.confidence.get(question, 0.0)
        quotes = tuple(Quote(one.article_id, "", one.start, one.end) for one in hits[:1])
        if sure < 0.5:
            return Draft("abstained", sure, (), tuple(hits))
        return Draft("answered", sure, quotes, tuple(hits), uncertain=sure < 0.7, best=0)


FOUND = Found(
    "both", (hit("whole"), hit("one")), (Found("one", (hit("one"),)), Found("other", (hit("other"), hit("one"))))
)


def test_each_part_is_answered() -> None:
    draft = answered(FOUND, Scripted(both=0.9, one=0.8, other=0.6))
    assert [quote.article_id for quote in draft.quotes] == ["one", "other"]
    assert (draft.status, draft.confidence, draft.uncertain, draft.best) == ("answered", 0.6, True, None)
    assert [one.article_id for one in draft.hits] == ["one", "other", "whole"] == [h.id for h in FOUND.all_hits]


def test_what_both_parts_quote_stands_once() -> None:
    parts = tuple(Found(name, (hit("one"),)) for name in ("one", "other"))
    draft = answered(Found("both", (hit("one"),), parts), Scripted(one=0.8, other=0.8))
    assert [quote.article_id for quote in draft.quotes] == ["one"]


@pytest.mark.parametrize(("whole", "status"), [(0.9, "answered"), (0.0, "abstained")])
def test_where_a_part_has_no_answer_the_whole_is_asked(whole: float, status: str) -> None:
    draft = answered(FOUND, Scripted(both=whole, one=0.8))
    assert (draft.status, draft.confidence) == (status, whole)
    assert [quote.article_id for quote in draft.quotes] == ["whole"] * (status == "answered")


def test_parts_are_looked_for_too() -> None:
    asked: list[str] = []

    def retrieve(question: str) -> list[Hit]:
        asked.append(question)
        return [hit(question)]

    found = find(PACTS, retrieve)
    assert sorted(asked) == sorted([PACTS, *parts_of(PACTS)])
    assert [one.id for one in found.all_hits] == [*parts_of(PACTS), PACTS]
    assert find("One?", retrieve).parts == ()


def test_both_articles_are_quoted(tmp_path: Path, build: Callable[..., Assistant]) -> None:
    folder = tmp_path / "pacts"
    folder.mkdir()
    for name, often in (("Thai", "every month"), ("Lao", "twice a year")):
        text = f"Under the {name} pact the officials meet {often}."
        write_markdown(folder / f"{name.lower()}.md", text, title=f"The {name} pact")
    assistant = build(corpus=folder)
    answer = assistant.ask("How often do the officials meet under the Thai pact versus the Lao one?")
    assert {one.article_id for one in answer.citations} == {"thai", "lao"}
    assert answer.receipt.passage_ids == tuple(one.id for one in answer.passages)
