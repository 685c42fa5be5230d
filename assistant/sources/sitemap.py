"""Sitemaps (sitemaps.org, 0.9): bytes -> the pages, or further sitemaps, that they name, latest changed first."""

import zlib

from defusedxml import DefusedXmlException, ElementTree  # type: ignore[import-untyped]

from assistant.errors import SourceError
from assistant.sources.listing import Listed, Listing

MAX_UNPACKED = 50_000_000  # the most that the standard allows

_GZIP = b"\x1f\x8b"


def parse(content: bytes) -> Listing:
    """Return what a sitemap or an index of sitemaps names.

    Raises SourceError for what is none, and for one that declares entities.
    """
    try:
        root = ElementTree.fromstring(unpacked(content), forbid_dtd=True)
    except DefusedXmlException as error:
        raise SourceError("the sitemap declares entities, which no sitemap needs: it is not read") from error
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise SourceError(f"the sitemap is no XML that can be read: {error}") from error
    named = []
    for element in root:
        facts = {_local(child.tag): (child.text or "").strip() for child in element}
        if facts.get("loc"):
            named.append(Listed(url=facts["loc"], stamp=facts.get("lastmod") or None))
    latest = tuple(sorted(named, key=lambda one: one.stamp or "", reverse=True))
    return Listing(lists=latest) if _local(root.tag) == "sitemapindex" else Listing(pages=latest)


def unpacked(content: bytes) -> bytes:
    """Return `content` without the gzip around it that sitemaps may come in. Raises SourceError beyond the limit."""
    if not content.startswith(_GZIP):
        return content
    try:
        plain = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content, MAX_UNPACKED + 1)
    except zlib.error as error:
        raise SourceError(f"the sitemap is packed in a way that cannot be read: {error}") from error
    if len(plain) > MAX_UNPACKED:
        raise SourceError(f"the sitemap is larger than {MAX_UNPACKED:,} bytes once unpacked")
    return plain


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]
