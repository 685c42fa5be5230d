"""build_app: slack_bolt's application, whose listeners record what is asked and acknowledge it then."""

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from assistant.catalog import SlackAsk
from assistant.errors import RunError, SettingsError
from assistant.slack.asks import ask_of_action, ask_of_command, ask_of_event
from assistant.slack.blocks import REASON_VIEW, VOTE_DOWN, VOTE_UP, read_reason
from assistant.slack.bot import Bot
from assistant.types import Vote

_ANY = re.compile(".*", re.S)
_PING = 2.0
_VOTES: Mapping[str, Vote] = {VOTE_UP: "up", VOTE_DOWN: "down"}

logger = logging.getLogger(__name__)
# What bolt warns of is how it is used here: no listener for some events, a token given by another way.
_bolt = logging.getLogger(f"{__name__}.bolt")
_bolt.setLevel(logging.ERROR)

Body = dict[str, Any]


def build_app(bot: Bot, signing_secret: str = "") -> App:
    """Return the application over `bot`, which is started and stopped by the caller.

    Each listener ends before its request is acknowledged: what could not be recorded is not, and Slack delivers it
    again. `signing_secret` is that of requests over HTTP.
    """
    app = App(
        client=WebClient(base_url=bot.api_url, retry_handlers=[], logger=_bolt),
        signing_secret=signing_secret,
        authorize=lambda: AuthorizeResult(
            enterprise_id=None,
            team_id=bot.team,
            bot_user_id=bot.user,
            bot_id=bot.bot_id,
            bot_token=bot.token,
        ),
        logger=_bolt,
        # Bolt sets the level of the logger of this name, too.
        name=_bolt.name,
        process_before_response=True,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    _listen(app, bot)
    return app


@contextmanager
def connected(app: App, app_token: str) -> Iterator[None]:
    """Receive by Socket Mode within; lost connections are made anew.

    Raises SettingsError for a token that does not work, RunError where Slack cannot be reached.
    """
    _bolt.setLevel(logging.ERROR)
    handler = SocketModeHandler(app, app_token, logger=_bolt, ping_interval=_PING)
    # By itself a connection that broke without a word is given up after five pings only.
    handler.client.on_error_listeners.append(lambda _: handler.client.disconnect())
    try:
        try:
            handler.connect()  # type: ignore[no-untyped-call]
        except SlackApiError as error:
            raise SettingsError(
                f"SLACK_APP_TOKEN does not work ({error.response.get('error')}): make an App-Level Token (xapp-...)"
                " with the scope connections:write at api.slack.com/apps, Basic Information"
            ) from error
        except Exception as error:
            raise RunError(f"Slack cannot be reached by Socket Mode ({error}): see whether this machine may") from error
        yield
    finally:
        # What is on its way now cannot be acknowledged, so that it comes again: nothing to be alarmed by.
        _bolt.setLevel(logging.CRITICAL)
        handler.close()  # type: ignore[no-untyped-call]


def _listen(app: App, bot: Bot) -> None:
    def on_event(body: Body) -> None:
        _take(bot, lambda: ask_of_event(body, bot.user, bot.store.takes_part), body.get("event_id"))

    def on_home(event: Body) -> None:
        if event.get("tab") == "messages" and event.get("channel"):
            bot.suggest(str(event["channel"]))

    def on_other(event: Body) -> None:
        logger.debug("an event %r is not used", event.get("type"))

    def on_command(ack: Ack, body: Body) -> None:
        _take(bot, lambda: ask_of_command(body, bot.user))
        ack()

    def on_action(ack: Ack, body: Body) -> None:
        action = (body.get("actions") or [{}])[0]
        vote = _VOTES.get(str(action.get("action_id")))
        if vote is None:
            _take(bot, lambda: ask_of_action(body, bot.origin))
        else:
            answer_id = str(action.get("value"))
            team, user = body["team"]["id"], body["user"]["id"]
            response_url = str(body.get("response_url") or "")
            if vote == "down":
                bot.vote_down(team, user, answer_id, str(body.get("trigger_id")), response_url)
            else:
                bot.vote(team, user, answer_id, vote, response_url=response_url)
        ack()

    def on_reason(ack: Ack, body: Body) -> None:
        view = body["view"]
        reason, text = read_reason(view)
        answer_id = json.loads(view["private_metadata"])["answer_id"]
        bot.vote(body["team"]["id"], body["user"]["id"], answer_id, "down", reason, text)
        ack()

    for name in ("app_mention", "message"):
        app.event(name)(on_event)
    app.event("app_home_opened")(on_home)
    app.event(_ANY)(on_other)
    app.command(_ANY)(on_command)
    app.action(_ANY)(on_action)
    app.view(REASON_VIEW)(on_reason)


def _take(bot: Bot, read: Callable[[], object], event_id: str | None = None) -> None:
    asked = read()
    if isinstance(asked, SlackAsk):
        new = bot.take(asked, event_id)
        logger.info("%s in %s by %s%s", asked.kind, asked.channel, asked.user, "" if new else ": known already")
    else:
        logger.debug("ignored: %s", asked)
