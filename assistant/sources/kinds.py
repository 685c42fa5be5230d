"""What bytes are: the ending under which they are read, by what they were called and by how they begin."""

import re
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import unquote, urlsplit

from assistant.errors import SourceError
from assistant.sources.reader import SUPPORTED_SUFFIXES

ListKind = Literal["feed", "sitemap"]

_BY_MEDIA_TYPE = {
    "application/jsonl": ".jsonl",
    "application/x-jsonlines": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "application/pdf": ".pdf",
    "application/xhtml+xml": ".html",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
}
# Servers give these to whatever they do not know: the name tells more.
_ANY = frozenset({"", "application/octet-stream", "binary/octet-stream", "text/plain", "application/download"})
_PDF, _ZIP = b"%PDF-", b"PK\x03\x04"
_BOM = b"\xef\xbb\xbf"
_FOREIGN = {
    _PDF: "a PDF",
    b"PK\x03\x04": "a ZIP archive",
    b"PK\x05\x06": "an empty ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"{\\rtf": "an RTF file",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"RIFF": "a sound or an image",
    b"\x1f\x8b": "packed with gzip",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz",
    b"(\xb5/\xfd": "packed with zstd",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"SQLite format 3": "a database",
}
# Possessive, so that what was passed over is never read in another way.
_FIRST_ELEMENT = re.compile(rb"(?:<!--.*?-->|<(?:\?|!(?!--))[^>]*>|[^<]+)*+<(?:[\w.-]+:)?([A-Za-z][\w.-]*)", re.DOTALL)
_HEAD = 2048
_LISTS: dict[bytes, ListKind] = {
    b"rss": "feed",
    b"feed": "feed",
    b"rdf": "feed",
    b"urlset": "sitemap",
    b"sitemapindex": "sitemap",
}


def checked_suffix(name: str, content: bytes) -> str:
    """Return the ending of the file `name`, in lower case, under which `content` is read.

    Raises SourceError for an ending that is not read, and for content that begins as a file of another kind does.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in SUPPORTED_SUFFIXES:
        listed = ", ".join(SUPPORTED_SUFFIXES)
        raise SourceError(f"files ending in {suffix or 'nothing'!a} are not read, only {listed}")
    head = content[:_HEAD].removeprefix(_BOM).lstrip()
    wanted = {".pdf": (_PDF, "PDF"), ".docx": (_ZIP, "Word document")}.get(suffix)
    if wanted is not None:
        # A file that begins otherwise may be two things at once.
        if content.strip() and not head.startswith(wanted[0]) and not head.startswith(b"\xd0\xcf\x11\xe0"):
            raise SourceError(f"it ends in {suffix} but does not begin as a {wanted[1]} does: give it its own ending")
        return suffix
    for mark, what in _FOREIGN.items():
        if head.startswith(mark) and (mark != b"MZ" or b"\0" in content[:_HEAD]):
            raise SourceError(f"it ends in {suffix} but is {what}: give it its own ending")
    return suffix


def page_suffix(media_type: str, url: str, content: bytes) -> str:
    """Return the ending under which what `url` gave is read. Raises SourceError for kinds that are not."""
    named = PurePosixPath(unquote(urlsplit(url).path)).suffix.lower()
    suffix = _BY_MEDIA_TYPE.get(media_type)
    if suffix is None and media_type in _ANY:
        head = content[:_HEAD].removeprefix(_BOM).lstrip().lower()
        if named in SUPPORTED_SUFFIXES:
            suffix = named
        elif head.startswith((b"<!doctype html", b"<html")):
            suffix = ".html"
        elif head.startswith(b"%pdf-"):
            suffix = ".pdf"
        elif media_type == "text/plain":
            suffix = ".txt"
    if suffix is None:
        raise SourceError(f"it is of the type {media_type or 'nobody named'!a}, which is not read")
    return checked_suffix(f"page{suffix}", content)


def list_kind(content: bytes) -> ListKind | None:
    """Return whether `content` is a feed or a sitemap, by its first element; None for anything else."""
    head = content[:_HEAD].removeprefix(_BOM).lstrip()
    if not head.startswith(b"<"):
        return None
    found = _FIRST_ELEMENT.match(head)
    return _LISTS.get(found[1].lower()) if found else None
