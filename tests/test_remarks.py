"""Tests of `assistant.remarks`; the edges' own tests show where each of them says it."""

from typing import Any

import pytest

from assistant.remarks import Headed, columns_line, copies_note, remarks
from assistant.types import Span, Statement
from tests.cli.samples import ABSTENTION, ANSWER

WROTE = ("written", "Written by openai:gpt-5-mini. Each sentence was checked against its quotes.")
READ = ("written", "openai:gpt-5-mini read the passages and found no answer in them.")
GENERATIVE: dict[str, Any] = {"mode": "generative", "model": "openai:gpt-5-mini"}


def said(**more: Any) -> list[tuple[str, str]]:
    made = (ABSTENTION if more.get("status") == "abstained" else ANSWER).model_copy(update=more)
    return [(remark.kind, remark.text) for remark in remarks(made)]


def test_the_articles_own_words_need_no_remark() -> None:
    assert said() == said(status="abstained") == []


def test_who_wrote_and_how_much_was_left_out() -> None:
    assert said(**GENERATIVE) == [WROTE]
    assert said(**GENERATIVE, status="abstained") == [READ]
    left = "sentences were left out because no quote supports them."
    assert said(**GENERATIVE, dropped=1200) == [WROTE, ("dropped", f"1,200 {left}")]
    one = ("dropped", "1 sentence was left out because no quote supports it.")
    assert said(**GENERATIVE, dropped=1) == [WROTE, one]
    assert said(mode="generative", model=None)[0][1].startswith("Written by a language model.")


@pytest.mark.parametrize("why", ["it is silent", "it is silent.", "it\nis  silent"])
def test_why_a_language_model_did_not_answer(why: str) -> None:
    text = "The language model did not answer: it is silent. These are the articles' own words."
    assert said(fallback=why, dropped=3) == [("fallback", text)]
    alone = text.removesuffix(" These are the articles' own words.")
    assert said(fallback=why, status="abstained") == [("fallback", alone)]


def test_how_far_it_may_be_relied_on() -> None:
    assert said(**GENERATIVE, status="partial", uncertain=True, confidence=0.456) == [
        WROTE,
        ("partial", "The articles answer only part of the question."),
        ("uncertain", "Low confidence (0.46): read the sources before you rely on this."),
    ]


def test_in_what_the_sources_differ() -> None:
    (one,) = ANSWER.citations
    sides = tuple(
        one.model_copy(update={"marker": marker, "quote": f"It has {told} parts.", "start": 0, "highlight": span})
        for marker, told, span in ((1, "23", Span(start=7, end=9)), (2, "24", Span(start=7, end=9)), (3, "25", None))
    )
    text = "The sources differ: {}. Compare them before you rely on one."
    assert said(citations=sides, contested=(1, 2)) == [("contested", text.format("23 [1], 24 [2]"))]
    assert said(citations=sides, contested=(2, 3)) == [("contested", text.format("24 [2], [3]"))]


@pytest.mark.parametrize(
    ("copies", "note"),
    [(0, ""), (1, "near-copy in 1 other article"), (1200, "near-copies in 1,200 other articles")],
)
def test_how_many_articles_copy_a_quote(copies: int, note: str) -> None:
    assert copies_note(ANSWER.citations[0].model_copy(update={"copies": copies})) == note


def test_rows_have_their_column_heads_once() -> None:
    (one,) = ANSWER.citations
    rows = [
        one.model_copy(update={"marker": marker, "quote": quote, "columns": columns})
        for marker, quote, columns in ((1, "a | 1", ("x", "y")), (2, "b |\n2", ("x", "y")), (3, "c | 3", ("x", "z")))
    ]
    headed = Headed()
    told = [("a | 1", 1), ("b | 2", 2), ("c | 3", 3), ("Said of c.", 3), ("c | 3", 3)]
    fresh = [rows[:1], rows[1:2], rows[2:], [], []]
    found = [headed.heads(Statement(text=text, markers=(n,)), new) for (text, n), new in zip(told, fresh, strict=True)]
    assert found == ["Columns: x | y", "", "Columns: x | z", "", "Columns: x | z"]


def test_heads_without_a_word_are_none() -> None:
    assert columns_line(()) == columns_line(("", " \n")) == ""
    assert columns_line(("", "A\nb")) == "Columns:  | A b"
