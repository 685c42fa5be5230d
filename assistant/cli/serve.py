"""`assistant serve`: the HTTP interface, the web page, and the tools of the Model Context Protocol."""

from typing import Annotated

import typer

from assistant.cli.packages import own_version
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
    """Serve until Ctrl-C or SIGTERM; meanwhile `ask`, `search` and `mcp` go to this server."""
    from assistant.api import server
    from assistant.api.app import Mounted
    from assistant.factory import build_chat
    from assistant.mcp import HttpEdge, Served, build_server

    session = session_of(ctx)
    settings = session.settings(host=host, port=port)
    with (
        server.bind(settings.host, settings.port) as listener,
        session.assistant(address=server.url_of(listener)) as assistant,
        build_chat(assistant) as chat,
    ):
        edge = HttpEdge(build_server(Served(chat), own_version()), listener.getsockname()[0])
        server.serve(chat, listener, mounts=[Mounted("/mcp", edge, edge.run)], notify=say)
