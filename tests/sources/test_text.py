"""Tests of `assistant.sources.text`."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import SourceError
from assistant.sources.document import ParsedDocument
from assistant.sources.text import parse
from assistant.types import Article

PAGE = """Skip to content

Ministry Tightens Its Grip

By Ann Lee | May 30, 2025

The ministry met on Tuesday. It said
that exports would be licensed.

Five Measures (opens in a new tab)

MeasureSummary
Export LicencesThe ministry issues them. It may also take them back where a buyer has sold goods on to others abroad.
Price FloorsMines must sell above them. The ministry sets them each quarter, after hearing the mines and their buyers.

What Follows

  \u2022 Buyers look elsewhere.
  \u2022 Prices rise.

Spread the word:

Leave a Reply
"""


def outline(document: ParsedDocument) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks]


def test_a_pasted_page_is_mended() -> None:
    document = parse(PAGE.encode(), "page")
    assert [(kind, level, words) for kind, level, words in outline(document) if kind != "paragraph"] == [
        ("heading", 1, "Ministry Tightens Its Grip"),
        ("heading", 2, "Five Measures"),
        ("heading", 3, "Export Licences"),
        ("heading", 3, "Price Floors"),
        ("heading", 2, "What Follows"),
        ("list_item", 1, "Buyers look elsewhere."),
        ("list_item", 1, "Prices rise."),
    ]
    assert "The ministry met on Tuesday. It said that exports would be licensed." in document.text
    assert not re.search("Skip to|Spread|Reply|opens in", document.text)


def test_facts_are_found_where_they_stand() -> None:
    document = parse(PAGE.encode(), "page")
    assert document.title == "Ministry Tightens Its Grip"
    assert document.author == "Ann Lee"
    assert document.published == date(2025, 5, 30)
    assert document.publisher is None
    assert document.language is None


def test_without_headings_the_name_is_the_title() -> None:
    assert parse(b"only prose here.", "notes").title == "notes"


def test_a_section_below_prose_is_no_title_block() -> None:
    document = parse(b"Some prose stands first, and it is long.\n\nA Section\n\nMore prose.", "notes")
    assert outline(document)[1] == ("heading", 2, "A Section")


def test_unwrapped_lines_are_paragraphs_of_their_own() -> None:
    long = "This sentence is long and was never wrapped by anyone who wrote it down in this file. " * 3
    document = parse(f"A Title\n{long}\nA Section\n{long}".encode(), "x")
    assert [kind for kind, _, _ in outline(document)] == ["heading", "paragraph", "heading", "paragraph"]


@pytest.mark.parametrize("data", [b"", b"Advertisement\n\nRead more\n", b"\x00\x01"])
def test_nothing_to_read_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError):
        parse(data, "x")


@given(st.text(min_size=1))
def test_any_text_keeps_the_invariant(assert_blocks: Callable[[Any], None], text: str) -> None:
    try:
        document = parse(text.encode(), "x")
    except SourceError:
        return
    assert_blocks(document)
    assert not re.search(r"[ \t]\n|[ \t]$|\r|\n{3}", document.text)


def test_the_seed(shared: Path, read_one: Callable[[Path], Article], assert_blocks: Callable[[Any], None]) -> None:
    article = read_one(shared / "seed" / "baogang-soe-reform-summit.txt")
    assert_blocks(article)
    assert article.id == "baogang-soe-reform-summit"
    assert article.title.startswith("Baogang Hosts High-Level")
    assert (article.published, article.publisher) == (date(2025, 5, 30), None)
    headings = [(b.level, article.text[b.start : b.end]) for b in article.blocks if b.kind == "heading"]
    directives = [words for level, words in headings if level == 3]
    assert directives == [
        "Tightening Party Control over Corporate Governance",
        "Streamlining to Core Mission",
        "Market Discipline, State Incentives",
        "Techno-Industrial Fusion",
        "Acceleration of State-Led Modernization",
    ]
    assert headings[2] == (2, "Some Themes: Central Control, Strategic Contraction, and Rare Earth Innovation")
    assert [level for level, _ in headings] == [1, 2, 2, 3, 3, 3, 3, 3, 2, 2, 2]
    assert article.text.endswith("May 30, 2025")
    assert "opens in" not in article.text
