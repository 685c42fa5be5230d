"""Tests of `assistant.sources.canonical`."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from assistant.sources.canonical import clean_inline, clean_lines, clean_verbatim


def test_composes_accents() -> None:
    assert clean_inline("cafe\u0301") == "caf\u00e9"


def test_white_space_of_all_kinds_is_one_space() -> None:
    assert clean_inline("  a\u00a0 \t\u2003b\r\nc\u2028d ") == "a b c d"


def test_invisible_and_control_characters_go_but_joiners_stay() -> None:
    assert clean_inline("Biden-\u2060Har\u00adris\u200b \x07bell\U000e0041") == "Biden-Harris bell"
    assert clean_inline("\u0645\u06cc\u200c\u062e") == "\u0645\u06cc\u200c\u062e"


def test_lines_keep_their_indentation_and_lose_trailing_space() -> None:
    assert clean_lines("  a  b \r\n\tc\r\rd\x0ce") == "  a b\n    c\n\nd\ne"


def test_verbatim_keeps_indentation_and_drops_blank_lines() -> None:
    assert clean_verbatim("if x:\r\n    y  \n\n\nz\n") == "if x:\n    y\nz"


@given(st.text())
def test_is_idempotent_and_clean(text: str) -> None:
    line = clean_inline(text)
    assert clean_inline(line) == line
    assert unicodedata.is_normalized("NFC", line)
    assert not any(unicodedata.category(char) == "Cc" for char in line)
    lines = clean_lines(text)
    assert clean_lines(lines) == lines
    assert not any(row != row.rstrip() for row in lines.split("\n"))
