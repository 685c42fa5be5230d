"""Questions: how an ask becomes a message of its thread's conversation, and is followed until it is answered."""

import threading
import time

from assistant.answering.asked_language import answers_in
from assistant.catalog import RequestKey, SlackAsk, SlackStore
from assistant.chat import Chat, Ended, Run, Sent
from assistant.errors import NotFoundError, Stopped
from assistant.events import Stated
from assistant.slack.live import Live
from assistant.slack.options import Options
from assistant.types import Filters, Statement

_ATTEMPTS = 3
_LOOK = 0.1
# A server that ends stops what waits for its turn before it stops the bot.
_ENDING = 15.0
_GIVEN_UP = "I was interrupted each time I tried to answer this: ask again, or put it otherwise."
_ENDED = "the bot is being stopped: what is left is done when it starts again"


class Questions:
    """Asks `chat`; a question is asked once, and again only where a former process was interrupted at it."""

    def __init__(self, chat: Chat, store: SlackStore, stopping: threading.Event, options: Options) -> None:
        """Follow questions until `stopping` is set."""
        self._chat = chat
        self._store = store
        self._stopping = stopping
        self._options = options

    def ask(self, ask: SlackAsk, live: Live) -> Ended:
        """Return how the question ended; one that a former process began and did not end is asked again."""
        conversation = self._conversation(ask)
        attempt, former = ask.attempt, ask.message_id
        # A former process may have shown something: what it recorded is changed once the answer is whole.
        if self._store.posts(ask.id):
            live.end()
        while True:
            sent = self._send(ask, conversation, attempt, former if attempt > 1 else None)
            self._store.answering(ask.id, sent.run.message.id, attempt)
            ended = self._follow(sent.run, live)
            if ended.message.answer is not None or not sent.again:
                if ended.message.status == "stopped" and self._stopping.wait(_ENDING):
                    raise Stopped(_ENDED)
                return ended
            attempt, former = attempt + 1, sent.run.message.id
            if attempt > _ATTEMPTS:
                return Ended(message=ended.message.model_copy(update={"status": "failed", "error": _GIVEN_UP}))

    def _send(self, ask: SlackAsk, conversation: str, attempt: int, replaces: str | None) -> Sent:
        key = RequestKey("slack/asks", f"{ask.id}:{attempt}", ask.id)
        filters = self._options.filters.get(ask.channel, Filters())
        with answers_in(self._options.language):
            try:
                return self._chat.send(conversation, ask.question, filters, replaces=replaces, key=key)
            except NotFoundError:
                if replaces is None:
                    raise
                return self._chat.send(conversation, ask.question, filters, key=key)

    def _follow(self, run: Run, live: Live) -> Ended:
        """Show the statements as they come and return how the run ended. Raises Stopped."""
        news = threading.Event()
        said: list[Statement] = []
        after, first = 0, 0.0
        with run.reading(news.set):
            while True:
                news.clear()
                for number, event in run.since(after):
                    after = number
                    if isinstance(event, Stated):
                        first = first or time.monotonic()
                        said.append(event.statement)
                    elif isinstance(event, Ended):
                        return event
                if self._stopping.is_set():
                    raise Stopped(_ENDED)
                if said and time.monotonic() - first >= self._options.grace:
                    live.show(said)
                news.wait(_LOOK if said else 10 * _LOOK)

    def _conversation(self, ask: SlackAsk) -> str:
        """Return the conversation of the ask's thread, made where there is none."""
        place = (ask.team, ask.channel, ask.thread_ts)
        found = self._store.thread(*place)
        if found is None:
            found = self._chat.create(key=RequestKey("slack/threads", "/".join(place), ask.thread_ts), edge="slack").id
            self._store.bind(*place, found)
        return found
