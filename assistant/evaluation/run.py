"""A run from files to report: what is wrong in the files is told before anything slow begins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import EvaluationError
from assistant.evaluation.calibration import Curve, at_threshold, calibrate, sample
from assistant.evaluation.changes import compare
from assistant.evaluation.grading import Grader, grade_all
from assistant.evaluation.pairs import Entry, load_pairs
from assistant.evaluation.places import check_places, excused_by
from assistant.evaluation.report import Report, make_report, read_report
from assistant.evaluation.spans import Lookup
from assistant.evaluation.suite import Asked, article_lookup, ask_all, judge
from assistant.evaluation.thresholds import Bound, load_thresholds, missed
from assistant.ingestion import Progress
from assistant.pipeline import Assistant


@dataclass(frozen=True)
class Plan:
    """What a run asks and what it is held to.

    `entries` are all pairs in the files, `chosen` those that are asked. With `calibrate` the assistant has to answer at
    any confidence; `risk` is then the largest share of unanswerable questions that may be answered, None for equal
    costs.
    """

    path: Path
    tags: tuple[str, ...]
    entries: tuple[Entry, ...]
    chosen: tuple[Entry, ...]
    bounds: dict[str, Bound]
    baseline: Report | None = None
    calibrate: bool = False
    risk: float | None = None


def make_plan(
    path: Path,
    tags: Sequence[str] = (),
    baseline: Path | None = None,
    *,
    calibrate: bool = False,
    risk: float | None = None,
) -> Plan:
    """Read pairs, thresholds and baseline. Raises EvaluationError that names the file and, where known, the line."""
    entries = load_pairs(path)
    chosen = tuple(one for one in entries if not tags or {*tags} & {*one.pair.tags})
    if not chosen:
        raise EvaluationError(f"{path}: no pair has the tag {' or '.join(tags)}: correct it")
    # A part of the pairs cannot be held to what the whole must reach.
    bounds = load_thresholds(path) if path.is_dir() and not tags else {}
    before = read_report(baseline) if baseline else None
    return Plan(path, tuple(tags), entries, chosen, bounds, before, calibrate, risk)


def evaluate(
    assistant: Assistant,
    plan: Plan,
    version: str,
    progress: Progress | None = None,
    *,
    grader: Grader | None = None,
) -> Report:
    """Return the report of a run by this `version` of the package.

    `grader` judges the answers as well, which decides nothing.

    Raises EvaluationError for a pair that names what the catalog does not hold.
    """
    lookup = article_lookup(assistant)
    check_places(plan.entries, lookup, excused_by(plan.baseline, lookup))
    asked = ask_all(assistant, plan.chosen, progress)
    curve = None
    if plan.calibrate:
        curve, asked = _calibrated(asked, lookup, plan.risk)
    results, grades = [judge(one, lookup) for one in asked], None
    if grader is not None:
        results, grades = grade_all(grader, results, progress)
    report = make_report(assistant, asked, results, path=plan.path, tags=plan.tags, version=version)
    ids = {one.pair.id for one in plan.entries}
    return report.model_copy(
        update={
            "missed": missed(plan.bounds, report.metrics),
            "changes": compare(plan.baseline, report, ids) if plan.baseline else None,
            "calibration": curve,
            "grades": grades,
        }
    )


def _calibrated(asked: Sequence[Asked], lookup: Lookup, limit: float | None) -> tuple[Curve, list[Asked]]:
    """Return the curve of answers given at threshold 0, and what they would have been at the chosen threshold."""
    samples = [sample(judge(one, lookup)) for one in asked]
    curve = calibrate((one for one in samples if one is not None), limit)
    at = curve.chosen.threshold
    return curve, [replace(one, answer=at_threshold(one.answer, at)) if one.answer else one for one in asked]
