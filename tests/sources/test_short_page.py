"""Tests of `assistant.sources.short_page`, as pages are parsed with it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from assistant.sources.html import parse

from .test_html import outline

SHORT = """<html><head><title>Pool shuts | The Bay Herald</title><meta property="og:title" content="Pool shuts">
<meta property="og:site_name" content="The Bay Herald"></head><body>
<div class="cookie-consent"><p>We and 700 partners keep cookies.</p></div>
<header><nav><ul><li><a href="/">Home</a></li></ul></nav><h2>The Bay Herald</h2></header>
<article><header><h1>Pool shuts</h1></header><p class="byline">By Ann Lee</p><time>2025-03-09</time>
<div>The pool of 18 lanes shuts in May. Its roof is old.</div> {more}
<div class="newsletter-box"><p>Get our letter every day.</p></div></article>
<aside><p>Ten pools to see</p></aside><form><p>Your name</p></form><footer><p>Write to us.</p></footer></body></html>"""


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ("", []),
        ("<p>It cost <b>4</b> crowns.</p>", [("paragraph", 0, "It cost 4 crowns.")]),
        (
            "<h3>Why</h3><ul><li>age<ol><li>of roof</li></ol></li></ul>",
            [("heading", 3, "Why"), ("list_item", 1, "age"), ("list_item", 2, "1. of roof")],
        ),
        (
            "<table><caption>Fees</caption><thead><tr><th>Who</th><th>Fee</th></tr></thead><tbody><tr><td>All</td>"
            "<td>3</td></tr></tbody></table>",
            [("paragraph", 0, "Fees"), ("table_row", 0, "Who | Fee"), ("table_row", 0, "All | 3")],
        ),
        ("<center><p>One.</p><p>Two.</p></center>", [("paragraph", 0, "One."), ("paragraph", 0, "Two.")]),
        (
            "<blockquote>Rust,<br><br>says she.</blockquote>",
            [("paragraph", 0, "Rust,"), ("paragraph", 0, "says she.")],
        ),
    ],
)
def test_a_short_page_keeps_its_structure(
    more: str, wanted: list[tuple[str, int, str]], assert_blocks: Callable[[Any], None]
) -> None:
    document = parse(SHORT.format(more=more).encode(), "x")
    assert_blocks(document)
    assert outline(document) == [
        ("heading", 1, "Pool shuts"),
        ("paragraph", 0, "The pool of 18 lanes shuts in May. Its roof is old."),
        *wanted,
    ]
    assert (document.title, document.author, document.publisher) == ("Pool shuts", "Ann Lee", "The Bay Herald")
    assert document.published == date(2025, 3, 9)


def test_what_stands_around_a_short_text_is_not_added_where_nothing_was_run_together() -> None:
    text = "The pool of 18 lanes shuts in May, for its roof is old and lets in rain on most days of the year. " * 3
    page = f"<html><body><div>Menu of the day</div><div><p>{text}</p></div><div>Write to us</div></body></html>"
    assert outline(parse(page.encode(), "x")) == [("paragraph", 0, text.strip())]


def test_a_short_page_without_an_article_loses_its_surroundings_and_no_words() -> None:
    page = SHORT.replace("article>", "section>").format(more="<p>It is <i>all</i>.</p>")
    assert [text for _, _, text in outline(parse(page.encode(), "x"))][-2:] == [
        "The pool of 18 lanes shuts in May. Its roof is old.",
        "It is all.",
    ]
