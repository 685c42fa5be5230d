"""Asking the question of a pair, and judging the answer."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from assistant.conversation import Turn, turn_of
from assistant.errors import NotFoundError
from assistant.evaluation.checks import Check, check_answer
from assistant.evaluation.metrics import first_rank, overlap
from assistant.evaluation.pairs import Entry
from assistant.evaluation.results import Given, Outcome, PairResult
from assistant.evaluation.spans import Lookup
from assistant.ingestion import Progress
from assistant.pipeline import Assistant
from assistant.types import Answer, Article


@dataclass(frozen=True)
class Asked:
    """A pair with the answer to its question, or the error that came instead; `ms` is the time that question took."""

    entry: Entry
    answer: Answer | None = None
    error: str = ""
    ms: float | None = None


def article_lookup(assistant: Assistant) -> Lookup:
    """Return a function that gives the article of an id, None where there is none; each is read once."""

    @cache
    def look_up(article_id: str) -> Article | None:
        try:
            return assistant.article(article_id)
        except NotFoundError:
            return None

    return look_up


def ask_all(assistant: Assistant, entries: Sequence[Entry], progress: Progress | None = None) -> list[Asked]:
    """Ask the question of every pair; a question that fails does not end the run."""
    asked = []
    for done, entry in enumerate(entries):
        if progress:
            progress(done, len(entries), entry.pair.id)
        asked.append(ask(assistant, entry))
    if progress:
        progress(len(entries), len(entries), "")
    return asked


def ask(assistant: Assistant, entry: Entry) -> Asked:
    """Ask the question of a pair, and before it, in the same conversation, those that it follows."""
    pair = entry.pair
    began = time.perf_counter()
    try:
        turns: list[Turn] = []
        for earlier in pair.after:
            turns.append(turn_of(assistant.ask(earlier, pair.filters, turns)))
        began = time.perf_counter()
        answer = assistant.ask(pair.question, pair.filters, turns)
    except Exception as error:  # noqa: BLE001  # one question must not end the run for the others
        return Asked(entry, error=f"{type(error).__name__}: {error}", ms=_since(began))
    return Asked(entry, answer, ms=_since(began))


def judge(asked: Asked, lookup: Lookup) -> PairResult:
    """Return what the checks and metrics say of an answer."""
    pair, answer, source = asked.entry.pair, asked.answer, asked.entry.where()
    if answer is None:
        checks: tuple[Check, ...] = (Check(name="asked", expected="an answer", passed=False, why=asked.error),)
    else:
        checks = check_answer(pair.expect, answer, lookup)
    passed = all(check.passed for check in checks)
    outcome: Outcome = "passed" if passed else "failed"
    if pair.known:
        outcome = "passes now" if passed else "known"
    return PairResult(
        pair=pair,
        source=source,
        outcome=outcome,
        note="passes now: remove known" if outcome == "passes now" else "",
        checks=checks,
        given=Given.of(answer) if answer else None,
        rank=first_rank(pair.expect, answer.passages if answer else (), lookup),
        overlap=overlap(pair.expect, answer.citations if answer else (), lookup),
        ms=asked.ms,
    )


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 3)
