import json
from pathlib import Path

import pytest

from bench import sets
from bench.pipelines import BenchError
from bench.scoring import parse_facts, score_facts, score_run
from bench.sets import SETS, write_lines

# Prints how it was called and what it was given, in place of the scorer of the same name.
_SPANS = """
import json, sys
folder, answers, _, questions, flag = sys.argv[1:]
asked = [json.loads(line) for line in open(questions, encoding="utf-8")]
assert flag == "--json" and all("gold" in q for q in asked)
print(json.dumps({"questions": len(asked), "cite_f1": 0.5, "quote_exact": float("nan"), "ms_p50": 7.0}))
"""
_FACTS = """
import sys
right = 3 if "--limit" in sys.argv else 1
print(f"answerable right {right}/3")
print("unanswerable right 0/1")
print("right 0.25")
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run over three answerable questions and one that is not, and scorers that only count."""
    monkeypatch.setattr(sets, "SHARED", tmp_path)
    (tmp_path / "eval").mkdir()
    (tmp_path / "eval" / "score.py").write_text(_SPANS, "utf-8")
    (tmp_path / "eval" / "score_facts.py").write_text(_FACTS, "utf-8")
    folder = tmp_path / "run"
    folder.mkdir()
    questions = [{"id": f"q{number}", "answerable": number != 3, "gold": [{"quote": "x"}]} for number in range(4)]
    write_lines(folder / "questions.jsonl", questions)
    write_lines(folder / "answers.jsonl", [{"id": q["id"], "status": "abstained"} for q in questions])
    figures = {"load_s": 1.5, "ingest_s": 4.0, "ingest_cpu_s": 2.0, "characters": 1000, "peak_bytes": 3 * 2**20}
    (folder / "figures.json").write_text(json.dumps(figures), "utf-8")
    return folder


def test_figures_of_a_set_with_spans(run: Path) -> None:
    assert score_run(SETS["clapnq"], run) == {
        "characters_per_s": 250.0,
        "characters_per_cpu_s": 500.0,
        "load_s": 1.5,
        "peak_mib": 3.0,
        "questions": 4,
        "cite_f1": 0.5,
        "quote_exact": None,
        "ms_p50": 7.0,
    }


def test_a_set_with_facts_takes_nothing_that_needs_gold_spans(run: Path) -> None:
    figures = score_run(SETS["seed"], run)
    assert "cite_f1" not in figures
    assert figures["ms_p50"] == 7.0
    assert figures["facts"] == 0.25
    assert figures["facts_answerable"] == 1 / 3
    assert figures["facts_any_length"] == 0.75


def test_a_scorer_that_fails_is_named(run: Path) -> None:
    (run.parent / "eval" / "score.py").write_text("raise SystemExit('no such set')", "utf-8")
    with pytest.raises(BenchError, match=r"score\.py failed: no such set"):
        score_run(SETS["clapnq"], run)


def test_tallies_become_shares() -> None:
    told = "m001 why -- lacks\nanswerable right 28/35\nunanswerable right 10/15\nright 0.760\n"
    assert parse_facts(told) == {"facts": 0.76, "facts_answerable": 0.8, "facts_unanswerable": 10 / 15}


def test_a_kind_that_was_not_asked_has_no_share() -> None:
    told = "answerable right 3/4\nunanswerable right 0/0\nright 0.750\n"
    assert parse_facts(told) == {"facts": 0.75, "facts_answerable": 0.75, "facts_unanswerable": None}


def test_other_output_is_refused() -> None:
    with pytest.raises(BenchError, match="two tallies"):
        parse_facts("right 0.750\n")


@pytest.mark.skipif(not sets.fact_scorer().is_file(), reason="needs ../shared/eval/score_facts.py")
def test_the_real_scorer_prints_what_is_parsed(tmp_path: Path) -> None:
    question = {"question": "?", "answerable": True, "must_contain": ["iron"]}
    write_lines(tmp_path / "questions.jsonl", [question | {"id": "a"}, question | {"id": "b"}])
    answered = {"status": "answered", "citations": [{"quote": "Iron " + "and steel " * 200}]}
    short = {"status": "answered", "citations": [{"quote": "pig iron"}]}
    write_lines(tmp_path / "answers.jsonl", [answered | {"id": "a"}, short | {"id": "b"}])
    assert score_facts(tmp_path)["facts"] == 0.5
    assert score_facts(tmp_path, 10**6)["facts"] == 1.0
