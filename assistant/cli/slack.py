"""`assistant slack`: answers in Slack, connected by Socket Mode."""

import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from assistant.cli.failures import CommandError
from assistant.cli.heap import long_lived
from assistant.cli.session import session_of
from assistant.cli.terminal import say
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.chat import Chat
    from assistant.slack.bot import Bot

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_WHERE = {
    "SLACK_BOT_TOKEN": "the Bot User OAuth Token (xoxb-...), under OAuth & Permissions once the app is installed",
    "SLACK_APP_TOKEN": "an App-Level Token (xapp-...) with the scope connections:write, under Basic Information",
    "SLACK_SIGNING_SECRET": "the Signing Secret, under Basic Information",
}
_EXAMPLE = """Example:

  SLACK_BOT_TOKEN=xoxb-... SLACK_APP_TOKEN=xapp-... assistant slack

docs/slack-manifest.yaml makes the app at api.slack.com/apps."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("slack", epilog=_EXAMPLE)(slack)


@long_lived()
def slack(ctx: typer.Context) -> None:
    """Answer in Slack until Ctrl-C or SIGTERM; nothing of this machine has to be reachable from outside."""
    session = session_of(ctx)
    settings = session.settings()
    require(settings, "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
    from assistant.factory import build_chat
    from assistant.slack.app import build_app, connected

    assert settings.slack_app_token is not None
    _log_to_stderr()
    with (
        session.assistant() as assistant,
        build_chat(assistant) as chat,
        _stopped() as stopped,
        build_bot(chat, settings) as bot,
        connected(build_app(bot), settings.slack_app_token.get_secret_value()),
    ):
        say("Answering in Slack; Ctrl+C stops it.")
        # They take a second or more and are kept: whoever opens the bot first need not wait for them.
        chat.aside(chat.starters)
        stopped.wait()


def require(settings: Settings, *names: str) -> None:
    """Raise CommandError where one of the variables `names` is not set: it says which, and where to get them."""
    missing = [name for name in names if not getattr(settings, name.lower())]
    if missing:
        are = "is" if len(missing) == 1 else "are"
        where = "; ".join(f"{name} is {_WHERE[name]}" for name in missing)
        raise CommandError(
            f"{' and '.join(missing)} {are} not set: make an app at api.slack.com/apps from docs/slack-manifest.yaml"
            f" and copy them from there ({where})"
        )


def build_bot(chat: "Chat", settings: Settings) -> "Bot":
    """Return the bot of the settings; raises as `Bot` does."""
    from assistant.slack.bot import Bot
    from assistant.slack.options import Options

    assert settings.slack_bot_token is not None
    options = Options(
        channels=frozenset(settings.slack_channels),
        guests=settings.slack_guests,
        owner=settings.slack_owner,
        filters=settings.slack_filters,
        url=settings.url,
        language=settings.slack_language,
    )
    return Bot(chat, settings.slack_bot_token.get_secret_value(), options, api_url=settings.slack_api_url)


@contextmanager
def _stopped() -> Iterator[threading.Event]:
    """Give an event that a signal sets, so that everything is closed in its order."""
    stopped = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return
    former = {number: signal.signal(number, lambda *_: stopped.set()) for number in _SIGNALS}
    try:
        yield stopped
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    own = logging.getLogger("assistant")
    own.handlers[:] = [handler]
    own.setLevel(logging.INFO)
    own.propagate = False
