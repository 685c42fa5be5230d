"""`assistant ingest`: files, folders and URLs -> articles."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from assistant.cli.failures import FAILED, CommandError
from assistant.cli.session import session_of
from assistant.cli.taking import Taker, is_url, taking
from assistant.cli.terminal import one_line, out, print_json, progress_bar, say

if TYPE_CHECKING:
    from assistant.ingestion import IngestReport

_EXAMPLES = """Examples:

  assistant ingest reports/ notes.pdf

  assistant ingest articles.jsonl --json

  assistant ingest https://example.org/news/feed.xml"""

_LISTED = 10
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ingest", epilog=_EXAMPLES)(ingest)


def ingest(
    ctx: typer.Context,
    targets: Annotated[
        list[str], typer.Argument(metavar="TARGET...", help="Files, folders, URLs of pages, feeds or sitemaps.")
    ],
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Read articles into the data folder; a folder, page or feed that was read before is brought up to date.

    While a server runs on the data folder, it takes them in.
    """
    check_targets(targets)
    with taking(session_of(ctx)) as taker:
        report = take_all(taker, targets)
    if json:
        print_json(report)
    else:
        show_report(report)
    say_failures(report)
    if report.failed:
        raise typer.Exit(FAILED)


def check_targets(targets: Sequence[str]) -> None:
    """Raise CommandError for a target that can be none."""
    for target in targets:
        if not target.strip():
            raise CommandError("a path is empty: name a file, a folder or a URL")
        if _SCHEME.match(target) and not is_url(target):
            raise CommandError(f"{target!r} is no URL that can be read: only http:// and https:// are fetched")


def take_all(taker: Taker, targets: Sequence[str]) -> "IngestReport":
    """Take in `targets`, paths before URLs, and return what was done. Raises as `Taker` does."""
    from assistant.ingestion import IngestReport

    report = IngestReport()
    if paths := [Path(target) for target in targets if not is_url(target)]:
        with progress_bar("bytes") as progress:
            report = report.joined(taker.ingest(paths, progress))
    for url in filter(is_url, targets):
        report = report.joined(taker.take_url(url))
    return report


def say_failures(report: "IngestReport") -> None:
    """Tell on stderr what could not be read, and why."""
    for failure in report.failed:
        line = f":{failure.line}" if failure.line else ""
        say(f"failed: {failure.path}{line}: {failure.reason}")


def show_report(report: "IngestReport") -> None:
    """Print how many articles had which outcome, each under one, with the ids of those that changed."""
    same = {one.article_id for one in report.duplicates}
    outcomes = [
        ("added", tuple(one for one in report.added if one not in same)),
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
