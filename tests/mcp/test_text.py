import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from assistant.mcp.text import answer_text, articles_text, facts_text, hits_text
from assistant.types import Article, ArticleFacts, Statement
from tests.cli.samples import ABSTENTION, ANSWER, CITATION, HIT

SOURCE = """[1] Baogang reform summit — Baotou Daily, 2025-05-27
    “Five directives were issued.”
    https://example.org/summit#:~:text=Five%20directives
    article id: summit"""


def test_an_answer_stands_above_its_sources() -> None:
    assert answer_text(ANSWER) == f"Five directives were issued. [1]\n\nSources\n{SOURCE}"


def test_what_is_to_be_known_of_an_answer_is_said() -> None:
    doubtful = ANSWER.model_copy(
        update={
            "standalone_question": "How many directives did the summit issue?",
            "status": "partial",
            "uncertain": True,
            "fallback": "it is silent",
            "short_answer": {"text": "Five", "marker": 1},
        }
    )
    answer = type(ANSWER).model_validate(doubtful.model_dump(warnings=False))
    assert answer_text(answer) == "\n".join(
        (
            "Read as: How many directives did the summit issue?",
            "",
            "Five [1]",
            "",
            "Five directives were issued. [1]",
            "",
            "The language model did not answer: it is silent. These are the articles' own words.",
            "The articles answer only part of the question.",
            "Low confidence (0.90): read the sources before you rely on this.",
            "",
            "Sources",
            SOURCE,
        )
    )


def test_who_wrote_it_and_what_was_left_out_is_said() -> None:
    wrote = {"mode": "generative", "model": "openai:gpt-5-mini", "dropped": 2}
    text = answer_text(ANSWER.model_copy(update=wrote))
    assert "\n\nWritten by openai:gpt-5-mini. Each sentence was checked against its quotes.\n2 sentences were" in text
    none = answer_text(ABSTENTION.model_copy(update=wrote))
    assert "The articles do not say.\nopenai:gpt-5-mini read the passages and found no answer in them.\n" in none


def test_a_table_row_keeps_its_column_heads_and_a_source_without_a_link_has_none() -> None:
    row = CITATION.model_copy(update={"columns": ("Alloy", "Share\nof tin"), "link": None, "url": None})
    text = answer_text(ANSWER.model_copy(update={"citations": (row,)}))
    assert "    Columns: Alloy | Share of tin\n    “Five directives were issued.”\n    article id: summit" in text


def test_a_quoted_table_row_stands_below_its_column_heads() -> None:
    row = CITATION.model_copy(update={"columns": ("Alloy", "Share")})
    text = answer_text(ANSWER.model_copy(update={"citations": (row,)}))
    assert text.startswith("Columns: Alloy | Share\nFive directives were issued. [1]\n")


def test_an_abstention_names_the_nearest_passages_and_numbers_none() -> None:
    assert answer_text(ABSTENTION) == (
        "The articles do not say.\n\nNearest passages, which do not answer the question:\n"
        "- Baogang reform summit › Directives — Baotou Daily, 2025-05-27 (article id: summit, 10-38)\n"
        "  Five directives were issued."
    )
    bare = ABSTENTION.model_copy(update={"nearest": (), "fallback": "it was silent"})
    assert answer_text(bare) == "The articles do not say.\nThe language model did not answer: it was silent."


def test_a_long_nearest_passage_is_cut_between_words() -> None:
    long = HIT.model_copy(update={"text": "word\n" * 100})
    last = answer_text(ABSTENTION.model_copy(update={"nearest": (long,)})).splitlines()[-1]
    assert last == "  " + "word " * 46 + "word…"


@given(st.lists(st.integers(1, 30), unique=True, min_size=1, max_size=9))
def test_every_marker_has_its_source_in_the_text(markers: list[int]) -> None:
    statements = tuple(Statement(text="So it is.", markers=(marker,)) for marker in markers)
    citations = tuple(CITATION.model_copy(update={"marker": marker}) for marker in sorted(markers))
    body, sources = answer_text(ANSWER.model_copy(update={"statements": statements, "citations": citations})).split(
        "\nSources\n"
    )
    assert [int(found) for found in re.findall(r"\[(\d+)\]", body)] == markers
    assert [int(found) for found in re.findall(r"^\[(\d+)\] ", sources, re.M)] == sorted(markers)


def test_passages_are_given_in_full() -> None:
    head = "Baogang reform summit › Directives — Baotou Daily, 2025-05-27 (article id: summit, 10-38)"
    assert hits_text((HIT, HIT)) == (
        f"1. {head}\nFive directives were issued.\n\n2. {head}\nFive directives were issued."
    )
    assert hits_text(()) == "No passage found: use other words or fewer filters."


def test_articles_are_a_line_each() -> None:
    known = ArticleFacts(id="a/1", title="One\n title", publisher="Wire", published=date(2025, 1, 2))
    assert articles_text([known, ArticleFacts(id="b", title="Two")]) == "a/1: One title — Wire, 2025-01-02\nb: Two"
    assert articles_text([]) == "There are no articles."


def test_facts_that_are_not_known_are_left_out() -> None:
    article = Article(id="a/1", title="One", author="A. B.", updated=date(2025, 1, 3), text="Text.")
    assert facts_text(article) == "One\nauthor: A. B.\nupdated: 2025-01-03\narticle id: a/1"


def test_a_source_tells_how_many_articles_copy_it_and_makes_no_link() -> None:
    (one,) = ANSWER.citations[:1]
    evil = one.model_copy(update={"copies": 1, "title": "![s](https://evil.example/p.png)"})
    written = answer_text(ANSWER.model_copy(update={"citations": (evil, *ANSWER.citations[1:])}))
    assert "    near-copy in 1 other article" in written.splitlines()
    assert "](" not in written
