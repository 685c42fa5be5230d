"""Tests of `assistant.api.openai.rendering`."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.api.openai.rendering import ABSTAINED, REPLACED, Lines, reply, rest, said
from assistant.citations import marked_text
from assistant.types import Answer, Citation, Hit, Receipt, Statement

LINES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=40).map(
    lambda text: " ".join(text.split())
)
HOSTILE = st.sampled_from(
    ["Sources", "as in [1]", "[1]", "Sources [1] “quote”", ABSTAINED, "Note: x", "“a” — b", "Columns: a | b"]
)


def citation(marker: int = 1, **more: Any) -> Citation:
    given: dict[str, Any] = {
        "article_id": "a",
        "sha256": "0",
        "title": "Tin and\nits alloys",
        "publisher": "Metal Monthly",
        "published": date(2024, 6, 15),
        "url": "https://metals.example/tin",
        "start": 0,
        "end": 4,
        "quote": "Tin\n melts.",
        "link": "https://metals.example/tin#:~:text=Tin%20melts.",
    }
    return Citation(marker=marker, **given | more)


def answer(statements: Sequence[Statement] = (), citations: Sequence[Citation] = (), **more: Any) -> Answer:
    given: dict[str, Any] = {
        "status": "answered" if statements else "abstained",
        "text": marked_text(statements),
        "confidence": 0.9,
        "receipt": Receipt(corpus="c", embedding_model="e", reader="r"),
    }
    return Answer(
        id="x",
        question="q?",
        standalone_question="q?",
        statements=tuple(statements),
        citations=tuple(citations),
        **given | more,
    )


ONE = Statement(text="Tin melts.", markers=(1, 2))


def test_the_parts_of_a_reply() -> None:
    bare = citation(2, publisher=None, published=None, url=None, link=None)
    assert reply(answer([ONE], [citation(), bare])) == (
        "Tin melts. [1][2]\n"
        "\n"
        "Sources\n"
        "\n"
        "[1] “Tin melts.” — Tin and its alloys (Metal Monthly, 2024-06-15)"
        " https://metals.example/tin#:~:text=Tin%20melts.\n"
        "\n"
        "[2] “Tin melts.” — Tin and its alloys"
    )


def test_rows_of_a_table_stand_below_their_column_heads() -> None:
    rows = [citation(n, quote=f"Tin {n} | {n}0", columns=("Alloy", "Share of\ntin [a](b)")) for n in (1, 2)]
    statements = [Statement(text=row.quote, markers=(row.marker,)) for row in rows]
    text = reply(answer([ONE, *statements], [citation(1), *rows[1:]]))
    assert text.startswith(
        "Tin melts. [1][2]\nTin 1 | 10 [1]\nColumns: Alloy | Share of tin [a] (b)\nTin 2 | 20 [2]\n\n"
    )
    text = reply(answer(statements, rows))
    assert text.startswith("Columns: Alloy | Share of tin [a] (b)\nTin 1 | 10 [1]\nTin 2 | 20 [2]\n\nSources")
    assert "[1] “Tin 1 | 10” (Columns: Alloy | Share of tin [a] (b)) — Tin and its alloys" in text
    assert said(text) == "Tin 1 | 10\nTin 2 | 20"
    lines = Lines()
    assert "\n".join(lines.line(one, rows[n : n + 1]) for n, one in enumerate(statements)) == text.partition("\n\n")[0]


@pytest.mark.parametrize(
    ("more", "note"),
    [
        (
            {"fallback": "it is\nsilent"},
            "The language model did not answer: it is silent. These are the articles' own words.",
        ),
        ({"mode": "generative", "dropped": 1}, "1 sentence was left out because no quote supports it."),
        ({"mode": "generative", "dropped": 3}, "3 sentences were left out because no quote supports them."),
        ({"status": "partial"}, "The articles answer only part of the question."),
        ({"uncertain": True}, "Low confidence (0.90): read the sources before you rely on this."),
    ],
)
def test_notes(more: dict[str, Any], note: str) -> None:
    text = reply(answer([ONE], [citation()], **more))
    assert text.endswith(f"\n\nNote: {note}")
    assert text.count("Note: ") == 1
    assert said(text) == "Tin melts."


def test_an_abstention_names_the_nearest_passages() -> None:
    hit = Hit(
        id="h",
        article_id="a",
        ordinal=0,
        start=0,
        end=300,
        text="Tin " * 75,
        heading_path=("Tin", "Uses of tin"),
        score=1.0,
        title="Tin",
        publisher="Metal Monthly",
        url="https://metals.example/tin",
    )
    text = reply(answer(nearest=(hit,)))
    head, label, passage = text.split("\n\n")
    assert (head, label) == (ABSTAINED, "Nearest passages, which do not answer the question:")
    assert passage.startswith("“Tin Tin")
    assert passage.endswith(" …” — Tin › Uses of tin (Metal Monthly) https://metals.example/tin")
    assert len(passage) < 300
    assert said(text) == said(reply(answer())) == ""


def test_the_rest_completes_what_was_streamed() -> None:
    whole = answer([ONE, Statement(text="It is soft.", markers=(1,))], [citation()])
    for streamed in ("", "Tin melts. [1][2]", whole.text):
        assert streamed + rest(whole, streamed) == reply(whole)
    other = "Lead melts. [1]"
    assert rest(whole, other) == f"\n\n{REPLACED}\n\n{reply(whole)}"
    assert said(other + rest(whole, other)) == "Tin melts.\nIt is soft."
    assert said(other + rest(answer(), other)) == ""


@given(st.lists(st.tuples(LINES.filter(bool) | HOSTILE, st.integers(1, 3)), min_size=1, max_size=4), LINES)
def test_statements_are_read_back_without_what_was_added(given: list[tuple[str, int]], quote: str) -> None:
    statements = [Statement(text=text, markers=tuple(range(1, count + 1))) for text, count in given]
    whole = answer(statements, [citation(marker, quote=quote or "x") for marker in (1, 2, 3)], dropped=1)
    assert said(reply(whole)) == "\n".join(text for text, _ in given).strip()


@pytest.mark.parametrize(
    "text", ["Plain.", "As [1] says.", "See:\n\nSources\n\nnone", "Sources\n\n- [1] a", "Ends in [1]", ""]
)
def test_replies_of_others_stay_as_they_are(text: str) -> None:
    assert said(text) == text


def test_a_reply_whose_white_space_was_changed_is_still_read() -> None:
    text = reply(answer([ONE], [citation()])).replace("\n\n", "\n  \n\n")
    assert said(f"\n{text}\n") == "Tin melts."


@pytest.mark.parametrize("run", ["\n", " ", "\t", "[1]", "[1] ", " [1]", "\nSources\n", "[1", "[", "[1]\n"])
def test_a_long_reply_is_read_in_time(run: str) -> None:
    # Quadratic, these would take minutes.
    text = "x" + run * 200_000 + "x"
    assert said(text) == text
    whole = f"Tin melts. [1]{run * 200_000}x\n\nSources\n\n[1] “Tin melts.” — Tin"
    assert "“" not in said(whole)


@given(st.lists(st.sampled_from(["[1]", "[12]", " ", "\t", "x", "]", "[", "\n", "[x]"]), max_size=12))
def test_only_the_markers_at_the_end_of_a_line_are_taken(parts: list[str]) -> None:
    text = f"a{''.join(parts)}"
    plain = "\n".join(re.sub(r"[ \t]*(?:\[[0-9]+\])+[ \t]*$", "", one) for one in text.split("\n"))
    assert said(f"{text}\n\nSources\n\n[1] “Tin melts.” — Tin") == plain.strip()


def test_nothing_of_an_article_becomes_a_link_or_an_image() -> None:
    evil = "![s](https://evil.example/p.png) <img src=x> [a](https://evil.example)"
    made = reply(answer([Statement(text=evil, markers=(1,))], [citation(quote=evil, title=evil, publisher=evil)]))
    assert "](" not in made
    assert "<img" not in made
    assert (
        rest(
            answer([Statement(text=evil, markers=(1,))], [citation()]),
            Lines().line(Statement(text=evil, markers=(1,)), []),
        )
        != ""
    )
    assert "withdrawn" not in rest(
        answer([Statement(text=evil, markers=(1,))], []), Lines().line(Statement(text=evil, markers=(1,)), [])
    )


def test_a_source_tells_how_many_articles_copy_it() -> None:
    assert "(near-copies in 3 other articles)" in reply(answer([ONE], [citation(copies=3)]))
    assert "near-cop" not in reply(answer([ONE], [citation()]))
