"""Tests of `assistant.evaluation.results`."""

from assistant.evaluation.grading import Grade
from assistant.evaluation.results import Given, RankedPassage
from assistant.types import ShortAnswer

from .material import HALVES, TIN, answer, hit, result, right, wrong


def test_what_is_kept_of_an_answer() -> None:
    short = ShortAnswer(text="232 degrees", marker=1)
    whole = answer((TIN, HALVES[0]), hits=[hit(TIN, HALVES[0])], short_answer=short, uncertain=True)
    kept = Given.of(whole)
    assert kept.passages == (RankedPassage(id="tin:0", score=1.0, reader_score=None),)
    for name in Given.model_fields.keys() - {"passages"}:
        assert getattr(kept, name) == getattr(whole, name)


def test_which_checks_fail() -> None:
    assert right().failures == ()
    assert [one.name for one in wrong().failures] == ["status", "quotes"]
    assert [one.name for one in result().failures] == ["asked"]


def test_a_grade_may_differ_from_the_checks_and_changes_nothing() -> None:
    for one, passed in ((right(), True), (wrong(), False), (right(known="so"), True), (wrong(known="so"), False)):
        for graded, disputed in ((passed, False), (not passed, True), (None, False)):
            found = one.model_copy(update={"grade": Grade(passed=graded, model="fake:judge")})
            assert (found.disputed, found.passed, found.outcome) == (disputed, passed, one.outcome)
        assert not one.disputed
