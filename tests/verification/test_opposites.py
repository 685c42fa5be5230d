"""Tests of `assistant.verification.opposites`."""

import pytest

from assistant.verification.lemmas import lemma
from assistant.verification.opposites import sides


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("rose", "fell"), ("allow", "bans"), ("imports", "exports"), ("buyer", "seller"), ("before", "after"),
        ("more", "less"), ("higher", "lower"), ("supports", "opposed"), ("accepted", "rejects"), ("gained", "lost"),
        ("strengthens", "weakened"), ("domestic", "foreign"), ("upstream", "downstream"), ("light", "heavy"),
        ("minimum", "maximum"), ("private", "public"), ("voluntary", "mandatory"),
    ],
)  # fmt: skip
def test_sides_deny_each_other(one: str, other: str) -> None:
    assert {side.other for side in sides(lemma(one))} & set(sides(lemma(other)))


def test_words_of_one_side_do_not() -> None:
    assert not {side.other for side in sides(lemma("rise"))} & set(sides(lemma("grow")))
    assert sides(lemma("boat")) == ()


def test_what_may_be_turned_about_is_marked() -> None:
    assert all(side.turns for side in sides(lemma("import")))
    assert not any(side.turns for side in sides(lemma("ban")))
