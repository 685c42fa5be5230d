"""Tests of `assistant.sources.bounds`."""

from collections.abc import Iterable

import pytest

from assistant.sources import SourceFailure, bounds
from assistant.sources.bounds import MAX_BLOCKS, MAX_FAILURES, MAX_ID, MAX_NAME, MAX_TEXT, bounded
from assistant.types import Article, Block

SOURCE = "upload:a.jsonl"


def an_article(**given: object) -> Article:
    return Article.model_validate({"id": "tin", "title": "Tin", "text": "Tin melts.", "source": f"{SOURCE}#1"} | given)


def kept(found: Iterable[Article | SourceFailure]) -> list[Article | SourceFailure]:
    return list(bounded(found, SOURCE))


def reasons(found: Iterable[Article | SourceFailure]) -> list[str]:
    return [one.reason for one in kept(found) if isinstance(one, SourceFailure)]


@pytest.mark.parametrize("name", ["title", "publisher", "author", "language"])
def test_names_are_as_long_as_names_are(name: str) -> None:
    right = an_article(**{name: "x" * MAX_NAME})
    assert kept([right]) == [right]
    [reason] = reasons([an_article(**{name: "x" * (MAX_NAME + 1)})])
    assert reason == f"its {name} '{'x' * 40}'… has 1,001 characters: write at most 1,000"


def test_ids_and_addresses() -> None:
    right = an_article(id="x" * MAX_ID, url="http://a.example/" + "x" * 1983)
    assert kept([right]) == [right]
    assert reasons([an_article(id="x" * (MAX_ID + 1))]) == [
        f"its id '{'x' * 40}'… has 201 characters: give it one of at most 200"
    ]
    [reason] = reasons([an_article(url="http://a.example/" + "x" * 1984)])
    assert reason.endswith("has 2,001 characters: write at most 2,000")
    [article] = kept([an_article(url="javascript:" + "x" * 3000)])
    assert isinstance(article, Article)
    assert article.url is None


def test_a_failure_names_a_source_that_is_short() -> None:
    long = "x" * 5000
    [failure] = kept([an_article(id=long, source=f"{SOURCE}#{long}")])
    assert (failure.path if isinstance(failure, SourceFailure) else "") == SOURCE
    [failure] = kept([SourceFailure(path=SOURCE, reason=long)])
    assert len(failure.reason if isinstance(failure, SourceFailure) else "") == MAX_NAME


def test_texts() -> None:
    right = an_article(text="x" * MAX_TEXT)
    assert kept([right]) == [right]
    assert "3,000,001 characters in 0 blocks: at most" in reasons([an_article(text="x" * (MAX_TEXT + 1))])[0]
    many = tuple(Block(kind="paragraph", start=0, end=1) for _ in range(MAX_BLOCKS + 1))
    assert "20,001 blocks: at most" in reasons([an_article(blocks=many)])[0]


def test_a_heading_as_long_as_a_text_is_a_paragraph() -> None:
    text = "x" * 5000
    short = Block(kind="heading", start=0, end=MAX_NAME, level=1)
    long = Block(kind="heading", start=MAX_NAME, end=5000, level=2)
    [article] = kept([an_article(text=text, blocks=(short, long))])
    assert isinstance(article, Article)
    assert article.blocks == (short, Block(kind="paragraph", start=MAX_NAME, end=5000))


def test_a_file_holds_so_many_articles_and_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_ARTICLES", 3)
    monkeypatch.setattr(bounds, "MAX_WHOLE", 25)
    monkeypatch.setattr(bounds, "MAX_WHOLE_BLOCKS", 4)
    found = kept(an_article(id=str(n), text="x" * 5) for n in range(5))
    assert [one.id for one in found if isinstance(one, Article)] == ["0", "1", "2"]
    assert [one.reason for one in found if isinstance(one, SourceFailure)] == [
        "2 articles are left out, for it holds more than 3 articles, 25 characters or 4 blocks: split it"
    ]
    found = kept(an_article(id=str(n), text="x" * 20) for n in range(2))
    assert [type(one) for one in found] == [Article, SourceFailure]
    three = tuple(Block(kind="paragraph", start=n, end=n + 1) for n in range(3))
    found = kept(an_article(id=str(n), text="xyz", blocks=three) for n in range(2))
    assert [type(one) for one in found] == [Article, SourceFailure]


def test_failures_are_counted_once_there_are_many() -> None:
    found = kept([*(SourceFailure(path=SOURCE, reason="no", line=n) for n in range(1, 1000)), an_article()])
    assert len(found) == MAX_FAILURES + 2
    assert found[-1] == SourceFailure(path=SOURCE, reason="899 more could not be read: mend those named first")
    assert any(isinstance(one, Article) for one in found)
