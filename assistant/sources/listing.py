"""What a feed or a sitemap holds."""

from datetime import date

from assistant.types import Frozen


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
    """What a feed or a sitemap names, in its own order: pages, or further sitemaps."""

    pages: tuple[Listed, ...] = ()
    lists: tuple[Listed, ...] = ()
    title: str | None = None
