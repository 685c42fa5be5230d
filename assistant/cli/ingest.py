"""`assistant ingest`: files and folders -> articles."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from assistant.cli.failures import FAILED, CommandError
from assistant.cli.session import session_of
from assistant.cli.terminal import one_line, out, print_json, progress_bar, say

if TYPE_CHECKING:
    from assistant.ingestion import IngestReport

_EXAMPLES = """Examples:

  assistant ingest reports/ notes.pdf

  assistant ingest articles.jsonl --json"""

_LISTED = 10


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ingest", epilog=_EXAMPLES)(ingest)


def ingest(
    ctx: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files or folders.")],
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Read articles into the data folder; a folder that was read before is brought up to date."""
    for path in paths:
        if not path.strip():
            raise CommandError("a path is empty: name a file or a folder")
        if path.lower().startswith(("http://", "https://")):
            raise CommandError(f"{path!r} is an address: save the page and ingest the file")
    with session_of(ctx).assistant(fill=False) as assistant, progress_bar("bytes") as progress:
        report = assistant.ingest([Path(path) for path in paths], progress)
    if json:
        print_json(report)
    else:
        show_report(report)
    for failure in report.failed:
        line = f":{failure.line}" if failure.line else ""
        say(f"failed: {failure.path}{line}: {failure.reason}")
    if report.failed:
        raise typer.Exit(FAILED)


def show_report(report: "IngestReport") -> None:
    """Print how many articles had which outcome, with the ids of those that changed."""
    outcomes = [
        ("added", report.added),
        ("updated", report.updated),
        ("unchanged", report.unchanged),
        ("removed", report.removed),
        ("duplicates", tuple(f"{one.article_id} (same text as {one.same_as})" for one in report.duplicates)),
        ("failed", report.failed),
    ]
    for name, those in outcomes:
        out.print(Text(f"{name:<11}{len(those):>6}"))
        if name in ("added", "updated", "removed", "duplicates"):
            for one in those[:_LISTED]:
                out.print(Text(f"    {one_line(str(one))}"), soft_wrap=True)
            if len(those) > _LISTED:
                out.print(Text(f"    and {len(those) - _LISTED:,} more"))
    if report.passages:
        out.print(Text(f"{report.passages:,} passages, {report.characters:,} characters taken in"))
