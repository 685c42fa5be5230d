"""Feeds (RSS, Atom): bytes -> the pages they name, as feedparser finds them."""

import io
import re
from datetime import UTC, date, datetime

import feedparser  # type: ignore[import-untyped]

from assistant.errors import SourceError
from assistant.sources.canonical import clean_inline
from assistant.sources.listing import Listed, Listing

_ENTITIES = re.compile(rb"<!ENTITY", re.IGNORECASE)
_LONGEST = 500


def parse(content: bytes) -> Listing:
    """Return the entries that have a link.

    Raises SourceError for what is no feed, and for one that declares entities: they are no part of either format.
    """
    if _ENTITIES.search(content):
        raise SourceError("the feed declares entities, which no feed needs: it is not read")
    # A stream: of text and bytes feedparser would try whether they name a file or an address.
    found = feedparser.parse(io.BytesIO(content), sanitize_html=True, resolve_relative_uris=False)
    entries = [entry for entry in found.entries if _text(entry.get("link"))]
    if not entries and not found.get("version"):
        raise SourceError("it is no feed that can be read")
    return Listing(
        title=_text(found.feed.get("title")),
        pages=tuple(
            Listed(
                url=str(entry["link"]).strip(),
                stamp=_text(dict.get(entry, "updated")) or _text(dict.get(entry, "published")),
                title=_text(entry.get("title")),
                author=_text(entry.get("author")),
                published=_day(entry.get("published_parsed")),
            )
            for entry in entries
        ),
    )


def _text(value: object) -> str | None:
    return clean_inline(value)[:_LONGEST] or None if isinstance(value, str) else None


def _day(moment: object) -> date | None:
    """Return the day of a time as feedparser gives it: UTC, year first."""
    if not isinstance(moment, tuple):
        return None
    try:
        year, month, day_of_month = moment[:3]
        day = date(year, month, day_of_month)
    except (TypeError, ValueError):
        return None
    return day if day <= datetime.now(UTC).date() else None
