"""Tests of `assistant.evaluation.junit`."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.grading import Grader, grade_all
from assistant.evaluation.junit import junit_xml
from assistant.evaluation.report import Report

from .material import GRADE, HALVES, HOSTILE, TIN, Judge, answer, report, result, right, wrong


def suite_of(whole: Report) -> ElementTree.Element:
    root = ElementTree.fromstring(junit_xml(whole))
    assert root.tag == "testsuites"
    (suite,) = root
    return suite


def test_a_test_case_a_pair() -> None:
    whole = report(right(id="a"), wrong(id="b"), wrong(id="c", known="blind"), right(id="d", known="x"), result(id="e"))
    suite = suite_of(whole)
    counts = {name: suite.get(name) for name in ("name", "tests", "failures", "errors", "skipped", "timestamp")}
    assert counts == {
        "name": "tests/qa",
        "tests": "5",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
        "timestamp": "2025-06-01T00:00:00",
    }
    assert suite.get("time") == "0.025"
    found = {case.get("name"): [(one.tag, one.get("message")) for one in case] for case in suite}
    assert found == {
        "a": [],
        "b": [("failure", "status: abstained with confidence 0.10, not answered")],
        "c": [("skipped", "known: blind")],
        "d": [("system-out", None)],
        "e": [("error", "asked: RunError: broken")],
    }
    assert {case.get("classname") for case in suite} == {"pairs"}
    text = suite[1][0].text or ""
    assert text.startswith("pairs.yaml:1\nAt what temperature does tin melt?\nstatus: abstained")
    assert "quotes: not cited: “232 degrees” (tin)" in text


def test_what_was_answered_is_told() -> None:
    failing = result(answer((TIN, HALVES[1])), id="a")
    assert (suite_of(report(failing))[0][0].text or "").endswith("\n\nSolder takes half of all tin.")


def test_a_grade_is_a_property_and_no_failure() -> None:
    results, grades = grade_all(Grader(Judge("FAIL: so\x1bnot"), GRADE), [right(id="a"), wrong(id="b")])
    suite = suite_of(report(*results, grades=grades))
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    found = {one.get("name"): one.get("value") for one in suite[0]}
    assert (suite[0].tag, found) == (
        "properties",
        {"model-judgement-by": "fake:judge", "model-judgement-prompt": GRADE.reference},
    )
    good, bad = suite.findall("testcase")
    assert [(one.tag, [dict(each.items()) for each in one]) for one in good] == [
        ("properties", [{"name": "model-judgement", "value": "FAIL: sonot"}])
    ]
    assert [one.tag for one in bad] == ["failure"]


@given(st.one_of(st.text(), st.text("\x00\x08\x0b\x1f\ud800\udfff\ufffe\uffff]]>&<\"'\r\n")))
def test_any_text_makes_well_formed_xml(text: str) -> None:
    failing = result(answer((TIN, "Tin"), status="partial"), id="a").model_copy(
        update={"source": text + ":1", "note": text}
    )
    check = failing.failures[0].model_copy(update={"why": text})
    failing = failing.model_copy(update={"checks": (check,)})
    passing = right(id="b", known="x").model_copy(update={"note": text})
    suite = suite_of(report(failing, passing, path=text.encode("utf-8", "replace").decode()))
    assert [case.get("name") for case in suite] == ["a", "b"]


def test_hostile_texts_are_text() -> None:
    failing = wrong(id="a", question="why " + HOSTILE)
    failure = suite_of(report(failing))[0][0]
    assert "</script><img src=x onerror=alert(1)> ]]> \ufffd\ufffd\ufffd[31m" in (failure.text or "")
