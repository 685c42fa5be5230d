"""Tests of `assistant.evaluation.run`: whole runs over a small corpus."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from assistant.answering import Answerer, Draft
from assistant.errors import EvaluationError
from assistant.evaluation.grading import Grader
from assistant.evaluation.report import Report, report_json
from assistant.evaluation.run import Plan, evaluate, make_plan
from assistant.pipeline import Assistant
from assistant.retrieval import Retriever
from assistant.types import Filters, Hit

from .material import GRADE, Judge

_FACTS = {
    "danube-length": ("How many kilometres is the length of the Danube?", "danube", "Its length is 2,850 kilometres."),
    "tin-melts": ("At how many degrees Celsius does tin melt?", "tin", "Tin melts at 232 degrees Celsius."),
    "tin-solder": ("How much of all tin does solder take?", "tin", "Solder takes about half of all tin."),
    "copper-energy": ("How much less energy does recycling copper take?", "copper", "85 percent less energy"),
    "bridge-works": ("Who directed the works of the Chain Bridge?", "bridges", "Adam Clark directed the works."),
}


class Reversed:
    """A Retriever that puts the worst first."""

    def __init__(self, real: Retriever) -> None:
        self.real, self.identity, self.settings = real, real.identity, real.settings

    def retrieve(self, question: str, filters: Filters, limit: int, context: Sequence[str] = ()) -> list[Hit]:
        return self.real.retrieve(question, filters, limit, context)[::-1]


class Headless:
    """An Answerer that leaves the first quote out."""

    def __init__(self, real: Answerer) -> None:
        self.real, self.name, self.settings = real, real.name, real.settings

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        draft = self.real.answer(question, hits)
        return replace(draft, quotes=draft.quotes[1:], best=None)


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """A folder of pairs: a fact each, and a question that no article answers."""
    facts = [
        {
            "id": name,
            "question": question,
            "tags": [article],
            "expect": {"status": "answered", "quotes": [{"article": article, "text": text}]},
        }
        for name, (question, article, text) in _FACTS.items()
    ]
    folder = tmp_path / "qa"
    folder.mkdir()
    (folder / "facts.yaml").write_text(yaml.safe_dump(facts), "utf-8")
    return folder


@pytest.fixture
def baseline(pairs: Path, build: Callable[..., Assistant], tmp_path: Path) -> Path:
    """The report of a run in which every pair held."""
    with build(threshold=0.0, passages=1) as assistant:
        found = run(assistant, make_plan(pairs))
    assert [(one.pair.id, one.failures) for one in found.results if not one.passed] == []
    path = tmp_path / "report.json"
    path.write_text(report_json(found), "ascii")
    return path


def run(assistant: Assistant, plan: Plan) -> Report:
    return evaluate(assistant, plan, "0.1.0")


def broken(report: Report) -> dict[str, str]:
    assert report.changes is not None
    return {one.id: one.cause for one in report.changes.broken}


def with_parts(real: Assistant, retriever: Retriever | None = None, answerer: Answerer | None = None) -> Assistant:
    return Assistant(real._catalog, retriever or real._retriever, answerer or real._answerer, real._ingestion)


def test_a_changed_fact_breaks_its_pairs_alone_and_is_laid_to_the_corpus(
    pairs: Path, baseline: Path, build: Callable[..., Assistant], articles_folder: Path
) -> None:
    tin = articles_folder / "tin.md"
    tin.write_text(tin.read_text("utf-8").replace("232 degrees", "231 degrees"), "utf-8")
    assistant = build(threshold=0.0, passages=1)
    assistant.ingest([articles_folder])
    found = run(assistant, make_plan(pairs, baseline=baseline))
    assert broken(found) == {"tin-melts": "corpus"}
    assert not found.ok
    assert found.changes
    assert found.changes.broken[0].details[0] == "tin changed"
    (check,) = next(one for one in found.results if one.pair.id == "tin-melts").failures
    assert check.why == "not cited: “Tin melts at 232 degrees Celsius.” (tin, no longer in it)"


def test_without_a_baseline_a_quote_that_is_gone_is_a_mistake_in_the_pair(
    pairs: Path, build: Callable[..., Assistant], articles_folder: Path
) -> None:
    tin = articles_folder / "tin.md"
    tin.write_text(tin.read_text("utf-8").replace("232 degrees", "231 degrees"), "utf-8")
    with pytest.raises(EvaluationError, match=r"facts\.yaml:\d+: 'Tin melts at 232 degrees Celsius\.' is not in tin"):
        run(build(threshold=0.0), make_plan(pairs))


def test_an_article_that_went_breaks_its_pairs(pairs: Path, baseline: Path, build: Callable[..., Assistant]) -> None:
    assistant = build(threshold=0.0, passages=1)
    assistant.remove("tin")
    found = run(assistant, make_plan(pairs, baseline=baseline))
    assert broken(found) == {"tin-melts": "corpus", "tin-solder": "corpus"}


def test_another_ranking_is_laid_to_the_code(pairs: Path, baseline: Path, build: Callable[..., Assistant]) -> None:
    real = build(threshold=0.0, passages=1)
    found = run(with_parts(real, retriever=Reversed(real._retriever)), make_plan(pairs, baseline=baseline))
    assert set(broken(found).values()) == {"code or settings"}
    assert len(broken(found)) == len(_FACTS)
    assert found.changes
    assert {one.details for one in found.changes.broken} == {("the same passages in another order",)}


def test_other_answers_from_the_same_passages_are_laid_to_the_code(
    pairs: Path, baseline: Path, build: Callable[..., Assistant]
) -> None:
    real = build(threshold=0.0, passages=1)
    found = run(with_parts(real, answerer=Headless(real._answerer)), make_plan(pairs, baseline=baseline))
    assert broken(found)
    assert set(broken(found).values()) == {"code or settings"}


def test_another_threshold_is_laid_to_the_settings(
    pairs: Path, baseline: Path, build: Callable[..., Assistant]
) -> None:
    found = run(build(threshold=1.0, passages=1), make_plan(pairs, baseline=baseline))
    assert set(broken(found)) == set(_FACTS)
    assert found.changes
    assert {(one.cause, one.details) for one in found.changes.broken} == {
        ("code or settings", ("threshold 0.0 -> 1.0",))
    }


def test_a_second_run_is_the_first_one_again(pairs: Path, baseline: Path, build: Callable[..., Assistant]) -> None:
    found = run(build(threshold=0.0, passages=1), make_plan(pairs, baseline=baseline))
    assert found.ok
    assert found.changes
    assert (found.changes.broken, found.changes.fixed, found.changes.new, found.changes.gone) == ((), (), (), ())


def test_tags_choose_and_thresholds_hold_for_the_whole(pairs: Path, build: Callable[..., Assistant]) -> None:
    (pairs / "thresholds.yaml").write_text("pairs: {least: 5}\nabstention_recall: {least: 0.5}\n")
    assistant = build(threshold=0.0)
    part = run(assistant, make_plan(pairs, ["tin", "copper"]))
    assert [one.pair.id for one in part.results] == ["tin-melts", "tin-solder", "copper-energy"]
    assert (part.tags, part.missed) == (("tin", "copper"), ())
    whole = run(assistant, make_plan(pairs))
    assert [one.metric for one in whole.missed] == ["abstention_recall"]
    assert run(assistant, make_plan(pairs / "facts.yaml")).missed == ()


def test_pairs_that_were_left_out_are_not_gone(pairs: Path, baseline: Path, build: Callable[..., Assistant]) -> None:
    found = run(build(threshold=0.0, passages=1), make_plan(pairs, ["tin"], baseline))
    assert found.changes
    assert found.changes.gone == ()


def test_calibration_answers_as_the_chosen_threshold_would(pairs: Path, build: Callable[..., Assistant]) -> None:
    unanswerable = [{"id": "mars", "question": "Who owns the moon of Mars?", "expect": {"status": "abstained"}}]
    (pairs / "none.yaml").write_text(yaml.safe_dump(unanswerable), "utf-8")
    with build(threshold=0.0) as assistant:
        found = run(assistant, make_plan(pairs, calibrate=True, risk=0.0))
    assert found.calibration
    assert (found.calibration.answerable, found.calibration.unanswerable) == (5, 1)
    at = found.calibration.chosen.threshold
    assert found.settings["threshold"] == at
    again = run(build(threshold=at), make_plan(pairs))
    assert {one.pair.id: one.outcome for one in again.results} == {one.pair.id: one.outcome for one in found.results}
    assert {one.pair.id: one.outcome for one in found.results}["mars"] == "passed"


def test_grades_decide_nothing(pairs: Path, baseline: Path, build: Callable[..., Assistant]) -> None:
    (pairs / "thresholds.yaml").write_text("pass_rate: {least: 1}\n")
    plan = make_plan(pairs, baseline=baseline)
    calls: list[tuple[int, int, str]] = []
    assistant = build(threshold=0.0, passages=1)
    plain = run(assistant, plan)
    found = evaluate(
        assistant, plan, "0.1.0", lambda *given: calls.append(given), grader=Grader(Judge("FAIL: never"), GRADE)
    )
    assert plain.ok
    assert found.ok
    assert (found.missed, found.changes) == (plain.missed, plain.changes)
    for name in ("pairs", "passed", "failed", "known", "pass_rate", "citation_f1", "found"):
        assert getattr(found.metrics, name) == getattr(plain.metrics, name)
    assert [one.outcome for one in found.results] == [one.outcome for one in plain.results]
    assert found.grades
    assert (found.grades.graded, found.grades.passed, found.grades.differing) == (5, 0, tuple(_FACTS))
    assert (plain.grades, [one.grade for one in plain.results]) == (None, [None] * 5)
    assert [call[:2] for call in calls] == [*((n, 5) for n in range(6)), *((n, 10) for n in range(5, 11))]
    wrong = {"id": "wrong", "question": _FACTS["tin-melts"][0]}
    expect = {"status": "answered", "quotes": [{"article": "tin", "text": "232 degrees"}], "contains": ["lead"]}
    (pairs / "wrong.yaml").write_text(yaml.safe_dump([{**wrong, "expect": expect}]), "utf-8")
    failing = evaluate(assistant, make_plan(pairs), "0.1.0", grader=Grader(Judge("PASS"), GRADE))
    assert failing.grades
    assert (failing.grades.passed, failing.grades.differing) == (6, ("wrong",))
    assert (failing.ok, failing.metrics.failed, [one.metric for one in failing.missed]) == (False, 1, ["pass_rate"])


def test_what_calibration_refuses_is_not_graded(pairs: Path, build: Callable[..., Assistant]) -> None:
    unanswerable = [{"id": "mars", "question": "Who owns the moon of Mars?", "expect": {"status": "abstained"}}]
    (pairs / "none.yaml").write_text(yaml.safe_dump(unanswerable), "utf-8")
    grader = Grader(Judge("PASS"), GRADE)
    plan = make_plan(pairs, calibrate=True, risk=0.0)
    with build(threshold=0.0) as assistant:
        found = evaluate(assistant, plan, "0.1.0", grader=grader)
    answered = [one.pair.id for one in found.results if one.given and one.given.status != "abstained"]
    assert [one.pair.id for one in found.results if one.grade] == answered
    assert "mars" not in answered


def test_a_tag_that_no_pair_has(pairs: Path) -> None:
    with pytest.raises(EvaluationError, match="no pair has the tag led or lid: correct it"):
        make_plan(pairs, ["led", "lid"])
