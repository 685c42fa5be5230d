"""Tests of `assistant.sources.listing`."""

from assistant.sources.addresses import MAX_URL
from assistant.sources.listing import MAX_LISTED, Listed, Listing, bounded_listing


def test_a_listing_within_its_bounds_stays() -> None:
    pages = tuple(Listed(url=f"http://news.example/{n}", stamp="2025-01-01", title="t") for n in range(3))
    found = Listing(pages=pages, title="News")
    assert bounded_listing(found) == found


def test_what_is_beyond_is_counted() -> None:
    one = Listed(url="http://news.example/")
    for name in ("pages", "lists"):
        found = bounded_listing(Listing(**{name: (one,) * (MAX_LISTED + 2)}))
        assert (len(getattr(found, name)), found.more) == (MAX_LISTED, 2)


def test_what_is_too_long_is_cut() -> None:
    found = bounded_listing(Listing(pages=(Listed(url="http://a.example/" + "x" * 9999, stamp="9" * 9999),)))
    [one] = found.pages
    assert (len(one.url), len(one.stamp or "")) == (MAX_URL + 1, 100)
