"""Tests of `assistant.types`."""

import hashlib
from datetime import date

import pytest
from hypothesis import given
from pydantic import ValidationError

import assistant
from assistant.types import Answer, Article, Citation, Filters, Receipt

from .material import articles, make_article, run_python


def test_the_digest_is_that_of_the_text() -> None:
    assert Article(id="a", title="T", text="é").sha256 == hashlib.sha256("é".encode()).hexdigest()
    assert Article(id="a", title="T", text="é", sha256="given").sha256 == "given"


@given(articles())
def test_an_article_survives_json(article: Article) -> None:
    assert Article.model_validate_json(article.model_dump_json()) == article


def test_facts_are_the_article_without_text_and_blocks() -> None:
    article = make_article("Tin.", id="tin", publisher="P", published=date(2024, 1, 1))
    facts = article.facts()
    assert (facts.id, facts.publisher, facts.published, facts.sha256) == ("tin", "P", date(2024, 1, 1), article.sha256)
    assert not {"text", "blocks"} & set(facts.model_dump())


def test_types_are_frozen_and_refuse_unknown_keys() -> None:
    article = make_article("Tin.")
    with pytest.raises(ValidationError, match="frozen"):
        article.title = "x"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="Extra inputs"):
        Filters(puplisher="P")  # type: ignore[call-arg]


def test_filters() -> None:
    assert Filters().empty
    assert not Filters(as_of=date(2024, 1, 1)).empty
    assert Filters.model_validate({"publisher": "One, Inc.", "article": ["a", "b"]}) == Filters(
        publisher=("One, Inc.",), article=("a", "b")
    )
    day = date(2024, 1, 2)
    assert Filters(since=day, until=day).since == day
    with pytest.raises(ValidationError, match="since 2024-01-02 is later than until 2024-01-01: swap them"):
        Filters(since=day, until=date(2024, 1, 1))


@pytest.mark.parametrize("confidence", [-0.01, 1.01])
def test_a_confidence_is_a_probability(confidence: float) -> None:
    receipt = Receipt(corpus="", embedding_model="", reader="")
    with pytest.raises(ValidationError, match="confidence"):
        Answer(
            id="1", question="q", standalone_question="q", status="abstained", confidence=confidence, receipt=receipt
        )


def test_markers_count_from_one() -> None:
    with pytest.raises(ValidationError, match="marker"):
        Citation(marker=0, article_id="a", sha256="", title="", start=0, end=1, quote="x")


def test_every_public_name_is_there() -> None:
    for name in assistant.__all__:
        assert getattr(assistant, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        assistant.nothing  # noqa: B018


def test_importing_the_package_imports_none_of_it() -> None:
    done = run_python(
        "import sys, assistant; print(*[m for m in sys.modules if m.startswith(('assistant.', 'numpy'))])"
    )
    assert (done.returncode, done.stdout.strip()) == (0, "")
