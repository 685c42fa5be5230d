"""What a feed or a sitemap holds."""

from datetime import date

from assistant.sources.addresses import MAX_URL
from assistant.types import Frozen

MAX_LISTED = 50_000  # as many as the standard of sitemaps allows
_LONGEST_STAMP = 100


class Listed(Frozen):
    """A page that a feed or a sitemap names.

    `stamp` is what the list says of its version, None where it says nothing; the rest is what it says of the article.
    """

    url: str
    stamp: str | None = None
    title: str | None = None
    author: str | None = None
    published: date | None = None


class Listing(Frozen):
    """What a feed or a sitemap names, in its own order: pages, or further sitemaps; `more` counts those left out."""

    pages: tuple[Listed, ...] = ()
    lists: tuple[Listed, ...] = ()
    title: str | None = None
    more: int = 0


def bounded_listing(found: Listing) -> Listing:
    """Return the first 50,000 pages, or lists, of a listing; an address too long to be fetched stays too long."""
    return found.model_copy(
        update={
            "pages": tuple(_bounded(one) for one in found.pages[:MAX_LISTED]),
            "lists": tuple(_bounded(one) for one in found.lists[:MAX_LISTED]),
            "more": len(found.pages[MAX_LISTED:]) + len(found.lists[MAX_LISTED:]),
        }
    )


def _bounded(one: Listed) -> Listed:
    cut = {"url": one.url[: MAX_URL + 1], "stamp": one.stamp and one.stamp[:_LONGEST_STAMP]}
    return one if cut == {"url": one.url, "stamp": one.stamp} else one.model_copy(update=cut)
