"""Figures of a run, by the scorers in ../shared, which are third party here and run as they stand."""

import json
import math
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from bench.pipelines import ANSWERS, FIGURES, QUESTIONS, BenchError
from bench.sets import QuestionSet, Record, fact_scorer, read_lines, span_scorer, write_lines

Figures = dict[str, float | None]

# What score.py can say without gold spans.
_WITHOUT_GOLD = ("quote_exact", "auroc", "wrong_answer", "wrong_abstain", "ms_p50", "ms_p95")
_TALLY = re.compile(r"^(answerable|unanswerable) right (\d+)/(\d+)$", re.MULTILINE)
_NO_LIMIT = 10**9


def score_run(data: QuestionSet, run: Path) -> Figures:
    """Return the figures of the run that `bench.pipelines.measure` wrote to `run`."""
    own = json.loads((run / FIGURES).read_text("utf-8"))
    figures: Figures = {
        "characters_per_s": own["characters"] / own["ingest_s"],
        "characters_per_cpu_s": own["characters"] / own["ingest_cpu_s"],
        "load_s": own["load_s"],
        "peak_mib": own["peak_bytes"] / 2**20,
    }
    return figures | score_answers(data.gold, data.path, run)


def score_answers(gold: Literal["spans", "facts"], articles: Path, run: Path) -> Figures:
    """Return the figures of the questions and answers in `run`, whose gold is as in QuestionSet.

    `articles` is the folder of the articles.jsonl in which the offsets of gold spans count.
    """
    questions = read_lines(run / QUESTIONS)
    if gold == "spans":
        return score_spans(articles, run, questions)
    # Offsets count in the texts as this pipeline read them, so quotes are checked against those.
    blind = [question | {"gold": []} for question in questions]
    scored = score_spans(run, run, blind)
    figures: Figures = {key: scored[key] for key in _WITHOUT_GOLD if key in scored}
    figures |= score_facts(run)
    figures["facts_any_length"] = score_facts(run, _NO_LIMIT).get("facts")
    return figures


def score_spans(articles: Path, run: Path, questions: Sequence[Record]) -> Figures:
    """Return what score.py prints for `questions`, NaN as None; nothing where none of them is answerable.

    `articles` is the folder of the articles.jsonl in which offsets count.
    """
    if not any(question["answerable"] for question in questions):
        return {}
    scratch = run / "scored.jsonl"
    write_lines(scratch, questions)
    said = _run(span_scorer(), str(articles), str(run / ANSWERS), "--questions", str(scratch), "--json")
    return {key: None if math.isnan(value) else value for key, value in json.loads(said).items()}


def score_facts(run: Path, limit: int | None = None) -> Figures:
    """Return the shares that score_facts.py calls right, quotes of at most `limit` characters (its own default)."""
    extra = () if limit is None else ("--limit", str(limit))
    return parse_facts(_run(fact_scorer(), str(run / QUESTIONS), str(run / ANSWERS), *extra))


def parse_facts(printed: str) -> Figures:
    """Return the shares of right answers in what score_facts.py printed: facts, facts_answerable, facts_unanswerable.

    Raises BenchError when it is not what that prints.
    """
    tally = {kind: (int(right), int(asked)) for kind, right, asked in _TALLY.findall(printed)}
    if set(tally) != {"answerable", "unanswerable"}:
        raise BenchError(f"score_facts.py printed something else than its two tallies: {printed!r}")
    both = [sum(column) for column in zip(*tally.values(), strict=True)]
    return {
        "facts": _share(*both),
        "facts_answerable": _share(*tally["answerable"]),
        "facts_unanswerable": _share(*tally["unanswerable"]),
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _run(script: Path, *args: str) -> str:
    done = subprocess.run([sys.executable, str(script), *args], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"{script.name} failed: {done.stderr.strip()[-500:]}")
    return done.stdout
