import pytest

from assistant.slack.remarks import read_as, remarks
from assistant.slack.text import length
from assistant.types import Span, Statement

from .answers import answer, citation

SAID = (Statement(text="So it is.", markers=(1,)),)


def test_the_question_that_was_read_is_named_only_where_it_is_another() -> None:
    assert read_as(answer(SAID, question="Cafe\u0301?", standalone_question="Café? ")) == ""
    assert read_as(answer(SAID, standalone_question="Did *costs*?")).startswith("Read as: Did ")


@pytest.mark.parametrize("fallback", ["It timed out", "It timed out.", "Did it?"])
def test_a_fallback_ends_as_a_sentence_and_hides_what_was_dropped(fallback: str) -> None:
    said = list(remarks(answer(SAID, fallback=fallback, dropped=3)))
    stop = "" if fallback[-1] in ".?" else "."
    assert said == [
        f"The language model did not answer: {fallback}{stop} These are the articles' own words.",
        "Confidence: 0.83.",
    ]


def test_a_model_without_an_answer_says_that_it_read() -> None:
    said = list(remarks(answer(mode="generative", model="m:<1>", uncertain=True)))
    assert said == [
        "m:&lt;1&gt; read the passages and found no answer in them.",
        "Low confidence (0.83): read the sources before you rely on this.",
    ]


def test_sources_that_differ_are_told_as_text() -> None:
    sides = [
        citation(marker, said, highlight=Span(start=100, end=100 + len(said)))
        for marker, said in ((1, "23"), (2, "<!here> 24"))
    ]
    assert list(remarks(answer(SAID, sides, contested=(1, 2)))) == [
        "The sources differ: 23 [1], &lt;!here&gt; 24 [2]. Compare them before you rely on one.",
        "Confidence: 0.83.",
    ]


def test_remarks_are_short_whatever_they_are_given() -> None:
    said = list(remarks(answer(SAID, mode="generative", model="&" * 900, fallback="&" * 9_000)))
    assert length("\n".join(said)) < 1_000
    sides = [citation(at, "&" * 900, highlight=Span(start=100, end=1_000)) for at in range(1, 61)]
    facts = {"mode": "generative", "model": "&" * 900, "dropped": 9, "status": "partial", "uncertain": True}
    said = list(remarks(answer(SAID, sides, contested=tuple(range(1, 61)), **facts)))
    assert len(said) == 5
    assert length("\n".join(said)) < 2_000
