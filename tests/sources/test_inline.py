"""Tests of `assistant.sources.inline`."""

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.sources.inline import HARD_BREAK, bold_heading, has_bold, is_title_case, mend, part_hard_breaks, plain


def inline(markdown: str) -> Token:
    return next(token for token in MarkdownIt("commonmark").parse(mend(markdown)) if token.type == "inline")


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("a **bold** and *soft* `code*` word", "a bold and soft code* word"),
        ("[text](https://example.org) <https://example.org>", "text https://example.org"),
        (r"\(c\) 5 \* 3", "(c) 5 * 3"),
        ("150<sup>th</sup> <u>line</u><!-- note -->", "150th line"),
        ("said so[^1] and ![picture](x.png)so", "said so and so"),
        ("a  \nb\nc<br>d", f"a{HARD_BREAK}b\nc{HARD_BREAK}d"),
        ("*Expressing *mutual interest", "Expressing mutual interest"),
        ("Defense Innovation ****", "Defense Innovation "),
        ("AT&amp;T", "AT&T"),
    ],
)
def test_words_of_inline_markdown(markdown: str, words: str) -> None:
    assert plain(inline(markdown)) == words


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        ("**Clean Energy**", ("Clean Energy", "")),
        ("**<u>Clean Energy</u>**", ("Clean Energy", "")),
        ("***Clean Energy***", ("Clean Energy", "")),
        ("**Clean Energy**  \nThe text.", ("Clean Energy", "The text.")),
        ("**Clean Energy  \n**  \nThe text.", ("Clean Energy", "The text.")),
        ("**Clean Energy **", ("Clean Energy", "")),
        ("**Who paid?**", ("Who paid?", "")),
        ("**Who paid?**\nThe city.", ("Who paid?", "The city.")),
        ("**The parts:**", ("The parts:", "")),
        ("**Who paid?** The city.", None),
        ("**Policy:** Today", None),
        ("**This is a sentence.**", None),
        ("**between the**", None),
        ("**FY 2024** **FY 2025**", None),
        ("plain", None),
        ("**12**", None),
    ],
)
def test_bold_headings(markdown: str, found: tuple[str, str] | None) -> None:
    assert bold_heading(inline(markdown)) == found


def test_lines_of_no_break_spaces_are_blank() -> None:
    assert mend("a\n\u00a0 \nb") == "a\n\nb"


def test_title_case() -> None:
    assert is_title_case("Exploration Licenses Issued by NOAA")
    assert not is_title_case("And when it comes to clean energy, China has spent years")
    assert not is_title_case("3:50 P.M. EST")


def test_bold_parts_are_seen() -> None:
    assert has_bold(inline("a **b**"))
    assert not has_bold(inline("a *b*"))


def test_hard_breaks_part_sentences_and_lists_of_names_but_no_prose() -> None:
    assert part_hard_breaks(f"It ends.{HARD_BREAK}It begins.") == "It ends.\n\nIt begins."
    assert part_hard_breaks(HARD_BREAK.join(["Ann Lee", "Bo Li", "Cy Ray"])) == "Ann Lee\n\nBo Li\n\nCy Ray"
    assert part_hard_breaks(f"The firms{HARD_BREAK}Baogang and others") == "The firms\nBaogang and others"
