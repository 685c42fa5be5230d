"""`assistant backup` and `assistant restore`: what the data folder holds, in one file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from assistant.cli.session import session_of
from assistant.cli.terminal import one_line, out, print_json, progress_bar
from assistant.locking import check_free

if TYPE_CHECKING:
    from assistant.backup import BackupReport

_BACKUP = """Example:

  assistant backup articles.backup"""

_RESTORE = """Example:

  assistant --home new-data restore articles.backup"""

Json = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("backup", epilog=_BACKUP)(backup)
    app.command("restore", epilog=_RESTORE)(restore)


def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    json: Json = False,
) -> None:
    """Copy articles, conversations and keys into one file; a server that uses the data folder goes on meanwhile."""
    from assistant.backup import back_up

    _show(back_up(session_of(ctx).settings().home, file, force=force), "Backed up", json)


def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File that `assistant backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace what the data folder holds.")] = False,
    json: Json = False,
) -> None:
    """Fill a data folder from a backup; nothing is embedded again. Stop the server that uses the folder first."""
    home = session_of(ctx).settings().home
    check_free(home)
    from assistant.backup import restore as put_back

    with progress_bar("passages") as progress:
        report = put_back(file, home, force=force, progress=lambda done, total: progress(done, total, "index"))
    _show(report, f"Restored into {home}", json)


def _show(report: "BackupReport", what: str, json: bool) -> None:
    if json:
        print_json(report)
        return
    counts = f"{report.articles:,} articles, {report.passages:,} passages, {report.conversations:,} conversations"
    out.print(Text(one_line(f"{what}: {counts} ({report.bytes:,} bytes) in {report.file}")), soft_wrap=True)
