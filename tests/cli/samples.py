"""Answers and passages made by hand, and a source that gives them, for tests that need no data folder."""

from collections.abc import Sequence
from datetime import date

from assistant.conversation import Turn
from assistant.errors import RunError
from assistant.types import Answer, Citation, Filters, Hit, Receipt, Statement

_EVERYTHING = Filters()

CITATION = Citation(
    marker=1,
    article_id="summit",
    sha256="0",
    title="Baogang reform summit",
    publisher="Baotou Daily",
    published=date(2025, 5, 27),
    url="https://example.org/summit",
    start=0,
    end=29,
    quote="Five directives were issued.",
    link="https://example.org/summit#:~:text=Five%20directives",
)
HIT = Hit(
    id="summit:0",
    article_id="summit",
    ordinal=0,
    start=10,
    end=38,
    text="Five directives were issued.",
    heading_path=("Baogang reform summit", "Directives"),
    score=2.5,
    title="Baogang reform summit",
    publisher="Baotou Daily",
    published=date(2025, 5, 27),
)
ANSWER = Answer(
    id="1",
    question="How many directives?",
    standalone_question="How many directives?",
    status="answered",
    statements=(Statement(text="Five directives were issued.", markers=(1,)),),
    text="Five directives were issued. [1]",
    citations=(CITATION,),
    passages=(HIT,),
    confidence=0.9,
    receipt=Receipt(corpus="0", embedding_model="hashing", reader="none"),
    timings_ms={"total": 1.0},
)
ABSTENTION = ANSWER.model_copy(
    update={"status": "abstained", "statements": (), "text": "", "citations": (), "confidence": 0.1, "nearest": (HIT,)}
)


class Scripted:
    """A source that remembers what it is asked.

    It answers "why" with `ANSWER`, "fail" with a RunError, "crash" with an error of another kind, all else with
    `ABSTENTION`.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, Filters]] = []
        self.turns: list[tuple[str, ...]] = []

    def ask(self, question: str, filters: Filters = _EVERYTHING, turns: Sequence[Turn] = ()) -> Answer:
        self.turns.append(tuple(turn.question for turn in turns))
        self.asked.append((question, filters))
        if question == "fail":
            raise RunError("it failed: try again")
        if question == "crash":
            raise ZeroDivisionError("division by zero")
        return ANSWER if question == "why" else ABSTENTION

    def answer(self, answer_id: str) -> Answer:
        raise NotImplementedError(answer_id)

    def search(self, question: str, filters: Filters = _EVERYTHING, limit: int = 10) -> tuple[Hit, ...]:
        raise NotImplementedError(question, filters, limit)
