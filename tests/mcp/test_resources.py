from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.mcp.resources import PAGE, id_of, listed, uri_of
from assistant.types import ArticleFacts

# What an article's id may hold: any characters but lone surrogates.
ids = st.text(st.characters(codec="utf-8"), min_size=1)


@given(ids)
def test_a_uri_leads_back_to_its_id(article_id: str) -> None:
    uri = uri_of(article_id)
    assert id_of(uri) == article_id
    assert uri.isascii()
    assert not set(uri) & set(' <>"{}|\\^`')
    split = urlsplit(uri)
    assert (split.scheme, split.path, split.query, split.fragment) == ("article", "", "", "")


@pytest.mark.parametrize(
    ("uri", "article_id"),
    [
        ("article://a%2fb", "a/b"),
        ("Article://a%20b", "a b"),
        ("article://a/b", "a/b"),
        ("article://%", "%"),
        ("article://%ff", "\ufffd"),
        ("article://", None),
        ("article:a", None),
        ("articles://a", None),
        ("file:///a", None),
        ("", None),
    ],
)
def test_uris_as_others_write_them(uri: str, article_id: str | None) -> None:
    assert id_of(uri) == article_id


@pytest.mark.parametrize("count", [0, 1, PAGE, PAGE + 1, 3 * PAGE])
def test_pages_hold_every_article_once(count: int) -> None:
    articles = [ArticleFacts(id=f"a/{n}", title=f"Title {n}") for n in range(count)]
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = listed(articles, cursor)
        assert page is not None
        assert len(page.resources) <= PAGE
        found += [resource.uri for resource in page.resources]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == [f"article://a%2F{n}" for n in range(count)]


@pytest.mark.parametrize("cursor", ["", "x", "-500", "1", "1000", "٥٠٠", "500.0"])
def test_cursors_that_no_page_gave(cursor: str) -> None:
    assert listed([ArticleFacts(id=f"{n}", title="") for n in range(PAGE + 1)], cursor) is None
