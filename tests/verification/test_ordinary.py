"""Tests of `assistant.verification.ordinary`."""

import pytest

from assistant.verification.ordinary import ordinary


@pytest.mark.parametrize(
    "word", "the struggling underpaid digitalization officials tariffs furthermore prices weaker".split()
)
def test_words_are_ordinary(word: str) -> None:
    assert ordinary(word)


@pytest.mark.parametrize("word", "paris toyota okafor varga trump zoë smith lima sasac".split())
def test_names_are_not(word: str) -> None:
    assert not ordinary(word)
