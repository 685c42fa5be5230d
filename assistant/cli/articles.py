"""`assistant articles`: what the data folder holds."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from assistant.cli.holding import Holder, holding
from assistant.cli.session import session_of
from assistant.cli.terminal import clean, one_line, out, print_json, say
from assistant.errors import UserError
from assistant.types import ArticleFacts

_EXAMPLES = """Examples:

  assistant articles

  assistant articles show baogang-summit-event

  assistant articles remove baogang-summit-event

  assistant articles remove --publisher 'Content Mill'"""

# An id up to this width stays on one line, to be copied.
_ID_WIDTH = 40
_DATE_WIDTH = 10
_GAP = 2

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="An article's id, as `assistant articles` lists it.")]

articles = typer.Typer(invoke_without_command=True, epilog=_EXAMPLES)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(articles, name="articles")


@articles.callback()
def default(ctx: typer.Context, json: Json = False) -> None:
    """List, show and remove articles; without a command, list them.

    While a server runs on the data folder, it is asked.
    """
    if ctx.invoked_subcommand is None:
        list_articles(ctx, json)


@articles.command("list")
def list_articles(ctx: typer.Context, json: Json = False) -> None:
    """List all articles, latest first."""
    with holding(session_of(ctx)) as holder:
        found = holder.articles()
    if json:
        print_json([facts.model_dump(mode="json") for facts in found])
        return
    if not found:
        say("No articles yet: `assistant ingest PATH` takes some in.")
        return
    out.print(_table(found))


@articles.command("show")
def show(ctx: typer.Context, article_id: Id, json: Json = False) -> None:
    """Print an article's facts and text."""
    with holding(session_of(ctx)) as holder:
        article = holder.article(article_id)
    if json:
        print_json(article)
        return
    for name, value in article.facts().model_dump(mode="json").items():
        if value:
            out.print(Text.assemble((f"{name}: ", "bold"), one_line(str(value))), soft_wrap=True)
    out.print()
    out.print(Text(clean(article.text)))


@articles.command("remove")
def remove(
    ctx: typer.Context,
    article_id: Annotated[str | None, typer.Argument(metavar="ID", help="An article's id.")] = None,
    publisher: Annotated[
        str | None, typer.Option(metavar="NAME", help="Remove all articles of this publisher, in any case.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Remove a publisher's articles without asking.")] = False,
    json: Json = False,
) -> None:
    """Remove an article, or all of a publisher; files stay, and reading them again brings the articles back.

    Answers that were given from them can still be read.
    """
    if (article_id is None) == (publisher is None):
        raise UserError("there is nothing to remove, or too much: give an article's id or --publisher NAME")
    with holding(session_of(ctx), fill=False) as holder:
        if article_id is not None:
            facts = holder.remove(article_id)
            if json:
                print_json(facts)
            else:
                out.print(Text(f"Removed {one_line(facts.id)}: {one_line(facts.title)}"))
        elif publisher is not None and (yes or _agreed(holder, publisher)):
            gone = holder.remove_publisher(publisher)
            if json:
                print_json([one.model_dump(mode="json") for one in gone])
            else:
                out.print(Text(f"Removed {_counted(len(gone))} of {one_line(publisher)}."))


def _agreed(holder: Holder, publisher: str) -> bool:
    """Ask whether the articles of a publisher, if there are any, are to go. Raises UserError without a terminal."""
    count = len(holder.published_by(publisher))
    if not count:
        return True
    if not _on_terminal():
        raise UserError(f"{_counted(count)} of {one_line(publisher)} would be removed: add --yes to do so")
    return typer.confirm(f"Remove {_counted(count)} of {one_line(publisher)}?", err=True)


def _on_terminal() -> bool:
    return sys.stdin.isatty()


def _counted(count: int) -> str:
    return "1 article" if count == 1 else f"{count:,} articles"


def _table(found: Sequence[ArticleFacts]) -> Table:
    """Return a table as wide as the terminal; ids get the room they need, titles what is left."""
    room = out.width - _DATE_WIDTH - 3 * _GAP
    ids = min(max(cell_len(one_line(facts.id)) for facts in found), _ID_WIDTH, max(room - 24, 8))
    publishers = min(max(cell_len(one_line(facts.publisher or "")) for facts in found), max((room - ids) // 3, 9))
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("id", overflow="fold", width=ids)
    table.add_column("published", no_wrap=True, width=_DATE_WIDTH)
    table.add_column("publisher", overflow="fold", width=max(publishers, 9))
    table.add_column("title", overflow="fold")
    for facts in found:
        published = facts.published.isoformat() if facts.published else ""
        table.add_row(*(Text(one_line(one)) for one in (facts.id, published, facts.publisher or "", facts.title)))
    return table
