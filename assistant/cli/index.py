"""`assistant index`: the neighbour index, which can be made anew from the catalog at any time."""

import typer
from rich.text import Text

from assistant.cli.session import session_of
from assistant.cli.terminal import out, progress_bar

index = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(index, name="index")


@index.callback()
def default() -> None:
    """Look after the neighbour index."""


@index.command("rebuild")
def rebuild(ctx: typer.Context) -> None:
    """Empty the index and fill it from the catalog; no article is read or embedded again."""
    with session_of(ctx).assistant(fill=False) as assistant, progress_bar("passages") as progress:
        count = assistant.rebuild_index(progress)
    out.print(Text(f"Index rebuilt: {count:,} passages."))
