"""What came of a pair: the answer that was given, and what the checks and metrics say of it."""

from typing import Literal

from assistant.evaluation.checks import Check
from assistant.evaluation.grading import Grade
from assistant.evaluation.metrics import Overlap
from assistant.evaluation.pairs import Pair
from assistant.types import Answer, Citation, Frozen, Hit, Receipt, ShortAnswer, Statement, Status

Outcome = Literal["passed", "failed", "known", "passes now"]


class RankedPassage(Frozen):
    """A passage that was found, by id, and the scores that it got."""

    id: str
    score: float
    reader_score: float | None


class Given(Frozen):
    """The parts of an answer that a report keeps; the passages' texts are kept once for all answers."""

    status: Status
    confidence: float
    uncertain: bool
    mode: str
    model: str | None
    short_answer: ShortAnswer | None
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    passages: tuple[RankedPassage, ...]
    receipt: Receipt
    timings_ms: dict[str, float]

    @classmethod
    def of(cls, answer: Answer) -> "Given":
        """Return what is kept of `answer`."""
        return cls(
            status=answer.status,
            confidence=answer.confidence,
            uncertain=answer.uncertain,
            mode=answer.mode,
            model=answer.model,
            short_answer=answer.short_answer,
            statements=answer.statements,
            citations=answer.citations,
            passages=tuple(_ranked(hit) for hit in answer.passages),
            receipt=answer.receipt,
            timings_ms=answer.timings_ms,
        )


class PairResult(Frozen):
    """What came of one pair.

    `known` is a pair that fails as it is known to, "passes now" one that is known to fail and does not; `note` says
    what to do about the latter. `rank` counts from 1, None where no ranked passage holds
    an expected quote. `ms` is the time that the question took. `grade` is a language model's judgement of the answer,
    where one was asked for; the outcome does not depend on it.
    """

    pair: Pair
    source: str
    outcome: Outcome
    note: str = ""
    checks: tuple[Check, ...] = ()
    given: Given | None = None
    rank: int | None = None
    overlap: Overlap | None = None
    ms: float | None = None
    grade: Grade | None = None

    @property
    def passed(self) -> bool:
        """Whether every check holds."""
        return self.outcome in ("passed", "passes now")

    @property
    def failures(self) -> tuple[Check, ...]:
        """The checks that do not hold."""
        return tuple(check for check in self.checks if not check.passed)

    @property
    def disputed(self) -> bool:
        """Whether a language model's grade says other than the checks together."""
        return self.grade is not None and self.grade.passed is not None and self.grade.passed != self.passed


def _ranked(hit: Hit) -> RankedPassage:
    return RankedPassage(id=hit.id, score=hit.score, reader_score=hit.reader_score)
