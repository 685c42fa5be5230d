"""`assistant watch`: files, folders, pages, feeds and sitemaps are looked at again and again."""

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.failures import FAILED, CommandError, explain
from assistant.cli.ingest import check_targets, say_failures, take_all
from assistant.cli.session import Session, session_of
from assistant.cli.taking import is_url, taking
from assistant.cli.terminal import out, print_json, say
from assistant.errors import AssistantError, UserError

if TYPE_CHECKING:
    from assistant.ingestion import IngestReport

_EXAMPLES = """Examples:

  assistant watch reports/ https://example.org/news/feed.xml

  assistant watch https://example.org/sitemap.xml --every 6h"""

_EVERY = re.compile(r"(\d{1,6})([smhd]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_OUTCOMES = ("added", "updated", "removed", "failed")

# What is compared of a file: a folder is read again where one of these differs.
_Look = frozenset[tuple[str, int, int]]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("watch", epilog=_EXAMPLES)(watch)


def watch(
    ctx: typer.Context,
    targets: Annotated[
        list[str], typer.Argument(metavar="TARGET...", help="Files, folders, URLs of pages, feeds or sitemaps.")
    ],
    every: Annotated[
        str, typer.Option(metavar="TIME", help="How long to wait between two rounds, such as 30s, 15m or 6h.")
    ] = "15m",
    once: Annotated[bool, typer.Option("--once", help="Look once and end, for a scheduler.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a report as JSON after each round.")] = False,
) -> None:
    """Take in what is new or changed, round after round, until Ctrl-C.

    Pages are fetched only where their server says that they have changed. Between rounds the data folder is free; while
    a server runs on it, the server takes the articles in.
    """
    check_targets(targets)
    seconds = parse_every(every)
    rounds = Rounds(session_of(ctx), targets)
    while True:
        report = rounds.next()
        if json and report is not None:
            print_json(report)
        elif report is not None:
            tell(report, out.print)
            say_failures(report)
        if once:
            if report is None or report.failed:
                raise typer.Exit(FAILED)
            return
        time.sleep(seconds)


class Rounds:
    """One look at all targets after the other."""

    def __init__(self, session: Session, targets: Sequence[str]) -> None:
        """Look at `targets` for `session`."""
        self._session = session
        self._urls = [target for target in targets if is_url(target)]
        self._paths = [target for target in targets if not is_url(target)]
        self._seen: _Look | None = None

    def next(self) -> "IngestReport | None":
        """Take in what has changed and return what was done; None where that failed, which is told.

        Raises UserError until a round has succeeded, such as for a path that does not exist.
        """
        from assistant.ingestion import IngestReport

        look = look_at([Path(path) for path in self._paths])
        due = [*(self._paths if look != self._seen else []), *self._urls]
        if not due:
            return IngestReport()
        try:
            with taking(self._session) as taker:
                report = take_all(taker, due)
        except AssistantError as error:
            if self._seen is None and isinstance(error, UserError):
                raise
            say(f"this round failed: {explain(error)}")
            return None
        self._seen = look
        return report


def look_at(paths: Sequence[Path]) -> _Look:
    """Return name, size and time of change of every file in `paths`; what cannot be looked at is left out."""
    found = []
    for path in paths:
        for file in [path, *(path.rglob("*") if path.is_dir() else ())]:
            try:
                stat = file.stat()
            except OSError:
                continue
            found.append((str(file), stat.st_size, stat.st_mtime_ns))
    return frozenset(found)


def parse_every(text: str) -> int:
    """Return the seconds that `text`, such as "15m", stands for. Raises CommandError."""
    found = _EVERY.fullmatch(text.strip().lower())
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if not seconds:
        raise CommandError(f"--every {text!r} is no time: write a number with s, m, h or d, such as 15m")
    return seconds


def tell(report: "IngestReport", line: Callable[[str], None]) -> None:
    """Give `line` the counts of what changed, and nothing where nothing did."""
    counts = {name: len(getattr(report, name)) for name in _OUTCOMES}
    if any(counts.values()):
        line(f"{time.strftime('%H:%M:%S')}  " + ", ".join(f"{count} {name}" for name, count in counts.items() if count))
