"""Tests of `assistant.sources.html`."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from assistant.errors import SourceError
from assistant.sources.document import ParsedDocument
from assistant.sources.html import parse

PAGE = """<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Rare earths in 2025 | Daily Metal</title>
<meta name="author" content="Ann Lee"><meta property="og:site_name" content="Daily Metal">
<meta property="og:title" content="Rare earths in 2025">
<link rel="canonical" href="https://example.org/re">
<meta property="article:published_time" content="2025-05-30T10:00:00Z"></head>
<body><nav><a href="/">Home</a> <a href="/a">About us</a></nav><article><h1>Rare earths in 2025</h1>
<p>China mines most of the <a href="x">rare earths</a> in the world, and <b>refines</b> even more of
them.<br>Others try.</p>
<h2>Prices</h2><ul><li>Dysprosium fell to 260 dollars.<ul><li>It had stood at 330 dollars</li></ul></li>
<li><p>Terbium rose</p><p>and then it fell</p></li></ul><ol><li>first of all</li>
<li><p>second to that</p><p>and more of it</p></li></ol>
<table><tr><th>Metal</th><th>Price</th></tr><tr><td>Dysprosium</td><td>260</td></tr></table>
<p>Much more text follows here (opens in a new tab), so that the main part of the page is found with certainty.</p>
<p>Share this article</p></article><footer>All rights reserved</footer></body></html>"""


def outline(document: ParsedDocument) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks]


def test_structure_is_kept_and_furniture_goes(assert_blocks: Callable[[Any], None]) -> None:
    document = parse(PAGE.encode(), "x")
    assert_blocks(document)
    assert outline(document) == [
        ("heading", 1, "Rare earths in 2025"),
        ("paragraph", 0, "China mines most of the rare earths in the world, and refines even more of them."),
        ("paragraph", 0, "Others try."),
        ("heading", 2, "Prices"),
        ("list_item", 1, "Dysprosium fell to 260 dollars."),
        ("list_item", 2, "It had stood at 330 dollars"),
        ("list_item", 1, "Terbium rose"),
        ("list_item", 1, "and then it fell"),
        ("list_item", 1, "1. first of all"),
        ("list_item", 1, "2. second to that"),
        ("list_item", 1, "and more of it"),
        ("table_row", 0, "Metal | Price"),
        ("table_row", 0, "Dysprosium | 260"),
        ("paragraph", 0, "Much more text follows here, so that the main part of the page is found with certainty."),
    ]
    assert document.blocks[-2].columns == ("Metal", "Price")


def test_metadata() -> None:
    document = parse(PAGE.encode(), "x")
    assert (document.title, document.author, document.publisher) == ("Rare earths in 2025", "Ann Lee", "Daily Metal")
    assert (document.published, document.url, document.language) == (
        date(2025, 5, 30),
        "https://example.org/re",
        "en-GB",
    )


def test_a_date_in_the_prose_is_not_the_page_s() -> None:
    page = (
        "<html><body><article><p>"
        + "On May 27, 2024 the group met and the reform went on. " * 5
        + "</p></article></body></html>"
    )
    document = parse(page.encode(), "x")
    assert (document.published, document.language) == (None, None)


def test_a_table_of_labels_and_prose_becomes_sections() -> None:
    prose = "The state keeps a firm grip on the mines. Firms outside look for other sources, and they pay a premium."
    rows = f"<tr><td>Licences</td><td>{prose}</td></tr><tr><td>Floors</td><td>{prose}</td></tr>"
    page = f"<html><body><article><h2>Measures</h2><p>{prose}</p><table>{rows}</table></article></body></html>"
    found = outline(parse(page.encode(), "x"))
    assert [block for block in found if block[0] == "heading"][1:] == [
        ("heading", 3, "Licences"),
        ("heading", 3, "Floors"),
    ]


def test_a_declared_encoding_is_honoured() -> None:
    page = PAGE.replace("utf-8", "iso-8859-1").replace("Others try.", "Caf\u00e9s try.")
    assert "Caf\u00e9s try." in parse(page.encode("iso-8859-1"), "x").text


def test_bad_utf8_without_a_declaration_is_refused() -> None:
    with pytest.raises(SourceError, match="bad UTF-8 at byte 9"):
        parse(b"<html><p>\xff</p></html>", "x")


@pytest.mark.parametrize(
    "page", ["<html><body><nav><a href='x'>Home</a></nav></body></html>", "<html></html>", "<script>x()</script>", "<"]
)
def test_a_page_without_main_text_is_refused(page: str) -> None:
    with pytest.raises(SourceError, match="no main text"):
        parse(page.encode(), "x")


def test_an_empty_page_is_refused() -> None:
    with pytest.raises(SourceError, match="empty"):
        parse(b"", "x")
