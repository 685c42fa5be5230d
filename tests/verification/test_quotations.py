"""Tests of `assistant.verification.quotations`."""

import time

import pytest
from hypothesis import given

from assistant.verification.quotations import altered_quotations
from tests.verification.texts import prose

QUOTES = [
    "The guild spoke of “lean ponds – and more” and of the “one pond, one heron” rule.",
    "Its motto is \"nets, boats, floats, and patience\"; the guild's 'quiet water' plan is old.",
]


@pytest.mark.parametrize(
    "statement",
    [
        'It spoke of "lean ponds - and more".',
        "It spoke of ‘Lean ponds’.",
        "It spoke of “lean  ponds,” and left.",
        "It spoke of „one pond, one heron“.",
        "It spoke of «one pond, one heron».",
        "It spoke of 「lean ponds」.",
        'Its motto is "nets ... patience".',
        'Its motto is "nets, boats [...] and patience".',
        'It has "[the] one pond, one heron rule".',
        "It has “the guild’s ‘quiet water’ plan”.",
        "The 'quiet water' plan is the guild's.",
        'The "motto" is old.',
        "The herons' nests and the boats' nets are old.",
        "In the '90s nets and the boats' floats were sold.",
        'A 5" net and a 6" net were sold.',
    ],
)
def test_lets_verbatim_words_be(statement: str) -> None:
    assert altered_quotations(statement, QUOTES) == ()


@pytest.mark.parametrize(
    ("statement", "altered"),
    [
        ('It spoke of "lean herons".', "lean herons"),
        ("It spoke of “one Pond, one heron”.", "one Pond, one heron"),
        ('Its motto is "patience ... nets".', "patience ... nets"),
        ('It spoke of "lean pond".', "lean pond"),
        ("It spoke of 'loud water' and it's old.", "loud water"),
        ("It spoke of «loud water».", "loud water"),
        ("It spoke of “loud water", "loud water"),
        ('It has "[the] one pond, two herons rule".', "[the] one pond, two herons rule"),
        ("It has “the guild’s ‘loud water’ plan”.", "the guild’s ‘loud water’ plan"),
    ],
)
def test_tells_altered_words(statement: str, altered: str) -> None:
    assert altered in altered_quotations(statement, QUOTES)


@given(prose(), prose())
def test_a_text_alters_no_words_of_its_own(text: str, other: str) -> None:
    assert altered_quotations(text, [other, text]) == ()


@pytest.mark.parametrize("piece", [" 'a", "' ", "“", '"', "...", "[x] ", "a'"])
def test_long_texts_take_no_long_time(piece: str) -> None:
    text = (piece * 4000)[:4000]
    start = time.perf_counter()
    altered_quotations(text, [text])
    assert time.perf_counter() - start < 20
