"""Tests of `assistant.models.entailment.examples`."""

import itertools

import pytest

from assistant.models.entailment.edits import joined
from assistant.models.entailment.examples import Maker, declared
from assistant.models.reader.data.items import Corpus, Item, make_passage
from tests.models.entailment.test_edits import Words

TEXT = (
    "The mill of Anna Berg stands on the left bank of the Aare in the town of Bern. "
    "It was built in 1874 by two brothers from Basel who had come up the river. "
    "Visitors from Geneva may see the wheel on Sundays from April to October."
)
PASSAGE = make_passage("squad2", "mill", "The mill", TEXT)
ITEM = Item(PASSAGE, "When was the mill of Anna Berg built?", (1,), (TEXT.index("1874"), TEXT.index("1874") + 4))


@pytest.mark.parametrize(
    ("question", "answer", "statement"),
    [
        ("Who built the mill?", "Two brothers", "Two brothers built the mill."),
        ("What is the height of the wheel?", "six metres", "The height of the wheel is six metres."),
        ("When was the mill built?", "1874", "The mill was built in 1874."),
        ("When was the mill built?", "in 1874", "The mill was built in 1874."),
        ("Where did the brothers come from?", "Basel", "The brothers come from in Basel."),
        ("How many brothers were there?", "two", None),
        ("Why?", "so", None),
    ],
)
def test_a_question_and_its_answer_become_a_statement(question: str, answer: str, statement: str | None) -> None:
    made = declared(question, answer)
    assert (made and made[0] + answer + made[1]) == statement


def test_examples_are_marked_where_they_leave_their_source() -> None:
    maker = Maker([Corpus("squad2", [PASSAGE], [ITEM] * 20)], Words(), 3)  # type: ignore[arg-type]
    found = list(itertools.islice(maker.examples(), 200))
    assert {one.supported for one in found} == {True, False}
    for one in found:
        assert one.source.removeprefix("The mill. ") in TEXT
        altered = any(piece.altered for piece in one.statement)
        assert altered == (one.located and not one.supported)
    asked = [joined(one.statement) for one in found if joined(one.statement).startswith("The mill of Anna Berg was")]
    assert any("1874" in one for one in asked)
