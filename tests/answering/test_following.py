"""Tests of `assistant.answering.following`."""

import pytest

from assistant.answering.following import goes_on
from assistant.answering.questions import analyse


@pytest.mark.parametrize(
    ("question", "best", "following"),
    [
        (
            "Why did the bridge become dearer?",
            "The bridge costs a third more than was planned in 2022.",
            "He blamed the price of steel.",
        ),
        ("Why is the road shut?", "The road by the mill is shut.", "This is because of the flood."),
        ("How much did the organ cost?", "The organ was built in 1998.", "It cost 3 million francs."),
        ("How many people heard the organ?", "The organ was played.", "The people who came were 40."),
        ("How many people heard the organ?", "The organ was played.", "They were 40 people."),
        ("Who repaired the organ?", "The organ has been repaired.", "The work was led by Ada Moser."),
        ("When was the organ sold?", "The organ was sold to a school.", "The sale took place on 4 May 2019."),
        ("Where does the organ stand?", "The organ stands in a church.", "It is in Brig, near the bridge."),
    ],
)
def test_the_next_sentence_tells_what_the_best_one_lacks(question: str, best: str, following: str) -> None:
    assert goes_on(analyse(question), best, following)


@pytest.mark.parametrize(
    ("question", "best", "following"),
    [
        # The best one tells it itself.
        ("How much did the organ cost?", "The organ cost 3 million francs.", "It took 4 years."),
        ("Why is the road shut?", "The road is shut because of the flood.", "This was caused by rain."),
        # The next one does not tell it, or only what was asked with.
        ("How much did the organ cost?", "The organ was dear.", "It was built in 1998."),
        ("How much did the organ cost in 1998?", "The organ was dear.", "It was built in 1998."),
        ("Who repaired the organ of Ada Moser?", "The organ has been repaired.", "It belonged to Ada Moser."),
        # It speaks of something else.
        ("How many people heard the organ?", "People heard the organ.", "The organ has nine stops."),
        ("How much did the organ cost?", "The organ was dear.", "Tickets are sold for 20 francs."),
        # Nothing is asked that could be told apart.
        ("Tell me about the organ.", "The organ was dear.", "It cost 3 million francs."),
    ],
)
def test_it_does_not_go_on(question: str, best: str, following: str) -> None:
    assert not goes_on(analyse(question), best, following)
