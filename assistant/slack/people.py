"""Who may ask: members in allowed channels, guests where they are let in."""

import threading
import time
from collections.abc import Collection

from assistant.catalog import SlackAsk
from assistant.slack.calls import Calls, SlackRefusal, SlackUnclear

_KEPT = 600.0
_GUEST = ("is_restricted", "is_ultra_restricted", "is_stranger")
_NOT_HERE = "I do not answer in this channel: ask in another one, or write to me directly."
_NO_GUESTS = "I do not answer guests: ask a member of this workspace to put the question."
_UNKNOWN = "I could not find out whether you are a guest here: ask again, or have an administrator look at my log."


class People:
    """Tells who is not answered, and why. What Slack says of a user is kept for ten minutes."""

    def __init__(self, calls: Calls, channels: Collection[str] = (), *, guests: bool = False) -> None:
        """Allow asks in `channels` (all where there are none) and in direct messages."""
        self._calls = calls
        self._channels = frozenset(channels)
        self._guests = guests
        self._guard = threading.Lock()
        self._known: dict[str, tuple[float, bool]] = {}

    def refusal(self, ask: SlackAsk) -> str | None:
        """Return what an ask is answered with that is not allowed, None where it is. Raises Stopped."""
        if self._channels and not ask.channel.startswith("D") and ask.channel not in self._channels:
            return _NOT_HERE
        if self._guests:
            return None
        guest = self._is_guest(ask.user)
        if guest is None:
            return _UNKNOWN
        return _NO_GUESTS if guest else None

    def _is_guest(self, user: str) -> bool | None:
        """Return whether a user is a guest, None where Slack does not say."""
        with self._guard:
            at, guest = self._known.get(user, (0.0, False))
        if at and time.monotonic() - at < _KEPT:
            return guest
        for pause in (0.5, 2.0, 0.0):
            try:
                facts = self._calls.call("users.info", {"user": user}, form=True).get("user") or {}
            except SlackRefusal:
                return None
            except SlackUnclear:
                self._calls.pace.sleep(pause)
                continue
            guest = any(facts.get(name) for name in _GUEST)
            with self._guard:
                self._known[user] = time.monotonic(), guest
            return guest
        return None
