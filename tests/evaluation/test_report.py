"""Tests of `assistant.evaluation.report`."""

import json
from pathlib import Path

import pytest

from assistant.errors import EvaluationError
from assistant.evaluation.changes import Broken, Changes
from assistant.evaluation.grading import Grader, grade_all
from assistant.evaluation.report import Report, make_report, read_report, report_json
from assistant.evaluation.suite import article_lookup, ask_all, judge
from assistant.evaluation.thresholds import Missed
from assistant.pipeline import Assistant

from .material import GRADE, HOSTILE, TIN, Judge, answer, entry, report, result, right, wrong


def test_a_report_comes_back_as_it_was(tmp_path: Path) -> None:
    whole = report(right(id="a", tags=["x"]), wrong(id="b"), result(id="c"))
    (tmp_path / "report.json").write_text(report_json(whole), "ascii")
    assert read_report(tmp_path / "report.json") == whole


def test_grades_are_kept_and_an_older_report_has_none(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    results, grades = grade_all(Grader(Judge("FAIL: " + HOSTILE), GRADE), [right(id="a")])
    whole = report(*results, grades=grades)
    path.write_text(report_json(whole), "ascii")
    assert read_report(path) == whole
    older = json.loads(report_json(whole))
    del older["grades"]
    del older["results"][0]["grade"]
    path.write_text(json.dumps(older), "ascii")
    assert read_report(path) == report(right(id="a"))


def test_any_text_can_be_kept(tmp_path: Path) -> None:
    hostile = answer((TIN, "Tin"), question=HOSTILE + "\ud800")
    whole = report(result(hostile, id="a", question="why " + HOSTILE, known=HOSTILE))
    (tmp_path / "report.json").write_text(report_json(whole), "ascii")
    assert read_report(tmp_path / "report.json").results[0].pair.question == "why " + HOSTILE


def test_a_report_of_a_run(assistant: Assistant) -> None:
    entries = (entry("tin", "At how many degrees does tin melt?", tags=["metal"]), entry("not", after=["x"]))
    asked = ask_all(assistant, entries)
    lookup = article_lookup(assistant)
    results = [judge(one, lookup) for one in asked]
    found = make_report(assistant, asked, results, path=Path("tests/qa"), tags=("metal",), version="0.2")
    stats = assistant.stats()
    assert (found.path, found.tags, found.version) == ("tests/qa", ("metal",), "0.2")
    assert found.corpus == stats.corpus
    assert (found.reader, found.embedding_model, found.index) == (stats.reader, stats.embedding_model, stats.index)
    assert found.articles == {facts.id: facts.sha256 for facts in assistant.articles()}
    assert found.settings["threshold"] == 0
    assert found.metrics.pairs == 2
    assert {tag: metrics.pairs for tag, metrics in found.by_tag.items()} == {"metal": 1}
    assert found.results[0].given
    ranked = [one.id for one in found.results[0].given.passages]
    assert ranked == list(found.results[0].given.receipt.passage_ids)
    assert set(ranked) == set(found.passages)
    text = assistant.article("tin").text
    assert all(one.text == text[one.start : one.end] for one in found.passages.values() if one.article_id == "tin")


def test_whether_a_run_passed() -> None:
    good, bad = right(id="a"), wrong(id="b")
    known = wrong(id="c", known="so")
    unknown = right(id="d", known="so")
    assert report(good, known, unknown).ok
    assert not report(good, bad).ok
    assert report(good, bad, changes=Changes(still_failing=("b",), new=("b",))).ok
    assert not report(good, bad, changes=Changes(broken=(Broken(id="b", cause="index"),))).ok
    assert not report(good, missed=(Missed(metric="pass_rate", value=1.0, bound="least 2"),)).ok
    assert not report(good, changes=Changes(), missed=(Missed(metric="pass_rate", value=1.0, bound="least 2"),)).ok


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read (No such file or directory)"),
        (b"{", "is not JSON (Expecting property name"),
        (b"\xff", "is not JSON ("),
        (b"[" * 100_000, "is not JSON ("),
        (b"[]", "is no report of schema version 1 but None"),
        (b'{"schema_version": 2}', "is no report of schema version 1 but 2"),
        (b'{"schema_version": 1}', "is no report (version: Field required)"),
    ],
)
def test_what_is_no_baseline(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    path = tmp_path / "report.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(EvaluationError) as caught:
        read_report(path)
    assert str(caught.value).startswith(f"{path}: {sentence}")
    assert str(caught.value).endswith("give a report.json that `assistant eval --output DIR` of this version wrote")


def test_the_version_is_in_the_file() -> None:
    assert json.loads(report_json(report()))["schema_version"] == 1
    assert isinstance(report(), Report)
