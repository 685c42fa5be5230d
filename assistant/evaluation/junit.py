"""JUnit: a report in the XML that build servers show, well-formed whatever the texts hold."""

import io
import re
from collections.abc import Mapping
from pathlib import PurePath
from xml.etree import ElementTree

from assistant.evaluation.report import Report
from assistant.evaluation.results import PairResult

# All that is no Char of XML 1.0 (fifth edition, 2008).
_NO_CHAR = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# A property beside the result: build servers count no property.
_GRADE = "model-judgement"


def junit_xml(report: Report) -> bytes:
    """Return the report as one test suite, a test case a pair, a class a file of pairs."""
    results = report.results
    counts = {
        "tests": str(len(results)),
        "failures": str(sum(one.outcome == "failed" and one.given is not None for one in results)),
        "errors": str(sum(one.outcome == "failed" and one.given is None for one in results)),
        "skipped": str(sum(one.outcome == "known" for one in results)),
        "time": _seconds(sum(one.ms or 0.0 for one in results)),
    }
    root = ElementTree.Element("testsuites", {"name": "assistant eval", **counts})
    stamp = report.created.replace(tzinfo=None).isoformat(timespec="seconds")
    suite = ElementTree.SubElement(root, "testsuite", {"name": _clean(report.path), "timestamp": stamp, **counts})
    if report.grades:
        _properties(suite, {f"{_GRADE}-by": report.grades.model, f"{_GRADE}-prompt": report.grades.prompt})
    for result in results:
        suite.append(_case(result))
    out = io.BytesIO()
    ElementTree.ElementTree(root).write(out, encoding="utf-8", xml_declaration=True)
    return out.getvalue()


def _case(result: PairResult) -> ElementTree.Element:
    file = PurePath(result.source.rpartition(":")[0]).stem
    case = ElementTree.Element(
        "testcase", {"classname": _clean(file), "name": result.pair.id, "time": _seconds(result.ms or 0.0)}
    )
    if result.grade:
        _properties(case, {_GRADE: result.grade.said})
    whys = "\n".join(f"{check.name}: {check.why}" for check in result.failures)
    if result.outcome == "failed":
        first = result.failures[0]
        kind = "error" if result.given is None else "failure"
        failure = ElementTree.SubElement(case, kind, {"message": _clean(f"{first.name}: {first.why}")})
        failure.text = _clean(f"{result.source}\n{result.pair.question}\n{whys}\n\n{_said(result)}")
    elif result.outcome == "known":
        ElementTree.SubElement(case, "skipped", {"message": _clean(f"known: {result.pair.known}")}).text = _clean(whys)
    elif result.note:
        ElementTree.SubElement(case, "system-out").text = _clean(result.note)
    return case


def _properties(element: ElementTree.Element, values: Mapping[str, str]) -> None:
    properties = ElementTree.SubElement(element, "properties")
    for name, value in values.items():
        ElementTree.SubElement(properties, "property", {"name": name, "value": _clean(value)})


def _said(result: PairResult) -> str:
    if result.given is None:
        return ""
    return "\n".join(statement.text for statement in result.given.statements) or result.given.status


def _seconds(ms: float) -> str:
    return f"{ms / 1000:.3f}"


def _clean(text: str) -> str:
    return _NO_CHAR.sub("\ufffd", text)
