"""Tests of `assistant.sources.document`."""

from datetime import date

import pytest

from assistant.errors import SourceError
from assistant.sources.document import Facts, Piece, assemble, compose, deeper, first_heading


def test_a_blank_line_parts_pieces_and_a_line_end_items_and_rows() -> None:
    text, blocks = compose(
        [
            Piece("heading", "Title", level=1),
            Piece("list_item", "one", level=1),
            Piece("list_item", "two", level=2),
            Piece("paragraph", ""),
            Piece("table_row", "a | b"),
            Piece("table_row", "c | d", columns=("a", "b")),
            Piece("paragraph", "end"),
        ]
    )
    assert text == "Title\n\none\ntwo\n\na | b\nc | d\n\nend"
    assert [text[block.start : block.end] for block in blocks] == ["Title", "one", "two", "a | b", "c | d", "end"]
    assert [block.level for block in blocks] == [1, 1, 2, 0, 0, 0]
    assert blocks[4].columns == ("a", "b")


def test_a_document_without_text_is_refused() -> None:
    with pytest.raises(SourceError, match="no text"):
        assemble([Piece("paragraph", "")], Facts(title="T"), "name")


def test_the_name_is_the_last_title() -> None:
    assert assemble([Piece("paragraph", "x")], Facts(), "name").title == "name"
    assert assemble([Piece("paragraph", "x")], Facts(title="T"), "name").title == "T"


def test_facts_fill_gaps_only() -> None:
    filled = Facts(title="A").or_else(Facts(title="B", published=date(2025, 5, 30)))
    assert filled == Facts(title="A", published=date(2025, 5, 30))


def test_the_first_top_heading_goes_before_an_earlier_lower_one() -> None:
    pieces = [Piece("heading", "Low", level=2), Piece("heading", "Top", level=1), Piece("heading", "Other", level=1)]
    assert first_heading(pieces) == "Top"
    assert first_heading(pieces[:1]) == "Low"
    assert first_heading([]) is None


def test_levels_stay_within_bounds() -> None:
    assert [deeper(level) for level in (0, 1, 2, 6)] == [2, 2, 3, 6]
