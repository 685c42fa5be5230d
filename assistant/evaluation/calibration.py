"""Calibration: what every threshold costs, from answers that were given at any confidence, and the best one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.answering.calibration import Calibration
from assistant.errors import EvaluationError
from assistant.evaluation.results import PairResult
from assistant.pipeline import NEAREST
from assistant.types import Answer, Frozen


@dataclass(frozen=True)
class Sample:
    """A question asked at threshold 0: its confidence in [0, 1], whether it is answerable, whether the answer is right.

    `given` is False where no threshold brings an answer about.
    """

    confidence: float
    answerable: bool
    right: bool
    given: bool = True


class Point(Frozen):
    """What a threshold brings: shares in [0, 1] of the answerable questions (coverage) and of the others (risk).

    `refused_right` are refusals of answers that would have been right.
    """

    threshold: float
    coverage: float
    risk: float
    wrong_answers: int
    wrong_refusals: int
    refused_right: int


class Curve(Frozen):
    """The points of all thresholds that differ, from the lowest on, and the chosen one.

    `limit` is the risk that was allowed, None where wrong answers and wrong refusals were to cost the same.
    """

    points: tuple[Point, ...]
    chosen: Point
    limit: float | None
    answerable: int
    unanswerable: int


def sample(result: PairResult) -> Sample | None:
    """Return what calibration needs of a result at threshold 0; None for one without an answer."""
    if result.given is None:
        return None
    return Sample(
        confidence=result.given.confidence,
        answerable=result.pair.expect.status != "abstained",
        right=result.passed,
        given=result.given.status != "abstained",
    )


def calibrate(samples: Iterable[Sample], limit: float | None = None) -> Curve:
    """Return the curve of `samples`, with the point that answers most within `limit`.

    Without a limit it is the point with the fewest wrong answers and wrong refusals together; of several such the one
    with the fewest wrong answers. Raises EvaluationError where there is no question of one of the kinds, or no
    threshold keeps the limit.
    """
    some = list(samples)
    answerable = sum(one.answerable for one in some)
    unanswerable = len(some) - answerable
    if not answerable or not unanswerable:
        lacking = "unanswerable" if answerable else "answerable"
        raise EvaluationError(f"there is no {lacking} question among the pairs: a threshold needs both kinds")
    points = tuple(_point(some, at, answerable, unanswerable) for at in _thresholds(some))
    if limit is None:
        chosen = min(points, key=lambda one: (one.wrong_answers + one.wrong_refusals, one.wrong_answers))
    else:
        within = [one for one in points if one.risk <= limit]
        if not within:
            raise EvaluationError(f"no threshold keeps the risk at {limit:g}: unanswerable questions have confidence 1")
        chosen = within[0]
    return Curve(points=points, chosen=chosen, limit=limit, answerable=answerable, unanswerable=unanswerable)


def as_calibration(curve: Curve, reader: str, corpus: str) -> Calibration:
    """Return what the answerer reads of the chosen threshold."""
    return Calibration(
        reader=reader,
        threshold=curve.chosen.threshold,
        risk=curve.limit,
        answerable=curve.answerable,
        unanswerable=curve.unanswerable,
        corpus=corpus,
    )


def at_threshold(answer: Answer, threshold: float) -> Answer:
    """Return what an answer given at threshold 0 would have been at `threshold`."""
    receipt = answer.receipt.model_copy(update={"settings": {**answer.receipt.settings, "threshold": threshold}})
    if answer.confidence >= threshold and answer.status != "abstained":
        return answer.model_copy(update={"receipt": receipt})
    return Answer(
        id=answer.id,
        question=answer.question,
        standalone_question=answer.standalone_question,
        status="abstained",
        passages=answer.passages,
        confidence=answer.confidence,
        mode=answer.mode,
        model=answer.model,
        nearest=answer.passages[:NEAREST],
        receipt=receipt,
        timings_ms=answer.timings_ms,
    )


def _thresholds(samples: Sequence[Sample]) -> list[float]:
    """Return a threshold for each set of questions that can be answered, from all to as few as possible.

    Between two confidences it lies half way, so that a small change of a model's last digits moves no answer.
    """
    found = sorted({one.confidence for one in samples if one.given})
    out = [0.0]
    for low, high in zip(found, [*found[1:], 1.0], strict=False):
        middle = (low + high) / 2
        at = middle if middle > low else high  # neighbours among floats have nothing between them
        if at > low:
            out.append(at)
    return out


def _point(samples: Sequence[Sample], threshold: float, answerable: int, unanswerable: int) -> Point:
    answered = [one for one in samples if one.given and one.confidence >= threshold]
    wrong = sum(not one.answerable for one in answered)
    right = sum(one.right for one in samples if one.answerable)
    return Point(
        threshold=threshold,
        coverage=(len(answered) - wrong) / answerable,
        risk=wrong / unanswerable,
        wrong_answers=wrong,
        wrong_refusals=answerable - (len(answered) - wrong),
        refused_right=right - sum(one.right for one in answered if one.answerable),
    )
