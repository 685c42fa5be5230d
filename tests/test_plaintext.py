"""Tests of `assistant.plaintext`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.plaintext import defused

PIECES = st.lists(
    st.sampled_from(
        ["![x]", "[a]", "(https://evil.example/p)", "[r]: https://evil.example", "<img src=x>", "<https://evil.example>",
         "<!--", "</b>", "\\", "\n", "word", "[1]", "[1][2]", " ", "<", "]", "(", "!"]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@given(PIECES)
def test_who_shows_it_as_markdown_makes_no_link_image_or_tag(text: str) -> None:
    found = [
        token for block in MarkdownIt("commonmark").parse(defused(text)) for token in (block, *(block.children or ()))
    ]
    assert {token.type for token in found} & {"link_open", "image", "html_inline", "html_block"} == set()


@given(PIECES)
def test_it_adds_only_spaces_and_once(text: str) -> None:
    assert defused(text).replace(" ", "") == text.replace(" ", "")
    assert defused(defused(text)) == defused(text)


@given(st.lists(PIECES.filter(lambda text: "\n" not in text), max_size=4))
def test_lines_may_be_given_apart(lines: list[str]) -> None:
    assert "\n".join(map(defused, lines)) == defused("\n".join(lines))


@pytest.mark.parametrize(
    "text", ["Tin melts at 232 degrees. [1][2]", "5 < 6 and 7 > 6", "[sic] (as it stands)", "a [1]: b"]
)
def test_what_is_no_markup_stays(text: str) -> None:
    assert defused(text) == text
