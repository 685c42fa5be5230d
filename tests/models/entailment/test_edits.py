"""Tests of `assistant.models.entailment.edits`."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models.entailment.edits import Editor, Piece, cut, joined, names_in


class Words:
    """Stands in for WordNet: one word has a synonym, an antonym and a sister."""

    def synonyms(self, word: str) -> list[str]:
        return ["quick"] if word == "fast" else []

    def antonyms(self, word: str) -> list[str]:
        return ["slow"] if word == "fast" else []

    def sisters(self, word: str) -> list[str]:
        return ["barge"] if word == "ship" else []


EDITOR = Editor(Words(), ["Lima", "Quito"], ["7", "19"], [", which nobody saw"])  # type: ignore[arg-type]
STATED = "The fast ship of Anna Berg left Oslo with 12 crates on 3 May, and it will not come back."


@given(st.text(max_size=200))
def test_the_pieces_of_a_text_are_the_text(text: str) -> None:
    assert joined(cut(text)) == text


def test_names_are_runs_of_capitalised_words() -> None:
    pieces = cut("Ships of the Port of Oslo met Anna Berg. They left. Bank of Peru paid.")
    assert [joined(pieces[a:b]) for a, b in names_in(pieces)] == ["Port of Oslo", "Anna Berg", "Bank of Peru"]


@pytest.mark.parametrize("seed", range(60))
def test_what_keeps_the_meaning_marks_nothing_and_keeps_the_figures(seed: int) -> None:
    kept = EDITOR.keep(cut(STATED), random.Random(seed))
    assert not any(piece.altered for piece in kept)
    text = joined(kept)
    assert set(re.findall(r"\d+", text)) <= {"12", "3"}
    assert not {"Lima", "Quito", "slow", "barge", "nobody"} & set(re.findall(r"\w+", text))


@pytest.mark.parametrize("seed", range(60))
def test_what_changes_the_meaning_marks_what_it_changed_and_nothing_else(seed: int) -> None:
    changed = EDITOR.change(cut(STATED), random.Random(seed), ["Rome"])
    assert changed is not None
    assert any(piece.altered for piece in changed)
    assert joined(changed) != STATED
    known = {piece.text for piece in cut(STATED)}
    fresh = {piece.text for piece in changed if piece.text not in known}
    assert fresh <= {piece.text for piece in changed if piece.altered}


def test_nothing_is_changed_where_there_is_nothing_to_change() -> None:
    assert EDITOR.change((Piece("Aha"), Piece("?")), random.Random(1), []) is None
