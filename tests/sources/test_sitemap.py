"""Tests of `assistant.sources.sitemap`."""

import gzip

import pytest

from assistant.errors import SourceError
from assistant.sources import sitemap
from assistant.sources.listing import Listed

_NS = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
_SITEMAP = f"""<?xml version="1.0"?><urlset {_NS}>
<url><loc>https://news.example/old</loc><lastmod>2024-01-01</lastmod></url>
<url><loc> https://news.example/new </loc><lastmod>2025-01-01</lastmod></url>
<url><loc>https://news.example/undated</loc></url><url><lastmod>2025-01-01</lastmod></url></urlset>"""


def test_pages_latest_first() -> None:
    assert sitemap.parse(_SITEMAP.encode()).pages == (
        Listed(url="https://news.example/new", stamp="2025-01-01"),
        Listed(url="https://news.example/old", stamp="2024-01-01"),
        Listed(url="https://news.example/undated"),
    )


def test_an_index_packed() -> None:
    index = f"<sitemapindex {_NS}><sitemap><loc>https://news.example/a.xml.gz</loc></sitemap></sitemapindex>"
    found = sitemap.parse(gzip.compress(index.encode()))
    assert ([one.url for one in found.lists], found.pages) == (["https://news.example/a.xml.gz"], ())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<urlset>", "no XML"),
        (b"", "no XML"),
        (b"\x1f\x8bnonsense", "packed"),
        (gzip.compress(b" " * (sitemap.MAX_UNPACKED + 1)), "larger than"),
        (b'<!DOCTYPE u [<!ENTITY a "b">]><urlset>&a;</urlset>', "entities"),
        (b'<!DOCTYPE u SYSTEM "http://127.0.0.1:9/a.dtd"><urlset/>', "entities"),
        (b"<?xml version='1.0' encoding='nonsense'?><urlset/>", "no XML"),
    ],
)
def test_what_is_no_sitemap(content: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        sitemap.parse(content)
