"""Tests of `assistant.cli.render`."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from assistant.cli import render
from assistant.cli.render import marked_quote, show_answer, show_hits, snippet
from assistant.types import ShortAnswer, Span, Statement

from .samples import ABSTENTION, ANSWER, CITATION, HIT


def _written(capsys: pytest.CaptureFixture[str]) -> str:
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_an_answer_has_statements_then_sources(capsys: pytest.CaptureFixture[str]) -> None:
    show_answer(ANSWER)
    assert _written(capsys) == (
        "Five directives were issued. [1]\n"
        "\n"
        "Sources\n"
        "[1] Baogang reform summit — Baotou Daily, 2025-05-27\n"
        "    “Five directives were issued.”\n"
        "    https://example.org/summit#:~:text=Five%20directives\n"
    )


def test_without_quotes_a_source_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    show_answer(ANSWER, quotes=False)
    assert _written(capsys).endswith("Sources\n[1] Baogang reform summit — Baotou Daily, 2025-05-27\n")


def test_the_short_answer_stands_first_and_is_bold_in_its_quote(capsys: pytest.CaptureFixture[str]) -> None:
    marked = CITATION.model_copy(update={"highlight": Span(start=0, end=4)})
    answer = ANSWER.model_copy(update={"citations": (marked,), "short_answer": ShortAnswer(text="Five", marker=1)})
    show_answer(answer)
    written = _written(capsys)
    assert written.startswith("Five [1]\n\nFive directives were issued. [1]\n")
    assert "    “Five directives were issued.”\n" in written
    assert [(span.start, span.end, span.style) for span in marked_quote(marked).spans] == [(1, 5, "bold")]


def test_a_table_row_is_quoted_with_its_columns(capsys: pytest.CaptureFixture[str]) -> None:
    cited = CITATION.model_copy(update={"columns": ("Year", "Tons"), "quote": "2024 | 390", "link": None, "url": None})
    show_answer(ANSWER.model_copy(update={"citations": (cited,)}))
    assert _written(capsys).endswith("    Columns: Year | Tons\n    “2024 | 390”\n")


def test_rows_of_a_table_stand_below_their_column_heads(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        CITATION.model_copy(update={"marker": marker, "columns": ("Year", "Tons\nsold"), "quote": quote})
        for marker, quote in ((1, "2023 | 380"), (2, "2024 | 390"))
    ]
    statements = [Statement(text=row.quote, markers=(row.marker,)) for row in rows]
    answer = ANSWER.model_copy(update={"statements": tuple(statements), "citations": tuple(rows)})
    show_answer(answer, quotes=False)
    assert _written(capsys).startswith("Columns: Year | Tons sold\n2023 | 380 [1]\n2024 | 390 [2]\n\nSources")


def test_low_confidence_and_partial_answers_are_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    show_answer(ANSWER)
    assert "onfidence" not in _written(capsys)
    show_answer(ANSWER.model_copy(update={"confidence": 0.31, "uncertain": True, "status": "partial"}))
    written = _written(capsys)
    assert "Low confidence (0.31): read the sources before you rely on this." in written
    assert "The articles answer only part of the question." in written


WRITTEN = ANSWER.model_copy(
    update={
        "mode": "generative",
        "model": "openai:gpt-5-mini",
        "statements": (Statement(text="The summit issued five directives.", markers=(1, 2)),),
        "citations": (CITATION, CITATION.model_copy(update={"marker": 2})),
    }
)
REASON = "the language model openai:gpt-5-mini takes no more for now (HTTP 429): ask again in 3 s"
FALLBACK = ANSWER.model_copy(update={"model": "openai:gpt-5-mini", "fallback": REASON, "dropped": 1})


def test_who_wrote_and_what_was_left_out_stand_between_statements_and_sources(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_answer(WRITTEN, quotes=False)
    assert _written(capsys).startswith(
        "The summit issued five directives. [1][2]\n"
        "\n"
        "Written by openai:gpt-5-mini. Each sentence was checked against its quotes.\n"
        "\n"
        "Sources\n"
    )
    show_answer(WRITTEN.model_copy(update={"dropped": 1, "uncertain": True}))
    remarks = _written(capsys).split("\n\n")[1:4]
    assert remarks == [
        "Written by openai:gpt-5-mini. Each sentence was checked against its quotes.",
        "1 sentence was left out because no quote supports it.",
        "Low confidence (0.90): read the sources before you rely on this.",
    ]
    show_answer(WRITTEN.model_copy(update={"dropped": 2, "model": None}))
    written = _written(capsys)
    assert "\n2 sentences were left out because no quote supports them.\n" in written
    assert "\nWritten by a language model. Each sentence" in written


def test_an_answer_without_the_language_model_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    show_answer(FALLBACK)
    assert _written(capsys).startswith(
        "Five directives were issued. [1]\n"
        "\n"
        "The language model did not answer: the language model openai:gpt-5-mini takes no\n"
        "more for now (HTTP 429): ask again in 3 s. These are the articles' own words.\n"
        "\n"
        "Sources\n"
    )
    show_answer(FALLBACK.model_copy(update={"fallback": "It stopped."}))
    assert "did not answer: It stopped. These are" in _written(capsys)


def test_an_abstention_of_the_language_model_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    show_answer(ABSTENTION.model_copy(update={"mode": "generative", "model": "openai:gpt-5-mini"}))
    assert _written(capsys).startswith(
        "The articles do not say.\n"
        "\n"
        "openai:gpt-5-mini read the passages and found no answer in them.\n"
        "\n"
        "Nearest passages,"
    )


def test_what_warns_is_yellow_and_who_wrote_is_dim(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(render, "out", Console(file=written, force_terminal=True, width=120, color_system="standard"))
    show_answer(WRITTEN.model_copy(update={"dropped": 2}))
    show_answer(FALLBACK)
    lines = written.getvalue().splitlines()
    assert [line.startswith("\x1b[2m") for line in lines if "Written by" in line] == [True]
    warnings = [line for line in lines if "left out" in line or "did not answer" in line]
    assert [line.startswith("\x1b[33m") for line in warnings] == [True, True]


@given(st.text(min_size=1), st.booleans())
def test_a_name_and_a_reason_stay_one_paragraph_and_drive_no_terminal(text: str, fallback: bool) -> None:
    answer = FALLBACK.model_copy(update={"fallback": text}) if fallback else WRITTEN.model_copy(update={"model": text})
    written = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render, "out", Console(file=written, width=80, markup=False, highlight=False, emoji=False))
        show_answer(answer)
    statement, remark, sources = written.getvalue().split("\n\n")
    assert statement.endswith("]")
    assert remark.startswith("The language model did not answer:" if fallback else "Written by")
    assert sources.startswith("Sources\n[1] ")
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in written.getvalue().replace("\n", ""))


def test_an_abstention_looks_like_one(capsys: pytest.CaptureFixture[str]) -> None:
    show_answer(ABSTENTION)
    assert _written(capsys) == (
        "The articles do not say.\n"
        "\n"
        "Nearest passages, which do not answer the question:\n"
        "1.  Baogang reform summit › Directives\n"
        "    summit 10-38 — Baotou Daily, 2025-05-27, score 2.500\n"
        "    Five directives were issued.\n"
    )


def test_an_abstention_over_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    show_answer(ABSTENTION.model_copy(update={"nearest": ()}))
    assert _written(capsys) == "The articles do not say.\n"


def test_text_of_articles_is_neither_markup_nor_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "a\x1b[31m [bold]b[/bold] [/] :smile: \x9b2J"
    harmless = "a[31m [bold]b[/bold] [/] :smile: 2J"
    cited = CITATION.model_copy(update={"quote": hostile, "title": hostile, "publisher": hostile, "link": hostile})
    statement = ANSWER.statements[0].model_copy(update={"text": hostile})
    show_answer(ANSWER.model_copy(update={"statements": (statement,), "citations": (cited,)}))
    show_hits([HIT.model_copy(update={"text": hostile, "heading_path": (hostile,), "article_id": hostile})])
    written = _written(capsys)
    assert written.count(harmless) == 8
    assert not set(written) & {"\x1b", "\x9b"}


def test_lines_stay_within_80_columns_and_end_without_spaces(capsys: pytest.CaptureFixture[str]) -> None:
    words = "word " * 60
    cited = CITATION.model_copy(update={"quote": words, "title": words})
    statement = ANSWER.statements[0].model_copy(update={"text": words})
    show_answer(ANSWER.model_copy(update={"citations": (cited,), "statements": (statement,)}))
    show_hits([HIT.model_copy(update={"text": words + "稀土" * 60, "title": words})])
    lines = _written(capsys).splitlines()
    assert len(lines) > 15
    assert max(map(len, lines)) <= 80
    assert all(line == line.rstrip() for line in lines)


def test_a_link_is_not_broken(capsys: pytest.CaptureFixture[str]) -> None:
    link = "https://example.org/" + "x" * 200
    show_answer(ANSWER.model_copy(update={"citations": (CITATION.model_copy(update={"link": link}),)}))
    assert link in _written(capsys)


def test_snippet_is_cut_between_words() -> None:
    assert snippet("one two\nthree", 20) == "one two three"
    assert snippet("one two three", 10) == "one two…"
    assert snippet("x" * 30, 10) == "x" * 9 + "…"


def test_the_title_stands_once_before_the_headings(capsys: pytest.CaptureFixture[str]) -> None:
    show_hits(
        [HIT, HIT.model_copy(update={"heading_path": ("Directives",)}), HIT.model_copy(update={"heading_path": ()})]
    )
    heads = [line for line in _written(capsys).splitlines() if line[0].isdigit()]
    assert heads == [
        "1.  Baogang reform summit › Directives",
        "2.  Baogang reform summit › Directives",
        "3.  Baogang reform summit",
    ]


def test_a_source_tells_how_many_articles_copy_it(capsys: pytest.CaptureFixture[str]) -> None:
    copied = ANSWER.citations[0].model_copy(update={"copies": 3})
    show_answer(ANSWER.model_copy(update={"citations": (copied,)}))
    assert "2025-05-27; near-copies in 3 other articles" in " ".join(capsys.readouterr().out.split())
