"""HTML: a report as one page that opens from a file and asks no one for anything."""

import base64
import hashlib
import json
import re
from importlib import resources

from assistant.evaluation.curve import curve_svg
from assistant.evaluation.report import Report

_SLOT = re.compile(r"\{(style-hash|script-hash|style|script|curve|report)\}")


def report_html(report: Report) -> str:
    """Return the page. Its policy allows no request, and no style or script but those that it came with."""
    style, script = _part("page.css"), _part("page.js")
    filled = {
        "style": style,
        "style-hash": _hash(style),
        "script": script,
        "script-hash": _hash(script),
        "curve": curve_svg(report.calibration) if report.calibration else "",
        "report": _embedded(report),
    }
    return _SLOT.sub(lambda found: filled[found[1]], _part("page.html"))


def _part(name: str) -> str:
    return resources.files("assistant.evaluation").joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    """Return the source expression of an inline text (Content Security Policy Level 2, 2016)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _embedded(report: Report) -> str:
    """Return the report as JSON that ends no script element: it holds ASCII alone and no `<`."""
    return json.dumps(report.model_dump(mode="json")).replace("<", "\\u003c")
