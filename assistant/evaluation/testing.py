"""Pairs as pytest tests: `parametrize("entry", pair_params(folder))`, then `assert_holds(assistant, entry)`."""

from pathlib import Path
from typing import Any

from assistant.evaluation.pairs import Entry, load_pairs
from assistant.evaluation.suite import article_lookup, ask, judge
from assistant.pipeline import Assistant


def pair_params(path: Path) -> list[Any]:
    """Return one pytest parameter a pair of the file or folder, named by its id; a known failure is marked xfail.

    Raises EvaluationError that names file and line. Needs pytest, which the package itself does not.
    """
    import pytest

    return [
        pytest.param(
            entry,
            id=entry.pair.id,
            marks=[pytest.mark.xfail(reason=entry.pair.known, strict=False)] if entry.pair.known else [],
        )
        for entry in load_pairs(path)
    ]


def assert_holds(assistant: Assistant, entry: Entry) -> None:
    """Ask the pair's question; raise AssertionError that names file, line, question and every check that failed."""
    result = judge(ask(assistant, entry), article_lookup(assistant))
    whys = "\n".join(f"{check.name}: {check.why}" for check in result.failures)
    if not result.passed:
        raise AssertionError(f"{result.source}\n{entry.pair.question}\n{whys}")
