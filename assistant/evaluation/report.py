"""Report: all of a run, as a file that a later run is compared with."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from assistant.errors import EvaluationError
from assistant.evaluation.calibration import Curve
from assistant.evaluation.changes import Changes
from assistant.evaluation.grading import Grades
from assistant.evaluation.metrics import Metrics, measure
from assistant.evaluation.results import PairResult
from assistant.evaluation.suite import Asked
from assistant.evaluation.thresholds import Missed
from assistant.pipeline import Assistant
from assistant.types import Frozen, Hit

SCHEMA_VERSION: Final = 1


class PassageText(Frozen):
    """A passage that was found for some question."""

    article_id: str
    title: str
    start: int
    end: int
    heading_path: tuple[str, ...]
    text: str

    @classmethod
    def of(cls, hit: Hit) -> "PassageText":
        """Return what is kept of `hit`."""
        return cls(
            article_id=hit.article_id,
            title=hit.title,
            start=hit.start,
            end=hit.end,
            heading_path=hit.heading_path,
            text=hit.text,
        )


class Report(Frozen):
    """A run of the suite.

    `version` is that of the package, `tags` are those that were chosen, none for all. `settings` are those of the
    answers' receipts, `articles` the sha256 of the text of every article by id. `passages` holds by id what `results`
    name. `grades` are a language model's, None where none was asked; whether the run is passed does not depend on them.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    version: str
    created: datetime
    path: str
    tags: tuple[str, ...]
    settings: dict[str, str | int | float | bool | None]
    corpus: str
    articles: dict[str, str]
    embedding_model: str
    reader: str
    index: str
    metrics: Metrics
    by_tag: dict[str, Metrics]
    results: tuple[PairResult, ...]
    passages: dict[str, PassageText]
    missed: tuple[Missed, ...] = ()
    changes: Changes | None = None
    calibration: Curve | None = None
    grades: Grades | None = None

    @property
    def ok(self) -> bool:
        """Whether the run is to be taken as passed.

        Every threshold is kept and, beside a baseline, nothing broke; without one, nothing fails that is not known to.
        """
        if self.missed:
            return False
        return not self.changes.broken if self.changes else not self.metrics.failed


def make_report(
    assistant: Assistant,
    asked: Sequence[Asked],
    results: Sequence[PairResult],
    *,
    path: Path,
    tags: Sequence[str],
    version: str,
) -> Report:
    """Return the report of a run by this `version` of the package, without what it is compared with."""
    stats = assistant.stats()
    answers = [one.answer for one in asked if one.answer is not None]
    settings = dict(answers[0].receipt.settings) if answers else {}
    settings.pop("filters", None)
    names = sorted({tag for result in results for tag in result.pair.tags})
    return Report(
        version=version,
        created=datetime.now().astimezone(),
        path=str(path),
        tags=tuple(tags),
        settings=settings,
        corpus=stats.corpus,
        articles={facts.id: facts.sha256 for facts in assistant.articles()},
        embedding_model=stats.embedding_model,
        reader=stats.reader,
        index=stats.index,
        metrics=measure(results),
        by_tag={tag: measure(one for one in results if tag in one.pair.tags) for tag in names},
        results=tuple(results),
        passages={hit.id: PassageText.of(hit) for answer in answers for hit in answer.passages},
    )


def report_json(report: Report) -> str:
    """Return the report as JSON in ASCII, so that no text that it quotes can break the file."""
    return json.dumps(report.model_dump(mode="json"), indent=1) + "\n"


def read_report(path: Path) -> Report:
    """Return the report in the file `path`. Raises EvaluationError for one that is missing or of another version."""
    remedy = "give a report.json that `assistant eval --output DIR` of this version wrote"
    try:
        data = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be read ({error.strerror}): {remedy}") from error
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"{path}: is not JSON ({error}): {remedy}") from error
    found = data.get("schema_version") if isinstance(data, dict) else None
    if found != SCHEMA_VERSION:
        raise EvaluationError(f"{path}: is no report of schema version {SCHEMA_VERSION} but {found!r}: {remedy}")
    try:
        return Report.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise EvaluationError(f"{path}: is no report ({name}: {first['msg']}): {remedy}") from error
