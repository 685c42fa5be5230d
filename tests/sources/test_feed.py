"""Tests of `assistant.sources.feed`."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import SourceError
from assistant.sources import feed
from assistant.sources.listing import Listed

RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Tin  News</title>
<item><title>Tin &amp; lead</title><link> https://news.example/tin </link><dc:creator>Ann Lee</dc:creator>
<pubDate>Mon, 02 Jun 2025 10:00:00 GMT</pubDate></item>
<item><title>No link</title></item>
<item><link>https://news.example/lead</link><pubDate>Wed, 02 Jun 2055 10:00:00 GMT</pubDate></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Tin</title>
<entry><title>One</title><link rel="alternate" href="https://news.example/one"/><updated>2025-06-03T00:00:00Z</updated>
<published>2025-06-01T00:00:00Z</published><author><name>Bo</name></author></entry></feed>"""


def test_rss() -> None:
    found = feed.parse(RSS.encode())
    assert found.title == "Tin News"
    assert found.pages[0] == Listed(
        url="https://news.example/tin",
        stamp="Mon, 02 Jun 2025 10:00:00 GMT",
        title="Tin & lead",
        author="Ann Lee",
        published=date(2025, 6, 2),
    )
    assert [one.url for one in found.pages[1:]] == ["https://news.example/lead"]
    assert found.pages[1].published is None  # the day is still to come


def test_atom() -> None:
    [one] = feed.parse(ATOM.encode()).pages
    assert (one.url, one.stamp, one.author) == ("https://news.example/one", "2025-06-03T00:00:00Z", "Bo")
    assert one.published == date(2025, 6, 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<p>no feed", "no feed"),
        (b"", "no feed"),
        (b"http://127.0.0.1:9/", "no feed"),
        (b"/etc/passwd", "no feed"),
        (b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel>&x;</channel></rss>', "entities"),
        (b'<!doctype rss [<!entity % a "b">]><rss/>', "entities"),
    ],
)
def test_what_is_no_feed(content: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        feed.parse(content)


@given(st.binary(max_size=200), st.integers(0, len(RSS)))
def test_any_bytes_are_a_feed_or_refused(content: bytes, at: int) -> None:
    for text in (RSS.encode()[:at] + content + RSS.encode()[at:], content):
        with suppress(SourceError):
            assert all(page.url for page in feed.parse(text).pages)
