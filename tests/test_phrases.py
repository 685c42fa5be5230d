"""Tests of `assistant.phrases`."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.phrases import is_body, matter, noun_phrases, people, tokenize


@given(st.text(max_size=80))
def test_tokens_are_spans_of_the_text_in_order(text: str) -> None:
    tokens = tokenize(text)
    assert [text[one.start : one.end] for one in tokens] == [one.text for one in tokens]
    assert all(one.end <= two.start for one, two in itertools.pairwise(tokens))


@given(st.text("abc The of summit Baogang,.?", max_size=60))
def test_phrases_lie_in_the_text(text: str) -> None:
    assert all(text[one.start : one.end] == one.text for one in noun_phrases(text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Who is Chen Bo?", ["Chen Bo"]),
        ("SASAC director Chen Bo was also present at the summit.", ["Chen Bo"]),
        ("The summit emphasized five directives.", []),
    ],
)
def test_people(text: str, names: list[str]) -> None:
    assert people(text) == names


def test_form_words_are_no_matter() -> None:
    assert not matter("and what does it say about that?")
    assert matter("What does it say about magnets?")


def test_names_in_capitals_are_matter() -> None:
    assert matter("What does the US say?") == ["us"]
    assert not matter("What does it say to us?")
    assert not matter("WHO IS IT?")


def test_bodies_are_told_from_persons_by_their_words() -> None:
    assert [is_body(name) for name in ("Ministry of Tin", "the High Court", "Ada Moser")] == [True, True, False]
