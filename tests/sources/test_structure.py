"""Tests of `assistant.sources.structure`."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.sources.structure import find_spans
from assistant.types import Article, Block


def outline(text: str, **options: bool) -> list[tuple[str, int, str]]:
    """Return kind, level and words of each span."""
    return [(span.kind, span.level, text[span.start : span.end]) for span in find_spans(text, **options)]


def test_headings_stand_alone_and_text_follows() -> None:
    assert outline("Prices\n\nThey fell.\n\nOutlook") == [
        ("heading", 2, "Prices"),
        ("paragraph", 0, "They fell."),
        ("paragraph", 0, "Outlook"),
    ]
    assert outline("Outlook", more=True) == [("heading", 2, "Outlook")]
    assert outline("Prices\n\nThey fell.", headings=False)[0][0] == "paragraph"


def test_marked_headings_keep_their_level_and_lose_their_marks() -> None:
    text = "# Top\nwords\n\n### Deep ###\n\n== Wiki ==\nwords"
    spans = [span for span in find_spans(text) if span.kind == "heading"]
    assert [(span.level, span.body(text)) for span in spans] == [(1, "Top"), (3, "Deep"), (2, "Wiki")]
    assert text[spans[1].start : spans[1].end] == "### Deep ###"


def test_items_nest_by_indentation_and_take_wrapped_lines() -> None:
    text = "\u2022 one\n  goes on\n    - inner\n\u2022 two\n\nEnd of it."
    assert outline(text) == [
        ("list_item", 1, "\u2022 one\n  goes on"),
        ("list_item", 2, "- inner"),
        ("list_item", 1, "\u2022 two"),
        ("paragraph", 0, "End of it."),
    ]
    assert find_spans(text)[3].body(text) == "End of it."
    assert find_spans(text)[0].body(text) == "one\n  goes on"


def test_an_indented_paragraph_belongs_to_the_item_above() -> None:
    assert outline("- one\n\n  more of it\n\nrest.")[1:] == [("list_item", 1, "more of it"), ("paragraph", 0, "rest.")]


def test_enumerated_paragraphs_are_items() -> None:
    text = "(a) The first\nclause under section\n(b) of the Act.\n\n(ii) The second."
    assert outline(text) == [("list_item", 1, text.split("\n\n")[0]), ("list_item", 1, "(ii) The second.")]


def test_rows_of_figures_are_rows() -> None:
    text = "Prices fell.\nDysprosium 382 330\nTerbium 2,051 1,298\nand so on."
    assert [kind for kind, _, _ in outline(text)] == ["paragraph", "table_row", "table_row", "paragraph"]


def test_a_pipe_table() -> None:
    text = "| Metal | Use |\n|---|---|\n| Dy | magnets |"
    head, row = find_spans(text)
    assert text[head.start : head.end] == "| Metal | Use |\n|---|---|"
    assert (row.kind, row.columns, row.cells) == ("table_row", ("Metal", "Use"), ("Dy", "magnets"))


def test_hard_wrapped_prose_is_one_paragraph_and_long_lines_are_many() -> None:
    assert len(outline("Prose that was\nwrapped by hand\nthree times.")) == 1
    long = "A sentence that goes on and on without ever being wrapped by anybody at all. " * 4
    assert len(outline(f"{long.strip()}\n{long.strip()}\nlast.")) == 3


_LINES = st.sampled_from(
    [
        "# H",
        "Title Here",
        "- item",
        "  - sub",
        "(a) clause",
        "| a | b |",
        "|---|---|",
        "A 1 2",
        "B 3 4",
        "2023 2024",
        "L:",
        "-----",
    ]
)


@given(
    st.one_of(st.text(), st.lists(st.one_of(_LINES, st.text(max_size=20), st.just(""))).map("\n".join)), st.booleans()
)
def test_spans_hold_every_character(assert_blocks: Callable[[Any], None], text: str, headings: bool) -> None:
    spans = find_spans(text, headings=headings)
    blocks = tuple(Block(kind=span.kind, start=span.start, end=span.end, level=span.level) for span in spans)
    assert_blocks(Article(id="x", title="x", text=text, blocks=blocks))


def _seconds(text: str) -> float:
    start = time.perf_counter()
    find_spans(text)
    return time.perf_counter() - start


@pytest.mark.parametrize(
    "line", ["Some words 12 34", "2. an item of it;", "- item", "= x", "| a | b", "A Title\n", "a | b | c ", "x "]
)
def test_time_grows_with_length_only(line: str) -> None:
    joined = "" if line == "x " else "\n"
    # A quadratic rule takes a thousand times as long for a text 32 times as long; scheduling noise does not.
    short = min(_seconds(joined.join([line] * 1000)) for _ in range(3))
    assert _seconds(joined.join([line] * 32_000)) < 0.05 + 32 * 8 * short
