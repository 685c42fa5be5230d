"""Answers of an assistant to a question set: asked in this process, timed, and scored by the scorers of ../shared."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.pipeline import Assistant
from bench.homes import Gold, Home
from bench.neighbours import Neighbours
from bench.pipelines import ANSWERS, ARTICLES, QUESTIONS, WARM_UP, say
from bench.scoring import Figures, score_answers
from bench.sets import Record, write_lines

# What the scorers say of each kind of gold.
RANKING = ("passage_recall@1", "passage_recall@5")
TIMES = ("ms_p50", "ms_p95")
_JUDGED = ("auroc", "wrong_answer", "wrong_abstain")
_QUOTED = ("cite_p", "cite_f1", "cite_hit")
SHOWN: dict[Gold, tuple[str, ...]] = {
    "spans": (*RANKING, *_QUOTED, *_JUDGED, *TIMES),
    "facts": (*_JUDGED, "facts", "facts_answerable", *TIMES),
    "articles": RANKING,
}

_SPAN = {"article_id", "start", "end"}
_SCORED: dict[str, Any] = {
    "status": True,
    "confidence": True,
    "citations": {"__all__": {*_SPAN, "quote"}},
    "passages": {"__all__": _SPAN},
    "timings_ms": True,
}
_TELL_EVERY = 100


@dataclass(frozen=True)
class Answers:
    """What was answered to the questions, as the scorers read it, and the cores that other processes took meanwhile."""

    questions: Sequence[Record]
    records: Sequence[Record]
    others: float | None


def ask(assistant: Assistant, questions: Sequence[Record]) -> Answers:
    """Ask each question once, after one that is not of the set."""
    assistant.ask(WARM_UP)
    neighbours = Neighbours()
    records = []
    for number, question in enumerate(questions, 1):
        answer = assistant.ask(question["question"])
        records.append(answer.model_dump(mode="json", include=_SCORED) | {"id": question["id"]})
        if number % _TELL_EVERY == 0:
            say(f"    {number}/{len(questions)} questions")
    return Answers(questions, records, neighbours.cores())


def score(home: Home, answers: Answers, questions: Sequence[Record] | None = None) -> Figures:
    """Return the figures of the answers to `questions`, or to all that were asked."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        run = Path(scratch)
        write_lines(run / ANSWERS, answers.records)
        write_lines(run / ARTICLES, home.articles())
        write_lines(run / QUESTIONS, answers.questions if questions is None else questions)
        if home.gold == "facts":
            return score_answers("facts", run, run)
        figures = score_answers("spans", run, run)
    return {key: figures[key] for key in RANKING if key in figures} if home.gold == "articles" else figures
