"""Runs one pipeline over the follow-up questions: `python -m bench.followups --pipeline project --output FOLDER`.

Of each conversation the last question counts, where it can be answered and something was said before it. Figures are
shares of its gold passages, which are whole articles here: those that the first 5 passages found come from, and those
among the first 5 articles found. Half 0 of the questions chose this project's rules and weights; the other did not.

The peer is that of `bench.run_peer`. It takes one text: the last question, or all questions of the user in a row.
This project rewrites the question and gives its search the context; beside that stand the simpler ways of asking the
same search. "Unrelated" asks the questions that name their own topic after another conversation, as they might be
asked by someone who changes the subject: there nothing may be lost against the last question alone.
"""

import argparse
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.pipelines import BenchError, Workplace, say
from bench.sets import QuestionSet, Record, half_of, read_lines
from bench.tables import Measure

if TYPE_CHECKING:
    from assistant.conversation import Standalone, Turn

# Nothing heavy is imported here: see `pipelines.peak_memory`.

FOLLOWUPS = "followups"
SET = QuestionSet(FOLLOWUPS, f"eval/{FOLLOWUPS}", "articles.jsonl", "spans")
PIPELINES = ("project", "peer")
PASSAGES, ARTICLES = "passages@5", "articles@5"
MEASURES = (Measure(PASSAGES, "gold in the first 5 passages"), Measure(ARTICLES, "gold in the first 5 articles"))
ALONE, JOINED, TWICE, OURS, UNRELATED = (
    "last question alone",
    "all questions joined",
    "last question twice, the one before once",
    "this project",
    "this project, unrelated conversation",
)
UNRELATED_ALONE = "last question alone, of the same"
HALVES = ("fitted on", "not fitted on", "all")

_ANSWERABLE = ("ANSWERABLE", "PARTIAL")
_FIRST = 5
# So many passages hold 5 articles but where one article takes most places.
_DEEP = 40
_TELL_EVERY = 50
# This project's abstentions have no answer text; those of the assistant in these conversations are recognised by it.
_REFUSAL = re.compile(
    r"\bdo(?:n't| not) (?:currently )?(?:have|provide|know)|\bsorry\b|apologi|unable to|not clear|need more|"
    r"cannot (?:find|answer|provide)|not sure|how can i (?:help|assist)",
    re.IGNORECASE,
)
_LONGEST_REFUSAL = 400


@dataclass(frozen=True)
class Case:
    """A question, the ids of the articles that answer it, and the turns before it as (role, text)."""

    id: str
    question: str
    gold: frozenset[str]
    said: tuple[tuple[str, str], ...]

    @property
    def asked(self) -> tuple[str, ...]:
        """What the user said before."""
        return tuple(text for role, text in self.said if role == "user" and text.strip())


# What a pipeline finds for a text and its context: article ids of the passages, best first.
Find = Callable[[str, Sequence[str]], list[str]]


def missing() -> list[Path]:
    """Return what is not there of the set."""
    return [path for path in (SET.path / SET.articles, SET.questions_file) if not path.is_file()]


def read_cases(limit: int | None = None) -> list[Case]:
    """Return the first `limit` follow-up questions that have gold passages, or all."""
    asked = (one for one in read_lines(SET.questions_file) if one["answerability"] in _ANSWERABLE)
    cases = [_case(one) for one in asked if one["gold"] and one["turns"]]
    return [case for case in cases if case.asked][:limit]


def _case(record: Record) -> Case:
    said = tuple((turn["role"], turn["text"]) for turn in record["turns"])
    return Case(record["id"], record["question"], frozenset(record["gold"]), said)


def turns_of(said: Iterable[tuple[str, str]]) -> "list[Turn]":
    """Return the turns of a conversation, each question rewritten from those before it, refusals without an answer."""
    from assistant.conversation import Turn, standalone

    turns: list[Turn] = []
    asked: str | None = None
    for role, text in said:
        if role == "user":
            asked = text
        elif asked is not None:
            refused = len(text) < _LONGEST_REFUSAL and _REFUSAL.search(text)
            rewritten = standalone(asked, turns).question
            turns.append(Turn(question=asked, standalone_question=rewritten, answer="" if refused else text))
            asked = None
    return turns


def share(found: Sequence[str], gold: frozenset[str]) -> float:
    """Return what share of `gold` is in `found`."""
    return len(gold & set(found)) / len(gold)


def project_figures(cases: Sequence[Case], find: Find) -> dict[str, Any]:
    """Return the figures of the project's search by way of asking and half, and how many questions each half has."""
    asked = [rewrite(case.question, case.said) for case in cases]
    # The conversation half the set away; neighbours in the file may be about one subject.
    others = [cases[(i + len(cases) // 2) % len(cases)] for i in range(len(cases))]
    after_other = [rewrite(case.question, other.said) for case, other in zip(cases, others, strict=True)]
    own = [i for i in range(len(cases)) if not (asked[i].rewritten or after_other[i].rewritten)]
    ways: dict[str, tuple[list[Case], list[tuple[str, Sequence[str]]]]] = {
        ALONE: (list(cases), [(case.question, ()) for case in cases]),
        JOINED: (list(cases), [(" ".join([*case.asked, case.question]), ()) for case in cases]),
        TWICE: (list(cases), [(" ".join([case.asked[-1], case.question, case.question]), ()) for case in cases]),
        OURS: (list(cases), [(one.question, one.context) for one in asked]),
        UNRELATED_ALONE: ([cases[i] for i in own], [(cases[i].question, ()) for i in own]),
        UNRELATED: ([cases[i] for i in own], [(after_other[i].question, after_other[i].context) for i in own]),
    }
    return {name: _by_half(name, some, texts, find) for name, (some, texts) in ways.items()}


def peer_figures(cases: Sequence[Case], find: Find) -> dict[str, Any]:
    """Return the figures of the peer by what it is asked, and half."""
    ways = {
        ALONE: [(case.question, ()) for case in cases],
        JOINED: [(" ".join([*case.asked, case.question]), ()) for case in cases],
    }
    return {name: _by_half(name, cases, texts, find, deep=False) for name, texts in ways.items()}


def rewrite(question: str, said: Iterable[tuple[str, str]]) -> "Standalone":
    """Return the question as this project asks it after what was said."""
    from assistant.conversation import standalone

    return standalone(question, turns_of(said))


def _by_half(
    name: str, cases: Sequence[Case], texts: Sequence[tuple[str, Sequence[str]]], find: Find, *, deep: bool = True
) -> dict[str, Any]:
    say(f"  {name}")
    rows: list[tuple[int, float, float]] = []
    for number, (case, (text, context)) in enumerate(zip(cases, texts, strict=True), 1):
        found = find(text, context)
        distinct = list(dict.fromkeys(found))[:_FIRST]
        rows.append((half_of(case.id), share(found[:_FIRST], case.gold), share(distinct, case.gold)))
        if number % _TELL_EVERY == 0:
            say(f"    {number}/{len(cases)} questions")
    halves = {half: [row for row in rows if half == "all" or HALVES[row[0]] == half] for half in HALVES}
    return {half: _figures(some, deep=deep) for half, some in halves.items()}


def _figures(rows: Sequence[tuple[int, float, float]], *, deep: bool) -> dict[str, float | None]:
    if not rows:
        return {"questions": 0, PASSAGES: None, ARTICLES: None}
    means = [sum(column) / len(rows) for column in list(zip(*rows, strict=True))[1:]]
    return {"questions": len(rows), PASSAGES: means[0], ARTICLES: means[1] if deep else None}


@contextmanager
def open_project(place: Workplace) -> Iterator[Find]:
    """Give the search of this project over the set."""
    from assistant.catalog import Catalog
    from assistant.chunking import Chunker
    from assistant.factory import load_embedder
    from assistant.ingestion import Ingestion
    from assistant.retrieval import HybridRetriever
    from assistant.settings import load_settings
    from assistant.types import Filters

    place.home.mkdir(parents=True, exist_ok=True)
    embedder = load_embedder(load_settings(home=place.home, models=place.models, threads=place.threads))
    catalog = Catalog(place.home / "catalog.sqlite")
    try:
        catalog.claim_model(embedder.identity)
        report = Ingestion(catalog, None, embedder, Chunker(embedder.count_tokens)).ingest(SET.files())
        if report.failed:
            raise BenchError(f"{len(report.failed)} articles failed, first {report.failed[0]}")
        retriever = HybridRetriever(catalog, None, embedder)
        yield lambda text, context: [
            hit.article_id for hit in retriever.retrieve(text, Filters(), _DEEP, context=context)
        ]
    finally:
        catalog.close()


@contextmanager
def open_peer(place: Workplace) -> Iterator[Find]:
    """Give the peer over the set."""
    from bench.run_peer import Tutorial

    peer = Tutorial(place)
    peer.ingest(SET)
    yield lambda text, _: [span["article_id"] for span in peer.ask(text).passages]


def main(argv: Sequence[str] | None = None) -> None:
    """Measure one pipeline and write its figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pipeline", required=True, choices=PIPELINES)
    parser.add_argument("--output", required=True, type=Path, metavar="FOLDER", help="where data and figures go")
    parser.add_argument("--models", required=True, type=Path, help="folder of prepared models")
    parser.add_argument("--limit", type=int, help="ask the first questions only")
    parser.add_argument("--threads", type=int, default=2, help="cores that a model may use; default 2")
    args = parser.parse_args(argv)
    args.output.mkdir(parents=True, exist_ok=True)
    place = Workplace(args.output.resolve() / "home", args.models.resolve(), args.threads)
    cases = read_cases(args.limit)
    if args.pipeline == "project":
        with open_project(place) as find:
            figures = project_figures(cases, find)
    else:
        with open_peer(place) as find:
            figures = peer_figures(cases, find)
    (args.output / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
