"""Bot: records what is asked and returns at once; workers answer, also what a former process left."""

import json
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from assistant.catalog import SlackAsk, SlackStore
from assistant.chat import Chat
from assistant.errors import AssistantError, NotFoundError, RunError, SettingsError
from assistant.slack.answering import Answering
from assistant.slack.blocks import reason_view
from assistant.slack.calls import SLACK_API, Calls, SlackRefusal, SlackUnclear
from assistant.slack.options import Options
from assistant.slack.workers import Workers
from assistant.types import Feedback, Vote

# Most of them wait: for the language model, for their turn, for Slack's limits.
AT_ONCE = 16
PATIENCE = 10.0
# Seconds until it is tried again what could not be done because the disk or the token failed.
AGAIN = 60.0
_PROMPTS = 4
_THANKS = "Thank you: noted as helpful."
_GONE = "That answer is not there any more: ask again."

logger = logging.getLogger(__name__)


class Bot:
    """Answers in Slack from `chat`; close it before that. Methods may be called from several threads."""

    def __init__(
        self,
        chat: Chat,
        token: str,
        options: Options | None = None,
        *,
        api_url: str = SLACK_API,
        at_once: int = AT_ONCE,
    ) -> None:
        """Ask Slack who `token` belongs to; nothing is answered before `start`.

        Raises SettingsError for a token that does not work, RunError where Slack cannot be reached.
        """
        self._chat = chat
        self.store = SlackStore.beside(chat.assistant.conversations)
        self._calls = Calls(token, api_url)
        who = _identity(self._calls, api_url)
        self.team, self.user, self.bot_id = (str(who.get(name) or "") for name in ("team_id", "user_id", "bot_id"))
        self.token, self.api_url = token, api_url
        self._at_once = at_once
        self._answering = Answering(chat, self.store, self._calls, self.user, options or Options())
        self._workers: Workers | None = None
        # A vote and the reason that is told after it are written in their order.
        self._votes = threading.RLock()
        self._aside = ThreadPoolExecutor(4, thread_name_prefix="slack-aside")
        self._guard = threading.Lock()

    def start(self) -> None:
        """Begin to answer, with what a former process did not get to its end. Raises StorageError."""
        with self._guard:
            self.store.forget_events()
            left = self.store.open_asks()
            self._workers = Workers(self._answering.handle, self._at_once, AGAIN)
            for ask in left:
                self._submit(ask)
        if left:
            logger.info("%d asks that were not answered are answered now", len(left))

    def stop(self) -> None:
        """Stop within ten seconds; what is not answered then is answered after the next start."""
        self._calls.stopping.set()
        self._aside.shutdown(wait=False, cancel_futures=True)
        if self._workers is not None and not self._workers.stop(PATIENCE):
            logger.warning("some asks did not stop in time; they are answered after the next start")

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    # What people do

    def take(self, ask: SlackAsk, event_id: str | None = None) -> bool:
        """Record an ask, unless it is known, and let it be answered; return whether it is new. Raises StorageError.

        Once this returns, the ask will be answered, whatever happens to this process.
        """
        with self._guard:
            new = self.store.take(ask, event_id)
            if new and self._workers is not None:
                self._submit(ask)
        return new

    def origin(self, answer_id: str) -> str | None:
        """Return the thread that an answer was asked in, None where that was not in Slack."""
        ask = self.store.asked_with(answer_id)
        return ask.thread_ts if ask is not None else None

    def vote(
        self,
        team: str,
        user: str,
        answer_id: str,
        vote: Vote,
        reason: str | None = None,
        text: str | None = None,
        response_url: str = "",
    ) -> None:
        """Keep what a user thinks of an answer, in place of what that user thought before. Raises StorageError."""
        with self._votes:
            try:
                self._chat.judge(answer_id, vote, reason, text)
            except NotFoundError:
                self._whisper(response_url, _GONE)
                return
            now = datetime.now(UTC)
            feedback = Feedback(answer_id=answer_id, vote=vote, reason=reason, text=text, created=now)
            self.store.vote(team, user, feedback)
        if vote == "up":
            self._whisper(response_url, _THANKS)

    def vote_down(self, team: str, user: str, answer_id: str, trigger_id: str, response_url: str) -> None:
        """Keep a vote down, and open the dialog that asks what is wrong. Raises StorageError.

        Slack gives three seconds for the dialog, so the vote is written while it opens; the reason waits for it.
        """
        with self._votes:
            view = reason_view(json.dumps({"answer_id": answer_id}))
            arguments = {"trigger_id": trigger_id, "view": view}
            self._later(lambda: self._calls.call("views.open", arguments, patient=False))
            self.vote(team, user, answer_id, "down", response_url=response_url)

    def suggest(self, channel: str) -> None:
        """Suggest questions to begin a conversation with the bot with."""

        def show() -> None:
            starters = self._chat.aside(self._chat.starters).result()[:_PROMPTS]
            prompts = [{"title": question, "message": question} for question in starters]
            if prompts:
                # With a thread it would be of the older surface, and do nothing in this one.
                arguments = {"channel_id": channel, "prompts": prompts}
                self._calls.call("assistant.threads.setSuggestedPrompts", arguments)

        self._later(show)

    # Plumbing

    def _submit(self, ask: SlackAsk) -> None:
        assert self._workers is not None
        self._workers.submit((ask.team, ask.channel, ask.thread_ts or ask.message_ts), ask.id)

    def _whisper(self, response_url: str, text: str) -> None:
        if response_url:
            body = {"text": text, "response_type": "ephemeral", "replace_original": False}
            self._later(lambda: self._calls.respond(response_url, body))

    def _later(self, function: Callable[[], object]) -> None:
        """Do something that nothing depends on."""

        def run() -> None:
            try:
                function()
            except AssistantError as error:
                logger.info("%s", error)
            except Exception:
                logger.exception("something beside the answers failed")

        try:
            self._aside.submit(run)
        except RuntimeError:
            logger.info("the bot is being stopped: left undone")


def _identity(calls: Calls, api_url: str) -> dict[str, Any]:
    try:
        return calls.call("auth.test", {})
    except SlackRefusal as error:
        raise SettingsError(
            f"SLACK_BOT_TOKEN does not work ({error.code}): copy the Bot User OAuth Token (xoxb-...) of your app at"
            " api.slack.com/apps, OAuth & Permissions"
        ) from error
    except SlackUnclear as error:
        raise RunError(f"Slack cannot be reached at {api_url}: see whether this machine may; {error}") from error
