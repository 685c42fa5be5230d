"""What a pipeline under test must do, and how one is run and measured in a process of its own."""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypedDict

from bench.sets import SETS, QuestionSet, Record, write_lines

ANSWERS, ARTICLES, QUESTIONS, FIGURES = "answers.jsonl", "articles.jsonl", "questions.jsonl", "figures.json"
WARM_UP = "What is said about the weather on the day before yesterday?"
_TELL_EVERY = 50


class BenchError(Exception):
    """The benchmark cannot go on; the message says why."""


class Span(TypedDict):
    """A run of code points of an article."""

    article_id: str
    start: int
    end: int


class Quote(Span):
    """A span with its text."""

    quote: str


@dataclass(frozen=True)
class Reply:
    """What the scorers read of an answer: passages best first."""

    status: str
    confidence: float
    citations: list[Quote]
    passages: list[Span]


class Pipeline(Protocol):
    """Takes a set's articles in, then answers its questions."""

    def ingest(self, data: QuestionSet) -> None:
        """Take in the articles of the set."""
        ...

    def ask(self, question: str) -> Reply:
        """Answer one question."""
        ...

    def texts(self) -> Mapping[str, str]:
        """Return the articles' texts by id, as the offsets of replies count in them."""
        ...


@dataclass(frozen=True)
class Workplace:
    """Where a pipeline keeps its data, where prepared models lie, and how many cores a model may use."""

    home: Path
    models: Path
    threads: int


Open = Callable[[Workplace], AbstractContextManager[Pipeline]]


def say(line: str) -> None:
    """Write a line of progress to stderr."""
    print(line, file=sys.stderr, flush=True)


def peak_memory() -> int:
    """Return the most bytes that this process has held so far.

    Linux counts what the process that started this one held, so that one has to stay small.
    """
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def measure(open_pipeline: Open, data: QuestionSet, place: Workplace, output: Path, limit: int | None) -> None:
    """Run one pipeline over one set; write answers, the texts they quote, the questions and the figures to `output`.

    The figures: load_s (imports and models), ingest_s, ingest_cpu_s (of all threads), characters (of the source files),
    peak_bytes. Each question is asked once, after one that is not of the set; its time is the wall time of the call.
    """
    questions = data.questions(limit)
    began = time.perf_counter()
    with open_pipeline(place) as pipeline:
        loaded, worked = time.perf_counter(), time.process_time()
        pipeline.ingest(data)
        ingested, done = time.perf_counter(), time.process_time()
        say(f"  ingested in {ingested - loaded:.1f} s")
        pipeline.ask(WARM_UP)
        answers = []
        for number, question in enumerate(questions, 1):
            asked = time.perf_counter()
            reply = pipeline.ask(question["question"])
            taken = (time.perf_counter() - asked) * 1000
            answers.append({"id": question["id"], **vars(reply), "timings_ms": {"total": round(taken, 3)}})
            if number % _TELL_EVERY == 0 or number == len(questions):
                say(f"  {number}/{len(questions)} questions")
        figures = {
            "load_s": loaded - began,
            "ingest_s": ingested - loaded,
            "ingest_cpu_s": done - worked,
            "peak_bytes": peak_memory(),
            "characters": sum(map(len, data.texts().values())),
        }
        _write(output, answers, pipeline.texts(), questions, figures)


def _write(
    output: Path,
    answers: Iterable[Record],
    texts: Mapping[str, str],
    questions: Iterable[Record],
    figures: Mapping[str, float],
) -> None:
    output.mkdir(parents=True, exist_ok=True)
    write_lines(output / ANSWERS, answers)
    write_lines(output / ARTICLES, ({"id": one, "title": one, "text": text} for one, text in texts.items()))
    write_lines(output / QUESTIONS, questions)
    (output / FIGURES).write_text(json.dumps(figures), "utf-8")


def main(open_pipeline: Open, description: str | None) -> None:
    """Run the pipeline as the command line says."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--set", required=True, choices=SETS, help="which questions")
    parser.add_argument("--output", required=True, type=Path, metavar="FOLDER", help="where answers and figures go")
    parser.add_argument("--models", type=Path, help="folder of prepared models; default OUTPUT/models")
    parser.add_argument("--limit", type=int, help="ask the first questions only")
    parser.add_argument("--threads", type=int, default=2, help="cores that a model may use; default 2")
    args = parser.parse_args()
    output = args.output.resolve()
    models = (args.models or output / "models").resolve()
    measure(open_pipeline, SETS[args.set], Workplace(output / "home", models, args.threads), output, args.limit)
