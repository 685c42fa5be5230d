"""Tests of `bench.load` and `bench.schema`: what they make of what their tools report."""

import json
import os
from pathlib import Path

import pytest

from bench.load import Memory, Row, rows_of, show
from bench.schema import requests_of, violations

_HEAD = "Type,Name,Request Count,Failure Count,Median Response Time,Requests/s,50%,95%,99%"


def test_rows_of_a_report(tmp_path: Path) -> None:
    report = tmp_path / "stats.csv"
    report.write_text(f"{_HEAD}\nPOST,/v1/ask,40,1,100,2.5,100,250,300\n,Aggregated,41,1,90,2.6,90,240,310\n", "utf-8")
    rows = rows_of(report)
    assert rows[0] == Row("POST /v1/ask", 40, 1, 2.5, 100, 250, 300)
    assert (rows[1].name, rows[1].requests) == ("Aggregated", 41)
    table = show(5, rows, [("start", 100.4), ("end", 120.0)])
    assert list(table.columns[0].cells) == ["POST /v1/ask", "all"]
    assert table.caption == "memory, MiB: start 100, end 120"


def test_the_slope_is_that_of_the_second_half() -> None:
    memory = Memory(os.getpid())
    assert memory.now() > 10
    assert memory.slope() == 0
    memory._samples = [(float(second), 500.0 if second < 50 else second / 36) for second in range(100)]
    assert memory.slope() == pytest.approx(100)
    assert memory.slope(since=200.0) == 0


def test_requests_are_those_that_the_server_counted() -> None:
    text = """# TYPE assistant_http_requests counter
assistant_http_requests_total{method="GET",route="/health",status="200"} 3
assistant_http_requests_total{method="POST",route="/v1/ask",status="200"} 4
assistant_http_requests_total{method="POST",route="/v1/ask",status="500"} 1
assistant_http_requests_total{method="POST",route="/v1/ask",status="none"} 9
"""
    assert requests_of(text) == {200: 7, 500: 1}


def test_violations_are_named_once(tmp_path: Path) -> None:
    failure = {"title": "Server error", "message": "it broke"}
    lines = [
        {"event": {"label": "GET /health", "checks": [{"failure": None}, {"failure": failure}]}},
        {"event": {"label": "GET /health", "checks": [{"failure": failure}]}},
        {"event": {"label": "GET /ready", "checks": [{"failure": failure}]}},
    ]
    report = tmp_path / "report.ndjson"
    report.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    assert [(one["operation"], one["message"]) for one in violations(report)] == [
        ("GET /health", "it broke"),
        ("GET /ready", "it broke"),
    ]
