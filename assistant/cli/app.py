"""The Typer app: global options and the list of commands.

To add a command, write a module with `register(app: typer.Typer) -> None` and name it in `_COMMANDS`. What is slow to
import (the factory, the web server) is imported inside a command, so that help and usage errors come at once.
"""

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli import (
    articles,
    ask,
    backup,
    chat,
    doctor,
    eval,
    index,
    ingest,
    keys,
    mcp,
    search,
    serve,
    slack,
    watch,
)
from assistant.cli.failures import Commands
from assistant.cli.packages import own_version
from assistant.cli.session import Session

_COMMANDS = (ingest, watch, articles, search, ask, chat, serve, keys, mcp, slack, eval, doctor, index, backup)

_EXAMPLES = """Examples:

  assistant ask "What are the five directives of the Baogang summit?"

  assistant ask "Who bought in?" --since 2025-01-01 --publisher Reuters

  assistant ingest reports/ notes.pdf

  assistant ask --batch questions.jsonl --output answers.jsonl

Exit codes: 0 done, 1 something failed, 2 wrong usage."""

app = typer.Typer(
    name="assistant",
    cls=Commands,
    no_args_is_help=False,
    invoke_without_command=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EXAMPLES,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"assistant {own_version()}")
        raise typer.Exit


@app.callback()
def _root(
    ctx: typer.Context,
    home: Annotated[
        Path | None, typer.Option("--home", metavar="PATH", help="Data folder, instead of ASSISTANT_HOME.")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Ask a corpus of articles: every sentence of an answer cites a verbatim quote."""
    ctx.obj = Session(home, debug)
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


for _command in _COMMANDS:
    _command.register(app)


def main() -> None:
    """Run the command line with `sys.argv` and end the process: 0 done, 1 something failed, 2 wrong usage."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    app(prog_name="assistant")
