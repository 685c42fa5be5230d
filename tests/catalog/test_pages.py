"""Tests of `assistant.catalog.pages`."""

from pathlib import Path

from assistant.catalog import Catalog, PageState
from assistant.models.fake import HashingEmbedder
from tests.material import embed, make_article


def test_the_last_state_of_a_url_is_kept(catalog: Catalog, tmp_path: Path) -> None:
    url = "http://news.example/a"
    assert catalog.pages.get(url) is None
    catalog.pages.put(PageState(url, etag='"1"', stamp="2025-01-01"))
    catalog.pages.put(PageState(url, last_modified="Mon, 02 Jun 2025 10:00:00 GMT"))
    generation = catalog.generation()
    catalog.close()
    again = Catalog(tmp_path / "catalog.sqlite")
    assert again.pages.get(url) == PageState(url, last_modified="Mon, 02 Jun 2025 10:00:00 GMT")
    assert again.generation() == generation  # no search depends on it
    again.close()


def test_which_sources_have_articles(catalog: Catalog) -> None:
    embedder = HashingEmbedder()
    for ident, source in (
        ("a", "http://n.example/a"),
        ("b", "http://n.example/r.jsonl#b"),
        ("c", "http://n.example/c$"),
    ):
        article = make_article("Text.", id=ident, source=source)
        catalog.put(article, "hash", embed(article, embedder))
    held = (
        "http://n.example/a",
        "http://n.example/r.jsonl",
        "http://n.example/r",
        "http://n.example/c",
        "http://n.example",
    )
    assert [catalog.pages.has_articles(one) for one in held] == [True, True, False, False, False]
