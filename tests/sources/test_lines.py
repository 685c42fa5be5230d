"""Tests of `assistant.sources.lines`."""

from assistant.sources.lines import Line, paragraphs


def test_lines_have_their_places() -> None:
    text = "one \r\n\t two\n \n\n三"
    assert list(paragraphs(text)) == [[Line(0, 3, 0, "one"), Line(8, 11, 5, "two")], [Line(15, 16, 0, "三")]]


def test_blank_text_has_no_paragraphs() -> None:
    assert list(paragraphs("")) == list(paragraphs(" \n\t\n")) == []
