"""`assistant serve`: the HTTP interface, the web page, the tools of the Model Context Protocol, and Slack."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.edge import guards, secrets
from assistant.cli.heap import long_lived
from assistant.cli.packages import own_version
from assistant.cli.session import session_of
from assistant.cli.slack import build_bot, require
from assistant.cli.terminal import say
from assistant.locking import check_free
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.api.app import Mounted
    from assistant.chat import Chat

_EXAMPLE = """Example:

  assistant serve --port 0"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", epilog=_EXAMPLE)(serve)


@long_lived()
def serve(
    ctx: typer.Context,
    host: Annotated[str | None, typer.Option(metavar="HOST", help="Address, instead of ASSISTANT_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port, instead of ASSISTANT_PORT; 0 takes a free one.")
    ] = None,
) -> None:
    """Serve until Ctrl-C or SIGTERM; meanwhile `ask`, `search` and `mcp` go to this server."""
    session = session_of(ctx)
    settings = session.settings(host=host, port=port)
    check_free(settings.home)  # before what follows is imported, which takes seconds
    from assistant.api import server
    from assistant.api.app import Mounted
    from assistant.factory import build_chat
    from assistant.mcp import HttpEdge, Served, build_server

    if settings.slack_signing_secret:
        require(settings, "SLACK_BOT_TOKEN")
    with (
        server.bind(settings.host, settings.port) as listener,
        session.assistant(address=server.url_of(listener)) as assistant,
        build_chat(assistant) as chat,
    ):
        edge = HttpEdge(build_server(Served(chat), own_version()))
        with guards(settings, listener.getsockname()[0]) as guarded:
            server.check_access(listener, settings.host, guarded, chat.keystore)
            with _slack(chat, settings) as slack:
                mounts = [Mounted("/mcp", edge, edge.run), *slack]
                server.serve(chat, listener, mounts=mounts, notify=say, guards=guarded, secrets=secrets(settings))


@contextmanager
def _slack(chat: "Chat", settings: Settings) -> "Iterator[list[Mounted]]":
    """Give what answers Slack's requests, nothing where there is no secret to tell them by."""
    if not settings.slack_signing_secret:
        yield []
        return
    from assistant.api.app import Mounted
    from assistant.slack.app import build_app
    from assistant.slack.http import HttpEdge

    secret = settings.slack_signing_secret.get_secret_value()
    with build_bot(chat, settings) as bot:
        edge = HttpEdge(build_app(bot, secret), secret)
        yield [Mounted("/slack/events", edge, edge.run, apart=True)]
