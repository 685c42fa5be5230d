"""Tests of `assistant.evaluation.thresholds`."""

from pathlib import Path

import pytest

from assistant.errors import EvaluationError
from assistant.evaluation.metrics import measure
from assistant.evaluation.thresholds import Bound, Missed, load_thresholds, missed

from .material import right, wrong


def write(folder: Path, text: str) -> Path:
    (folder / "thresholds.yaml").write_text(text, "utf-8")
    return folder


def test_bounds_by_metric(tmp_path: Path) -> None:
    assert load_thresholds(tmp_path) == {}
    assert load_thresholds(write(tmp_path, "# none\n")) == {}
    found = load_thresholds(write(tmp_path, "pass_rate: {least: 0.9}\nlatency_p95_ms: {least: 0, most: 500}\n"))
    assert found == {"pass_rate": Bound(least=0.9), "latency_p95_ms": Bound(least=0, most=500)}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("pass_rate: {least: 1}\npas_rate: {least: 1}\n", ":2: 'pas_rate' is no metric: there are pairs, passed"),
        ("pass_rate: {}\n", ":1: pass_rate gives neither least nor most: give one"),
        ("pass_rate:\n  leest: 1\n", ":2: pass_rate.leest is no key that is known here"),
        ("pass_rate: {least: '1'}\n", ":1: pass_rate.least '1' should be a valid number"),
        ("pass_rate: {least: .nan}\n", ":1: pass_rate.least nan should be a finite number"),
        ("pass_rate: 0.9\n", ":1: pass_rate 0.9 should be a valid dictionary"),
        ("- pass_rate\n", ":1: should be a valid dictionary"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        load_thresholds(write(tmp_path, text))
    assert str(caught.value).startswith(f"{tmp_path / 'thresholds.yaml'}{sentence}")


def test_what_is_missed() -> None:
    metrics = measure([right(id="a"), wrong(id="b")])
    kept = {"pass_rate": Bound(least=0.5, most=0.5), "failed": Bound(most=1)}
    assert missed(kept, metrics) == ()
    broken = {"pass_rate": Bound(least=0.51), "failed": Bound(most=0), "abstention_recall": Bound(least=0, most=1)}
    assert missed(broken, metrics) == (
        Missed(metric="pass_rate", value=0.5, bound="least 0.51"),
        Missed(metric="failed", value=1, bound="most 0"),
        Missed(metric="abstention_recall", value=None, bound="least 0 and at most 1"),
    )
