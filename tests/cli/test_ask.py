"""Tests of `assistant.cli.ask` for one question; `test_batch` has the others."""

import json
from pathlib import Path

import pytest

from assistant.locking import FolderLock
from assistant.types import Answer, Article

from .conftest import Invoke

QUESTION = "How many directives were issued at the Baogang reform summit?"


@pytest.fixture
def _bold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer whatever is asked."""
    monkeypatch.setenv("ASSISTANT_THRESHOLD", "0")


@pytest.fixture
def _shy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer nothing."""
    monkeypatch.setenv("ASSISTANT_THRESHOLD", "1")


@pytest.mark.usefixtures("_bold")
def test_an_answer_with_its_sources(invoke: Invoke) -> None:
    result = invoke("ask", QUESTION)
    assert (result.exit_code, result.stderr) == (0, "")
    statements, sources = result.stdout.split("\nSources\n")
    assert "Five directives were issued at the summit. [" in statements
    assert "] Baogang reform summit — Baotou Daily, 2025-05-27\n" in sources
    assert "“Five directives were issued at the summit.”\n    https://example.org/summit#:~:text=" in sources


@pytest.mark.usefixtures("_bold")
def test_json_is_the_answer_and_nothing_else(invoke: Invoke) -> None:
    result = invoke("ask", QUESTION, "--json")
    assert result.stdout.count("\n") == 1
    answer = Answer.model_validate(json.loads(result.stdout))
    assert (answer.question, answer.status) == (QUESTION, "answered")
    article = Article.model_validate(json.loads(invoke("articles", "show", "summit", "--json").stdout))
    assert [article.text[c.start : c.end] for c in answer.citations] == [c.quote for c in answer.citations] != []


@pytest.mark.usefixtures("_shy")
def test_an_abstention_is_no_failure(invoke: Invoke) -> None:
    result = invoke("ask", "What is the capital of Peru?")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(
        "The articles do not say.\n\nNearest passages, which do not answer the question:\n1. "
    )


@pytest.mark.usefixtures("_bold")
def test_filters(invoke: Invoke) -> None:
    options = ["--as-of", "2025-05-01", "--publisher", "market wire", "--article", "prices/2025", "--json"]
    answer = Answer.model_validate(json.loads(invoke("ask", QUESTION, *options).stdout))
    assert {hit.article_id for hit in answer.passages} == {"prices/2025"}
    assert json.loads(str(answer.receipt.settings["filters"]))["as_of"] == "2025-05-01"


def test_a_question_from_stdin(invoke: Invoke) -> None:
    result = invoke("ask", "-", "--json", typed=f"  {QUESTION}\n")
    assert json.loads(result.stdout)["question"] == QUESTION


def test_stdin_that_is_not_utf8(invoke: Invoke) -> None:
    result = invoke("ask", "-", typed=b"caf\xe9\n")
    assert (result.exit_code, result.stdout) == (2, "")
    assert r"'caf\udce9' holds a lone surrogate" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "give a question or --batch FILE"),
        (["why", "--batch", "x.jsonl"], "give a question or --batch FILE, not both"),
        (["why", "--output", "x"], "--output goes with --batch: for one question use --json and redirect stdout"),
        ([""], "the question '' holds no word: type a question"),
        (["-"], "the question '' holds no word: type a question"),
        (["x" * 4001], "the question is 4,001 characters long: ask in at most 4,000"),
        (["why", "--article", "nope"], "no article has the id 'nope': list the articles to see which there are"),
        (
            ["why", "--until", "2025-02-30"],
            "until '2025-02-30' is no date: write it as year-month-day, like 2025-05-27",
        ),
        (["why", "--publisher", ""], "publisher '' is no name: give a text or a list of texts"),
        (
            ["why", "--since", "2025-02-01", "--until", "2025-01-01"],
            "since 2025-02-01 is later than until 2025-01-01: swap them",
        ),
    ],
)
def test_wrong_usage(invoke: Invoke, arguments: list[str], sentence: str) -> None:
    result = invoke("ask", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"error: {sentence}\n")


def test_a_busy_data_folder(invoke: Invoke, home: Path) -> None:
    lock = FolderLock(home)
    try:
        result = invoke("ask", "why")
    finally:
        lock.release()
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"error: the data folder {home} is in use by process ")
    assert result.stderr.count("\n") == 1
