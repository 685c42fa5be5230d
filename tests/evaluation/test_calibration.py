"""Tests of `assistant.evaluation.calibration`."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import EvaluationError
from assistant.evaluation.calibration import (
    Sample,
    as_calibration,
    at_threshold,
    calibrate,
    sample,
)
from assistant.pipeline import Assistant
from assistant.types import Answer

from .material import HALVES, TIN, answer, result, right, wrong

# Answerable: 0.9 (right), 0.8 (wrong), 0.3 (right). Not answerable: 0.85, 0.6, 0.1.
SOME = [
    Sample(0.9, True, True),
    Sample(0.8, True, False),
    Sample(0.3, True, True),
    Sample(0.85, False, False),
    Sample(0.6, False, False),
    Sample(0.1, False, False),
]


def test_every_threshold_that_makes_a_difference_is_a_point() -> None:
    points = calibrate(SOME).points
    assert [round(one.threshold, 4) for one in points] == [0.0, 0.2, 0.45, 0.7, 0.825, 0.875, 0.95]
    assert [(one.wrong_answers, one.wrong_refusals) for one in points] == [
        (3, 0),
        (2, 0),
        (2, 1),
        (1, 1),
        (1, 2),
        (0, 2),
        (0, 3),
    ]
    assert [one.refused_right for one in points] == [0, 0, 1, 1, 1, 1, 2]


def test_equal_costs_take_the_fewest_errors_and_among_them_the_fewest_wrong_answers() -> None:
    assert calibrate(SOME).chosen.threshold == pytest.approx(0.875)


@pytest.mark.parametrize(("limit", "at"), [(1, 0.0), (0.7, 0.2), (0.5, 0.7), (1 / 3, 0.7), (0.2, 0.875), (0, 0.875)])
def test_a_limit_takes_the_lowest_threshold_that_keeps_it(limit: float, at: float) -> None:
    found = calibrate(SOME, limit)
    assert found.chosen.threshold == pytest.approx(at)
    assert found.limit == limit
    assert found.chosen.risk <= limit
    assert (found.answerable, found.unanswerable) == (3, 3)


@pytest.mark.parametrize(
    ("samples", "kind"), [(SOME[:3], "unanswerable"), (SOME[3:], "answerable"), ([], "answerable")]
)
def test_both_kinds_are_needed(samples: list[Sample], kind: str) -> None:
    with pytest.raises(EvaluationError, match=f"there is no {kind} question among the pairs"):
        calibrate(samples)


def test_a_limit_that_no_threshold_keeps() -> None:
    sure = [Sample(1.0, True, True), Sample(1.0, False, False)]
    with pytest.raises(EvaluationError, match="no threshold keeps the risk at"):
        calibrate(sure, 0.5)
    assert calibrate(sure).chosen.threshold == 0


def test_what_is_never_answered_is_refused_at_every_threshold() -> None:
    points = calibrate([Sample(0.9, True, False, given=False), Sample(0.5, False, False, given=False)]).points
    assert [(one.threshold, one.coverage, one.risk) for one in points] == [(0, 0, 0)]


SAMPLES = st.builds(
    Sample,
    st.one_of(st.floats(0, 1), st.sampled_from([0.0, 5e-324, 0.5, 0.5 + 2**-53, 1.0])),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(SAMPLES, max_size=12), st.none() | st.floats(0, 1))
def test_invariants(some: list[Sample], limit: float | None) -> None:
    samples = [Sample(0.4, True, True), Sample(0.3, False, False), *some]
    try:
        found = calibrate(samples, limit)
    except EvaluationError:
        assert any(one.confidence == 1 and one.given and not one.answerable for one in samples)
        return
    points = found.points
    assert all(a.threshold < b.threshold for a, b in pairwise(points))
    assert all(a.coverage >= b.coverage and a.risk >= b.risk for a, b in pairwise(points))
    assert all(0 <= one.coverage <= 1 and 0 <= one.risk <= 1 and 0 <= one.threshold <= 1 for one in points)
    assert len({(one.coverage, one.risk) for one in points}) == len(points)
    assert found.chosen in points
    if limit is None:
        assert all(
            found.chosen.wrong_answers + found.chosen.wrong_refusals <= one.wrong_answers + one.wrong_refusals
            for one in points
        )
    else:
        assert found.chosen.risk <= limit
        assert all(one.risk > limit for one in points if one.threshold < found.chosen.threshold)


def test_a_sample_of_a_result() -> None:
    assert sample(right()) == Sample(0.9, True, True)
    assert sample(wrong(expect={"status": "abstained"})) == Sample(0.1, False, True, given=False)
    assert sample(result(answer((TIN, HALVES[1])))) == Sample(0.9, True, False)
    assert sample(result()) is None


def test_an_answer_at_a_threshold_is_what_the_assistant_gives_at_it(build: Callable[..., Assistant]) -> None:
    question = "How many kilometres is the length of the Danube?"

    def ask(threshold: float) -> Answer:
        assistant = build(threshold=threshold)
        given = assistant.ask(question)
        assistant.close()
        return given.model_copy(update={"id": "", "timings_ms": {}})

    free = ask(0)
    assert free.status == "answered"
    for threshold in (free.confidence, min(free.confidence + 1e-3, 1.0)):
        assert at_threshold(free, threshold) == ask(threshold)
    assert at_threshold(free, 1.0).status == "abstained"


def test_what_is_kept_of_a_curve() -> None:
    kept = as_calibration(calibrate(SOME, 0.5), "reader-1", "c1")
    assert kept.threshold == pytest.approx(0.7)
    assert (kept.reader, kept.risk, kept.corpus) == ("reader-1", 0.5, "c1")
    assert (kept.answerable, kept.unanswerable) == (3, 3)
