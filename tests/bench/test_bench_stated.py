"""Tests of `bench.stated`."""

import json
from pathlib import Path

import pytest

from assistant.models.entailment.runtime import ENTAILMENT_FOLDER, EntailmentNetwork
from bench.stated import Stated, judge, summary


def test_each_statement_is_judged_beside_its_own_sentences(tmp_path: Path) -> None:
    passage = {
        "title": "Salt mine",
        "heading": "Sales",
        "sentences": ["The mine sold 40 tonnes of salt in May.", "Its owner left for Perth in June."],
        "ok": [{"text": "The mine sold 40 tonnes of salt in May.", "of": [0]}],
        "bad": [{"text": "The mine sold 40 tonnes of salt in May.", "of": [1]}],
    }
    path = tmp_path / "passages.jsonl"
    path.write_text(json.dumps(passage), "utf-8")
    right, wrong = judge(EntailmentNetwork(ENTAILMENT_FOLDER), [path])
    assert (right.supported, right.tenths) == (True, 9)
    assert (wrong.supported, wrong.tenths) == (False, 3)
    assert right.logit > wrong.logit


def test_figures() -> None:
    right = [Stated(3.0, 10, supported=True), Stated(1.0, 5, supported=True)]
    wrong = [Stated(2.0, 9, supported=False), Stated(0.0, 5, supported=False)]
    lines = summary([*right, *wrong])
    assert lines[0] == "2 statements that the passage states, 2 that it does not"
    assert [float(line.split()[-1]) for line in lines[1:4]] == pytest.approx([0.75, 0.5, 0.625])
    assert lines[4].endswith("0.5000 of the right, 0.5000 of the wrong ones")
