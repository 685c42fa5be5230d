"""`assistant search`: the best passages for a query, without an answer."""

from typing import Annotated

import typer

from assistant.cli.filters import ArticleId, AsOf, Publisher, Since, Until, read_filters
from assistant.cli.render import show_hits
from assistant.cli.session import session_of
from assistant.cli.terminal import print_json, say

_EXAMPLE = """Example:

  assistant search "magnet recycling" -k 5 --since 2025-01-01"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("search", epilog=_EXAMPLE)(search)


def search(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(help="Words or a question.")],
    limit: Annotated[int, typer.Option("--limit", "-k", min=1, max=50, help="How many passages at most.")] = 10,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    publisher: Publisher = None,
    article: ArticleId = None,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON array of the passages.")] = False,
) -> None:
    """Find passages, best first."""
    given = {"since": since, "until": until, "as_of": as_of, "publisher": publisher, "article": article}
    filters = read_filters(given)
    with session_of(ctx).source() as source:
        hits = source.search(query, filters, limit)
    if json:
        print_json([hit.model_dump(mode="json") for hit in hits])
    elif hits:
        show_hits(hits)
    else:
        say("No passage found: use other words or fewer filters.")
