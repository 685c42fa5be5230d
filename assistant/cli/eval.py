"""`assistant eval`: the regression suite of fixed question-answer pairs."""

import json as json_module
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import ValidationError
from rich.table import Table
from rich.text import Text
from typer.core import TyperGroup

from assistant.cli.failures import FAILED, CommandError
from assistant.cli.packages import own_version
from assistant.cli.render import print_wrapped
from assistant.cli.session import Session, session_of
from assistant.cli.terminal import clean, one_line, out, print_json, progress_bar, read_stdin, say
from assistant.errors import BusyError, EvaluationError, NotFoundError
from assistant.locking import check_free
from assistant.settings import Settings
from assistant.types import Answer

if TYPE_CHECKING:
    from assistant.evaluation.calibration import Curve
    from assistant.evaluation.grading import Grader, Grades
    from assistant.evaluation.metrics import Metrics
    from assistant.evaluation.report import Report
    from assistant.evaluation.results import PairResult
    from assistant.evaluation.run import Plan
    from assistant.models.writing import LanguageModel
    from assistant.pipeline import Assistant

DEFAULT_PATH = Path("tests/qa")
_NEW = DEFAULT_PATH / "new.yaml"
_RUN = "run"
_ANSWER_ID = r"[0-9a-f]{32}"
_TAG_WIDTH = 22

_EXAMPLES = """Examples:

  assistant eval

  assistant eval tests/qa --tag date --tag figure --output report

  assistant eval --baseline report/report.json

  assistant ask "Who convened the summit?" --json | assistant eval add -

`assistant eval PATH ...` is short for `assistant eval run PATH ...`, which has the options.

Exit codes: 0 passed, 1 a pair or a threshold failed, 2 wrong usage or a file that cannot be used."""


class _RunByDefault(TyperGroup):
    """A group whose first argument may also be that of `run`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # the class of Typer's contexts is private
        """Put `run` before arguments that begin with no command."""
        names = {*self.commands, *ctx.help_option_names}
        if not ctx.resilient_parsing and (not args or args[0] not in names):
            args = [_RUN, *args]
        return super().parse_args(ctx, args)


evaluation = typer.Typer(cls=_RunByDefault, epilog=_EXAMPLES)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(evaluation, name="eval")


@evaluation.callback()
def default() -> None:
    """Ask the fixed questions and check the answers; without a command, run them."""


@evaluation.command(_RUN)
def run(
    ctx: typer.Context,
    path: Annotated[
        Path | None, typer.Argument(help=f"Folder or file of question-answer pairs; by default {DEFAULT_PATH}.")
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(metavar="TAG", help="Only pairs with this tag; may be given several times.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write report.json, report.html and junit.xml into this folder.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="An earlier report.json: fail for what broke since.")
    ] = None,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Choose the least confidence of an answer and keep it for this folder.")
    ] = False,
    risk: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help="With --calibrate: largest share of unanswerable questions answered."),
    ] = None,
    grade: Annotated[
        bool,
        typer.Option("--grade", help="Let the language model of ASSISTANT_LLM grade the answers too; no grade counts."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Ask the question of every pair and check the answer."""
    if risk is not None and not calibrate:
        raise CommandError("--risk goes with --calibrate")
    if calibrate and tag:
        raise CommandError("--calibrate takes all pairs, as its threshold holds for all questions: leave --tag out")
    from assistant.evaluation.run import make_plan

    plan = make_plan(_pairs_at(path), tag or (), baseline, calibrate=calibrate, risk=risk)
    report = _evaluate(session_of(ctx), plan, grade=grade)
    if output is not None:
        _write(report, output)
    if json:
        print_json(report)
    else:
        show_report(report)
    raise typer.Exit(0 if report.ok else FAILED)


@evaluation.command("add")
def add(
    ctx: typer.Context,
    answer: Annotated[
        str,
        typer.Argument(
            metavar="ANSWER",
            help="The id of an answer that the server gave, or a file of what `ask --json` printed; - is stdin.",
        ),
    ],
    file: Annotated[
        Path, typer.Option(metavar="FILE", help="The file of pairs to append to; its folder must be there.")
    ] = _NEW,
    tag: Annotated[
        list[str] | None, typer.Option(metavar="TAG", help="A tag of the pair; may be given several times.")
    ] = None,
) -> None:
    """Make a pair of an answer, with the quotes that it has now, to be reviewed."""
    from assistant.evaluation.feedback import append_pair, pair_from_answer, pair_yaml, taken_ids

    if file == _NEW and not DEFAULT_PATH.is_dir():
        raise NotFoundError(
            f"the pair would go to {str(_NEW.absolute())!r}, and there is no such folder: make it, or say with"
            " --file FILE where the pair goes"
        )
    if re.fullmatch(_ANSWER_ID, answer) and not Path(answer).exists():
        with session_of(ctx).source() as source:
            given = source.answer(answer)
    else:
        given = _read_answer(answer)
    pair = pair_from_answer(given, taken_ids(file), tag or ())
    append_pair(pair, file)
    out.print(Text(clean(pair_yaml(pair))), end="", soft_wrap=True)
    say(f"Added to {file}: review it.")


@evaluation.command("schema")
def schema() -> None:
    """Print the JSON Schema of the files of pairs, for editors."""
    from assistant.evaluation.pairs import pairs_schema

    typer.echo(json_module.dumps(pairs_schema(), indent=2))


@dataclass(frozen=True)
class _Unhesitating(Session):
    """A session whose assistant answers at any confidence."""

    def settings(self, **overrides: object) -> Settings:
        """Return the settings with threshold 0."""
        return super().settings(**{**overrides, "threshold": 0.0})


def _evaluate(session: Session, plan: "Plan", *, grade: bool) -> "Report":
    from assistant.evaluation.calibration import as_calibration
    from assistant.evaluation.run import evaluate

    model, grader = _grading(session.settings()) if grade else (None, None)

    opened = _Unhesitating(session.home, session.debug) if plan.calibrate else session
    with _assistant(opened, model) as assistant, progress_bar("questions") as bar:
        report = evaluate(assistant, plan, own_version(), bar, grader=grader)
        if report.calibration:
            found = as_calibration(report.calibration, report.reader, report.corpus)
            settings = session.settings()
            say(f"Threshold {found.threshold:.4f} written to {found.save(settings.home)}.")
            if settings.threshold is not None:
                say(f"ASSISTANT_THRESHOLD={settings.threshold:g} comes first as long as it is set.")
    return report


def _grading(settings: Settings) -> "tuple[LanguageModel, Grader]":
    """Return the language model and what grades with it. Raises CommandError where none is set, SettingsError."""
    from assistant.evaluation.grading import Grader
    from assistant.factory import load_language_model
    from assistant.prompts import load_prompts

    prompt = load_prompts(settings.prompts).grade
    model = load_language_model(settings)
    if model is None:
        raise CommandError("--grade needs a language model: set ASSISTANT_LLM to one, such as openai:gpt-5-mini")
    return model, Grader(model, prompt)


@contextmanager
def _assistant(session: Session, model: "LanguageModel | None") -> "Iterator[Assistant]":
    """Give the assistant of the data folder; one that a server owns is not asked over HTTP, where limits hold.

    It writes with `model` and closes it; without one, with that of the settings, if any.
    """
    try:
        check_free(session.settings().home)  # before what follows is imported, which takes seconds
        from assistant.factory import build_assistant

        with progress_bar("bytes") as progress:
            assistant = build_assistant(session.settings(), model=model, notify=say, progress=progress)
    except BusyError as error:
        raise BusyError(
            f"{error}; `assistant --home OTHER eval` evaluates in a folder of its own, into which it reads the corpus"
        ) from error
    with assistant:
        yield assistant


def _pairs_at(path: Path | None) -> Path:
    if path is None and not DEFAULT_PATH.is_dir():
        raise NotFoundError(f"there is no folder {str(DEFAULT_PATH)!r} here: give the folder of the pairs")
    return path or DEFAULT_PATH


def _read_answer(source: str) -> Answer:
    if source == "-":
        text = read_stdin()
    else:
        try:
            text = Path(source).read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise NotFoundError(f"{source}: {error.strerror}: give a file that `ask --json` wrote") from error
        except UnicodeDecodeError as error:
            raise EvaluationError(f"{source}: is not UTF-8: save it as UTF-8") from error
    try:
        return Answer.model_validate(json_module.loads(text))
    except (ValidationError, ValueError, RecursionError) as error:
        name = "stdin" if source == "-" else source
        raise EvaluationError(f"{name}: holds no answer: give what `assistant ask --json` prints") from error


def _write(report: "Report", folder: Path) -> None:
    from assistant.evaluation.files import write_whole
    from assistant.evaluation.html import report_html
    from assistant.evaluation.junit import junit_xml
    from assistant.evaluation.report import report_json

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EvaluationError(f"{folder}: cannot be made ({error.strerror}): give --output another folder") from error
    write_whole(folder / "report.json", report_json(report).encode("ascii"))
    write_whole(folder / "report.html", report_html(report).encode("utf-8"))
    write_whole(folder / "junit.xml", junit_xml(report))
    say(f"Wrote report.json, report.html and junit.xml into {folder}.")


def show_report(report: "Report") -> None:
    """Print the figures by tag, each pair that fails and why, what changed, and the outcome last."""
    out.print(_table(report))
    failing = [one for one in report.results if one.outcome == "failed"]
    if failing:
        _heading(f"Failing ({len(failing)})")
        for result in failing:
            _show_failure(result)
    if better := [one for one in report.results if one.outcome == "passes now"]:
        _heading(f"Passes now ({len(better)})")
        for result in better:
            print_wrapped(Text(one_line(f"{result.pair.id}: {result.note}")), indent=2)
    _show_changes(report)
    if report.calibration:
        _heading("Threshold")
        print_wrapped(Text(_costs(report.calibration)), indent=0)
    out.print()
    for one in report.missed:
        value = "not measured" if one.value is None else f"{one.value:g}"
        out.print(Text(f"{one.metric} is {value}: it must be at {one.bound}", "red"), soft_wrap=True)
    if report.grades:
        print_wrapped(Text(one_line(_graded(report.grades, report.results)), "dim"), indent=0)
    out.print(_outcome(report), soft_wrap=True)


def _table(report: "Report") -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("tag", overflow="fold", max_width=_TAG_WIDTH)
    for head in ("pairs", "passed", "failed", "known", "rate", "F1", "found", "ms"):
        table.add_column(head, justify="right", no_wrap=True)
    for name, metrics in report.by_tag.items():
        table.add_row(*_row(name, metrics))
    table.add_section()
    table.add_row(*_row("all", report.metrics), style="bold")
    return table


def _row(name: str, metrics: "Metrics") -> Sequence[str]:
    shares = (metrics.pass_rate, metrics.citation_f1, metrics.found)
    return (
        name,
        *map(str, (metrics.pairs, metrics.passed, metrics.failed, metrics.known)),
        *("-" if share is None else f"{share:.3f}" for share in shares),
        "-" if metrics.latency_p50_ms is None else f"{metrics.latency_p50_ms:.0f}",
    )


def _show_failure(result: "PairResult") -> None:
    print_wrapped(Text.assemble((result.pair.id, "bold"), "  ", (one_line(result.source), "dim")), indent=0)
    print_wrapped(Text(one_line(result.pair.question)), indent=2)
    for check in result.failures:
        print_wrapped(Text.assemble((f"{check.name}: ", "red"), one_line(check.why)), indent=2)


def _show_changes(report: "Report") -> None:
    changes = report.changes
    if changes is None:
        return
    _heading("Since the baseline")
    for name in ("fixed", "still_failing", "new", "gone"):
        ids: tuple[str, ...] = getattr(changes, name)
        listed = f": {', '.join(ids)}" if ids else ""
        print_wrapped(Text(one_line(f"{name.replace('_', ' ')} {len(ids)}{listed}")), indent=0)
    out.print(Text(f"broken {len(changes.broken)}"))
    for one in changes.broken:
        why = one_line("; ".join(one.details))
        print_wrapped(Text.assemble((one.id, "bold"), " ", (one.cause, "red"), f": {why}"), indent=2)


def _costs(curve: "Curve") -> str:
    chosen = curve.chosen
    aim = "wrong answers and wrong refusals cost the same" if curve.limit is None else f"risk at most {curve.limit:g}"
    return (
        f"{chosen.threshold:.4f} ({aim}): {chosen.wrong_answers} of {curve.unanswerable} unanswerable questions are "
        f"answered; {chosen.wrong_refusals} of {curve.answerable} answerable ones are refused, "
        f"{chosen.refused_right} of which would have been answered rightly."
    )


def _graded(grades: "Grades", results: "Sequence[PairResult]") -> str:
    said = f"{grades.passed} of {grades.graded} pass"
    if grades.differing:
        differ = "1 differs" if len(grades.differing) == 1 else f"{len(grades.differing)} differ"
        said += f"; {differ} from the checks: {', '.join(grades.differing)}"
    if grades.ungraded:
        first = grades.ungraded[0]
        why = next(one.grade.reason for one in results if one.pair.id == first and one.grade)
        said += f"; {len(grades.ungraded)} got no grade, such as {first}: {why}"
    return f"Graded by {grades.model} (a model's judgement, not counted): {said}"


def _outcome(report: "Report") -> Text:
    metrics = report.metrics
    counts = f"{metrics.passed} passed, {metrics.failed} failed, {metrics.known} known"
    said = "Passed" if report.ok else "Not passed"
    if report.changes:
        # Beside a baseline only what broke counts, so pairs that failed before are no contradiction.
        said += " beside the baseline"
        counts += f"; {len(report.changes.broken)} broken, {len(report.changes.fixed)} fixed since the baseline"
    return Text(f"{said}: {counts}", "bold green" if report.ok else "bold red")


def _heading(text: str) -> None:
    out.print()
    out.print(Text(text, "bold"))
