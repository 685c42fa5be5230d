"""Tests of `assistant.sources.docx`."""

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import docx
import pytest

from assistant.errors import SourceError
from assistant.sources.document import ParsedDocument
from assistant.sources.docx import parse

PROSE = (
    "The state keeps a firm grip on the mines. Firms outside look for other sources, and they pay a premium for them."
)


def _table(document: Any, *rows: tuple[str, ...]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words


def _bytes(document: Any) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


@pytest.fixture(scope="module")
def memo() -> bytes:
    """A memo with a title, headings, lists and tables."""
    document = docx.Document()
    document.core_properties.title = "Rare Earth Memo"
    document.core_properties.author = "Ann Lee"
    document.core_properties.created = datetime(2025, 5, 30)
    document.add_heading("Rare Earth Memo", 0)
    document.add_paragraph("China mines most of them.")
    document.add_heading("Prices", 1)
    document.add_paragraph("they fell", style="List Number")
    document.add_paragraph("they rose", style="List Number")
    document.add_paragraph("a bullet", style="List Bullet")
    _table(document, ("Metal", "2023", "2024"), ("Dysprosium", "330", "260"))
    document.add_paragraph("(a) The clause of an order.")
    document.add_heading("Measures", 2)
    _table(document, ("Measure", "Summary"), ("Licences", PROSE))
    document.add_paragraph("The end.")
    return _bytes(document)


def outline(document: ParsedDocument) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks]


def test_structure_in_the_order_of_the_document(memo: bytes, assert_blocks: Callable[[Any], None]) -> None:
    document = parse(memo, "x")
    assert_blocks(document)
    assert outline(document) == [
        ("heading", 1, "Rare Earth Memo"),
        ("paragraph", 0, "China mines most of them."),
        ("heading", 2, "Prices"),
        ("list_item", 1, "1. they fell"),
        ("list_item", 1, "2. they rose"),
        ("list_item", 1, "a bullet"),
        ("table_row", 0, "Metal | 2023 | 2024"),
        ("table_row", 0, "Dysprosium | 330 | 260"),
        ("list_item", 1, "(a) The clause of an order."),
        ("heading", 3, "Measures"),
        ("paragraph", 0, "Measure | Summary"),
        ("heading", 4, "Licences"),
        ("paragraph", 0, PROSE),
        ("paragraph", 0, "The end."),
    ]
    assert document.blocks[7].columns == ("Metal", "2023", "2024")


def test_properties(memo: bytes) -> None:
    document = parse(memo, "x")
    # The day of its making, which the file holds too, is not that of publishing.
    assert (document.title, document.author, document.published) == ("Rare Earth Memo", "Ann Lee", None)


def test_a_dateline_is_the_day_of_publishing() -> None:
    document = docx.Document()
    document.add_paragraph("Ulm, 27 May 2024. The mill stopped for good.")
    assert parse(_bytes(document), "x").published == date(2024, 5, 27)


def test_the_template_s_properties_say_nothing() -> None:
    document = docx.Document()
    document.add_paragraph("Words.")
    found = parse(_bytes(document), "name")
    assert (found.title, found.author, found.published) == ("name", None, None)


def test_merged_cells_count_once_and_tables_within_cells_keep_their_words() -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "both"
    table.cell(1, 0).text = "left"
    inner = table.cell(1, 1).add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "a", "b"
    assert parse(_bytes(document), "x").text == "both\nleft | a | b"


def test_an_empty_document_is_refused() -> None:
    with pytest.raises(SourceError, match="no text"):
        parse(_bytes(docx.Document()), "x")


@pytest.mark.parametrize("data", [b"no zip", b"PK\x03\x04broken", b"PK\x05\x06" + b"\x00" * 18])
def test_a_broken_file_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match="broken"):
        parse(data, "x")


def test_a_locked_or_old_file_is_refused() -> None:
    with pytest.raises(SourceError, match="password"):
        parse(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "x")


def test_a_cut_file_is_refused(memo: bytes) -> None:
    for length in range(0, len(memo) - 1, len(memo) // 20):
        with pytest.raises(SourceError):
            parse(memo[:length], "x")
