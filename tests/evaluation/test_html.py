"""Tests of `assistant.evaluation.html`; what the script makes of the report is looked at in a browser."""

import base64
import hashlib
import json
import re
from typing import Any

import lxml.html
import pytest

from assistant.evaluation.calibration import Sample, calibrate
from assistant.evaluation.html import report_html
from assistant.evaluation.report import Report, report_json

from .material import HOSTILE, TIN, answer, report, result, right, wrong


def _parsed(text: str) -> Any:
    """The page; what its paths lead to depends on the path, which no type can tell."""
    return lxml.html.document_fromstring(text)


@pytest.fixture
def hostile() -> Report:
    given = answer((TIN, "Tin"), question=HOSTILE)
    return report(result(given, id="a", question="why " + HOSTILE, known=HOSTILE), wrong(id="b"), path=HOSTILE)


def test_the_page_holds_the_report(hostile: Report) -> None:
    page = _parsed(report_html(hostile))
    (data,) = page.xpath("//script[@id='report']")
    assert data.get("type") == "application/json"
    assert json.loads(data.text) == json.loads(report_json(hostile))


def test_no_text_of_an_article_becomes_markup(hostile: Report) -> None:
    text = report_html(hostile)
    assert "<img" not in text
    page = _parsed(text)
    assert len(page.xpath("//script")) == 2
    assert text.count("</script>") == 2
    (script,) = page.xpath("//script[not(@type)]")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(", script.text)


def test_the_page_asks_no_one_for_anything(hostile: Report) -> None:
    page = _parsed(report_html(hostile))
    assert [link for _, _, link, _ in page.iterlinks() if not link.startswith("#")] == []
    assert page.xpath("//link | //img | //iframe | //object | //base") == []
    styles = page.xpath("//style")[0].text
    assert "url(" not in styles
    assert "@import" not in styles
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; ")
    for kind, part in (("style", styles), ("script", page.xpath("//script[not(@type)]")[0].text)):
        digest = base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_the_page_suits_small_screens_dark_rooms_and_keyboards() -> None:
    page = _parsed(report_html(report(right())))
    assert page.xpath("//meta[@name='viewport']/@content") == ["width=device-width, initial-scale=1"]
    assert "prefers-color-scheme: dark" in page.xpath("//style")[0].text
    assert page.get("lang") == "en"
    for control in page.xpath("//input | //select"):
        assert control.getparent().tag == "label"
    assert page.xpath("//noscript")


def test_the_curve_is_drawn_where_there_is_one() -> None:
    assert "<svg" not in report_html(report(right()))
    curve = calibrate([Sample(0.9, True, True), Sample(0.2, False, False)])
    page = _parsed(report_html(report(right(), calibration=curve)))
    (picture,) = page.xpath("//section[@id='calibration']/svg")
    assert picture.get("aria-label").startswith("Threshold 0.5500: coverage 100.0%, risk 0.0%")
