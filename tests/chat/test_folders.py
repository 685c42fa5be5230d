"""Tests of `assistant.chat.folders`."""

import pytest

from assistant.chat.folders import without_folder
from assistant.types import Article, ArticleFacts


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("/home/ana/secret/tin.md", "tin.md"),
        ("secret/tin.md", "tin.md"),
        ("tin #1.md", "tin #1.md"),
        ("/home/ana/news.jsonl#2025/a b", "news.jsonl#2025/a b"),
        ("/home/ana/a.jsonl#x.jsonl#y", "a.jsonl#x.jsonl#y"),
        ("https://example.org/a/b?c#d", "https://example.org/a/b?c#d"),
        ("http://example.org/", "http://example.org/"),
        ("upload:a/b.md", "upload:a/b.md"),
        (None, None),
    ],
)
def test_what_is_told_of_a_source(source: str | None, told: str | None) -> None:
    facts = ArticleFacts(id="a", title="T", source=source)
    assert without_folder(facts) == facts.model_copy(update={"source": told})
    article = Article(id="a", title="T", text="Tin.", source=source)
    assert without_folder(article) == article.model_copy(update={"source": told})
