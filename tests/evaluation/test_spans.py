"""Tests of `assistant.evaluation.spans`."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.spans import characters, likeliest, occurrences

TEXT = "Tin is soft.\n\nTin  is\nsoft (very). tin is soft"


def test_white_space_may_differ_and_all_else_may_not() -> None:
    assert occurrences(TEXT, " Tin is soft ") == [(0, 11), (14, 26)]
    assert occurrences(TEXT, "soft (very).") == [(22, 34)]
    assert occurrences(TEXT, "so ft") == []
    assert occurrences(TEXT, "Tinis") == []
    assert occurrences(TEXT, " ") == []


def test_white_space_is_no_character() -> None:
    assert characters("a b\nc", [(0, 3), (2, 99)]) == {0, 2, 4}
    assert characters("a b", []) == set()


def test_the_occurrence_that_is_cited_most() -> None:
    assert likeliest(TEXT, "Tin is soft", {14, 15}) == characters(TEXT, [(14, 26)])
    assert likeliest(TEXT, "Tin is soft", set()) == characters(TEXT, [(0, 11)])
    assert likeliest(TEXT, "Lead", {0}) is None


@given(st.text("ab \n", max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_a_part_of_a_text_is_found_in_it(text: str, start: int, end: int) -> None:
    part = text[start:end]
    found = occurrences(text, part)
    assert bool(found) == bool(part.strip())
    for a, b in found:
        assert text[a:b].split() == part.split()
