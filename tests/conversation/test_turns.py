"""Tests of `assistant.conversation.turns`."""

import pytest

from assistant.conversation import Turn, turn_of
from assistant.conversation.turns import topic
from assistant.types import Answer, Citation, Hit, Receipt, Statement


def test_a_turn_is_made_of_an_answer() -> None:
    quotes = [(0, "Tin melts."), (30, "Tin is soft."), (4, "melts")]
    citations = [
        Citation(marker=n, article_id="tin", sha256="s", title="Tin", start=at, end=at + len(text), quote=text)
        for n, (at, text) in enumerate(quotes, 1)
    ]
    hits = [
        Hit(id=f"h{at}", article_id="tin", ordinal=at, start=at, end=at + 20, text="-", heading_path=path, score=1.0)
        for at, path in ((0, ("Tin", "Heat")), (30, ("Tin", "Touch")), (60, ("Tin", "Price")))
    ]
    answer = Answer(
        id="a",
        question="And tin?",
        standalone_question="What of tin?",
        status="answered",
        statements=tuple(Statement(text=text, markers=(n,)) for n, (_, text) in enumerate(quotes[:2], 1)),
        text="Tin melts. [1] Tin is soft. [2]",
        citations=tuple(citations),
        passages=tuple(hits),
        confidence=0.9,
        receipt=Receipt(corpus="c", embedding_model="m", reader="r"),
    )
    assert turn_of(answer) == Turn(
        question="And tin?",
        standalone_question="What of tin?",
        answer="Tin melts.\nTin is soft.",
        headings=("Heat", "Touch"),
    )


@pytest.mark.parametrize(
    ("question", "answer", "headings", "about"),
    [
        ("Who hosted the reform summit?", "Baogang Group hosted the summit.", (), "the reform summit"),
        ("Why?", "Because.", ("Shipping on the Danube",), "Shipping on the Danube"),
        ("Why?", "", (), ""),
    ],
)
def test_what_a_turn_was_about(question: str, answer: str, headings: tuple[str, ...], about: str) -> None:
    turn = Turn(question=question, standalone_question=question, answer=answer, headings=headings)
    assert topic(turn) == about
