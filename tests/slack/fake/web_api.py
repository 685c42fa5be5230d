"""The methods of the Web API by name: who may call them, with which scope, and a record of all calls."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from . import posting, reading, streams, surfaces
from .workspace import APP_TOKEN, BOT_TOKEN, JSON, Refused, Workspace

Run = Callable[[Workspace, JSON], JSON]
# What an event is only told of with.
_EVENT_SCOPES = {"app_mention": "app_mentions:read"} | {
    f"message.{kind}": f"{kind}:history" for kind in ("channels", "groups", "im", "mpim")
}
_READING = {"channel": "channels", "group": "groups", "im": "im"}


def scopes_of(event: str) -> set[str]:
    """Return the scopes that a subscription to an event needs."""
    return {_EVENT_SCOPES[event]} if event in _EVENT_SCOPES else set()


@dataclass(frozen=True)
class Call:
    """A call as it came, when it came (monotonic) and the error that it was answered with."""

    method: str
    given: JSON
    at: float
    error: str | None


class WebApi:
    """Answers calls; `scopes` are those of the bot's token, None for every one."""

    def __init__(self, slack: Workspace, scopes: frozenset[str] | None, open_socket: Callable[[], str]) -> None:
        self.triggers = surfaces.Triggers()
        self.scopes = scopes
        self.calls: list[Call] = []
        self._slack = slack
        self._open_socket = open_socket
        self._methods: dict[str, tuple[Run, str]] = {
            "auth.test": (reading.auth_test, ""),
            "chat.postMessage": (posting.post_message, "chat:write"),
            "chat.update": (posting.update, "chat:write"),
            "chat.delete": (posting.delete, "chat:write"),
            "chat.postEphemeral": (posting.post_ephemeral, "chat:write"),
            "chat.startStream": (streams.start, "chat:write"),
            "chat.appendStream": (streams.append, "chat:write"),
            "chat.stopStream": (streams.stop, "chat:write"),
            "conversations.replies": (reading.replies, "*:history"),
            "conversations.history": (reading.history, "*:history"),
            "conversations.info": (reading.info, "*:read"),
            "conversations.open": (reading.open_dm, "im:write"),
            "users.info": (reading.user_info, "users:read"),
            "views.open": (partial(_with, surfaces.open_view, self.triggers), ""),
            "reactions.add": (surfaces.add_reaction, "reactions:write"),
            "assistant.threads.setStatus": (surfaces.set_status, "chat:write"),
            "assistant.threads.setSuggestedPrompts": (surfaces.set_prompts, "assistant:write"),
            "assistant.threads.setTitle": (surfaces.set_title, "assistant:write"),
        }

    def needed(self, method: str) -> set[str]:
        """Return the scopes that a method needs for channels, private ones and direct messages."""
        scope = self._methods[method][1]
        kinds = _READING.values() if scope.startswith("*") else ("",)
        return {kind + scope.removeprefix("*") for kind in kinds} - {""}

    def call(self, method: str, token: str, given: JSON) -> JSON:
        """Return the answer to a call, refusals included; whoever sees what it did sees that it was called."""
        with self._slack.changed:
            try:
                answer = {"ok": True, **self._run(method, token, given)}
                self.record(method, given, None)
            except Refused as refused:
                answer = {"ok": False, "error": refused.error, **refused.more}
                self.record(method, given, refused.error)
            return answer

    def record(self, method: str, given: JSON, error: str | None) -> None:
        """Keep a call."""
        with self._slack.changed:
            self.calls.append(Call(method, given, time.monotonic(), error))
            self._slack.changed.notify_all()

    def _run(self, method: str, token: str, given: JSON) -> JSON:
        if method == "apps.connections.open":
            if token != APP_TOKEN:
                raise Refused("not_allowed_token_type" if token == BOT_TOKEN else "invalid_auth")
            return {"url": self._open_socket()}
        if method not in self._methods:
            raise Refused("unknown_method", req_method=method)
        if not token:
            raise Refused("not_authed")
        if token != BOT_TOKEN:
            raise Refused("invalid_auth")
        run, scope = self._methods[method]
        if scope.startswith("*"):
            scope = _READING[self._slack.channel(given.get("channel")).kind] + scope[1:]
        if scope and self.scopes is not None and scope not in self.scopes:
            raise Refused("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))
        return run(self._slack, given)


def _with(
    run: Callable[[Workspace, surfaces.Triggers, JSON], JSON],
    triggers: surfaces.Triggers,
    slack: Workspace,
    given: JSON,
) -> JSON:
    return run(slack, triggers, given)
