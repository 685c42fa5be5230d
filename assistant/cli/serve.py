"""`assistant serve`: the HTTP interface and the web page."""

from typing import Annotated

import typer

from assistant.cli.session import session_of
from assistant.cli.terminal import say

_EXAMPLE = """Example:

  assistant serve --port 0"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", epilog=_EXAMPLE)(serve)


def serve(
    ctx: typer.Context,
    host: Annotated[str | None, typer.Option(metavar="HOST", help="Address, instead of ASSISTANT_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port, instead of ASSISTANT_PORT; 0 takes a free one.")
    ] = None,
) -> None:
    """Serve until Ctrl-C or SIGTERM; meanwhile `ask` and `search` go to this server."""
    from assistant.api import server
    from assistant.factory import build_chat

    session = session_of(ctx)
    settings = session.settings(host=host, port=port)
    with (
        server.bind(settings.host, settings.port) as listener,
        session.assistant(address=server.url_of(listener)) as assistant,
        build_chat(assistant) as chat,
    ):
        server.serve(chat, listener, notify=say)
