"""Status: the line below a thread that says what the bot is doing."""

import logging

from assistant.catalog import SlackAsk
from assistant.errors import Stopped
from assistant.slack.asks import is_ts
from assistant.slack.calls import Calls, SlackRefusal, SlackUnclear

_READING = "is reading the articles…"
_TRIES = 3

logger = logging.getLogger(__name__)


class Status:
    """Shows and clears statuses; nothing that goes wrong is raised, since the answer does not depend on it."""

    def __init__(self, calls: Calls) -> None:
        """Show them through `calls`."""
        self._calls = calls

    def show(self, ask: SlackAsk) -> None:
        """Say in the thread of an ask that its answer is on its way."""
        self._set(ask, _READING)

    def clear(self, ask: SlackAsk) -> None:
        """Say nothing any more."""
        for _ in range(_TRIES):
            if self._set(ask, ""):
                return

    def _set(self, ask: SlackAsk, text: str) -> bool:
        """Set the status of the thread; return whether there is nothing to be tried again."""
        if ask.ephemeral or not is_ts(ask.thread_ts):
            return True
        arguments = {"channel_id": ask.channel, "thread_ts": ask.thread_ts, "status": text}
        try:
            self._calls.call("assistant.threads.setStatus", arguments, patient=not text)
        except SlackRefusal as error:
            logger.info("%s", error)
        except SlackUnclear as error:
            logger.info("%s", error)
            return False
        except Stopped:
            return True
        return True
