"""Tests of `bench.asked`."""

import pytest

from assistant.models.reader.data.items import Item, joined_passage
from assistant.models.reader.runtime import READER_FOLDER, ReaderNetwork
from bench.asked import Read, read, summary

_SENTENCES = ["The mine sold 40 tonnes of salt in May.", "It closed in June.", "Its owner, Ada Roe, left for Perth."]


@pytest.fixture(scope="module")
def found() -> list[Read]:
    """What the bundled reader makes of a question, and of one about a passage that is too long."""
    short = joined_passage("asked", "salt", "Salt mine", _SENTENCES)
    long = joined_passage("asked", "salt", "Salt mine", _SENTENCES * 20)
    question, other = "How much salt did the mine sell in May?", "Which bank lent the airport money?"
    items = [Item(one, question, (0,), impossible=(other,)) for one in (short, long)]
    return list(read(ReaderNetwork(READER_FOLDER, 1), items, 500))


def test_the_passage_is_read_for_both_questions_unless_it_is_too_long(found: list[Read]) -> None:
    (one,) = found
    assert one.answerable > one.others[0]
    assert (one.best, one.sentences) == (True, 1.0)


def test_figures() -> None:
    lines = summary([Read(2.0, (1.0, 3.0), best=True, sentences=0.5), Read(4.0, (0.0,), best=False, sentences=None)])
    assert lines[0] == "2 questions the passage answers, 3 it only seems to answer"
    figures = [float(line.split()[-1]) for line in lines[1:]]
    assert figures == pytest.approx([5 / 6, 2 / 3, 0.5, 0.5], abs=1e-4)
