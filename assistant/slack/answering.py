"""Answering: what is done for one recorded ask, from wherever a former process left it."""

import logging
from collections.abc import Sequence
from concurrent.futures import TimeoutError as NotYet
from typing import Any

from assistant.catalog import SlackAsk, SlackStore
from assistant.chat import Chat
from assistant.errors import AssistantError, Stopped, StorageError
from assistant.slack.blocks import SlackPost, answer_posts, help_post, notice_post
from assistant.slack.calls import Calls, SlackRefusal, SlackUnclear
from assistant.slack.live import Live, Streams
from assistant.slack.options import Options
from assistant.slack.outbox import Outbox
from assistant.slack.people import People
from assistant.slack.questions import Questions
from assistant.slack.status import Status
from assistant.types import Answer, Statement

_HELP = ("", "help")
_STOPPED = "Answering was stopped: ask again for the answer."
_FAILED = "Answering failed, which is not your fault: ask again, and tell whoever runs me if it fails again."
_AGAIN = "press the button again, and tell whoever runs me if it fails again."
_NOT_A_MEMBER = ("not_in_channel", "channel_not_found")
# The token does not work: what is recorded is posted once it does again, or there is another.
_NO_TOKEN = ("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive")

logger = logging.getLogger(__name__)


class Answering:
    """Does what asks want; each step is recorded before the next, so that none is done twice after a crash."""

    def __init__(self, chat: Chat, store: SlackStore, calls: Calls, bot_user: str, options: Options) -> None:
        """Answer from `chat`, post through `calls` as `bot_user`."""
        self._chat = chat
        self._store = store
        self._calls = calls
        self._bot_user = bot_user
        self._options = options
        self._outbox = Outbox(calls, store, bot_user)
        self._people = People(calls, options.channels, guests=options.guests)
        self._streams = Streams()
        self._questions = Questions(chat, store, calls.stopping, options)
        self._status = Status(calls)

    def handle(self, ask_id: str) -> bool:
        """Do what an ask wants; return False where that is to be tried again, because what hinders it may pass.

        Nothing is raised, and what was stopped is left for the next start.
        """
        try:
            ask = self._store.ask(ask_id)
            if ask is not None and ask.state not in ("done", "failed"):
                self._end(ask)
        except Stopped:
            return True
        except (SlackRefusal, StorageError) as error:
            exc_info = isinstance(error, StorageError)
            logger.error("the ask %s is tried again later: %s", ask_id, error, exc_info=exc_info)
            return False
        except Exception:  # whatever it is, the others must be answered
            logger.exception("the ask %s is left for the next start", ask_id)
        return True

    def _end(self, ask: SlackAsk) -> None:
        """Bring an ask to its end. Raises Stopped, StorageError, and SlackRefusal where the token does not work."""
        try:
            self._handle(ask)
        except (Stopped, StorageError):
            raise
        except SlackRefusal as error:
            if error.code in _NO_TOKEN:
                raise
            logger.error("the ask %s cannot be answered: %s", ask.id, error)
            self._give_up(ask, self._refused(error.code))
        except Exception:
            logger.exception("the ask %s failed", ask.id)
            self._give_up(ask, f"That failed, which is not your fault: {_AGAIN}")

    def _handle(self, ask: SlackAsk) -> None:
        live = Live(self._calls, self._store, ask, self._streams)
        try:
            final: tuple[SlackPost, tuple[Statement, ...]] | None = None
            refused = False
            if ask.state != "posting":
                try:
                    refusal = self._people.refusal(ask)
                    refused = refusal is not None
                    if refusal is not None:
                        self._plan(ask, [notice_post(refusal)])
                    else:
                        final = self._prepare(ask, live)
                except (Stopped, StorageError, SlackRefusal):
                    raise
                except AssistantError as error:
                    self._plan(ask, [notice_post(_sentence(error))])
                except Exception:  # it is told in the thread, too
                    logger.exception("the ask %s failed", ask.id)
                    self._plan(ask, [notice_post(_FAILED)])
            self._deliver(self._store.ask(ask.id) or ask, live, final)
            self._store.end(ask.id, "failed" if refused else "done")
        finally:
            if self._is_question(ask):
                self._status.clear(ask)

    # What is to be posted

    def _prepare(self, ask: SlackAsk, live: Live) -> tuple[SlackPost, tuple[Statement, ...]] | None:
        """Plan what is to be posted; return the end of a stream and the statements above it, None without an answer."""
        if ask.kind == "human":
            self._plan(ask, [self._call_for_help(ask)])
        elif ask.kind in ("share", "keep"):
            if ask.kind == "keep":
                opened = self._calls.call("conversations.open", {"users": ask.user})
                self._store.aim(ask.id, str(opened["channel"]["id"]))
            answer = self._chat.answer(ask.answer_id or "")
            self._plan(ask, self._posts(answer, (), ephemeral=False))
        elif not self._is_question(ask):
            self._plan(ask, [help_post()])
        else:
            self._status.show(ask)
            ended = self._questions.ask(ask, live)
            answered = ended.message.answer
            if answered is None:
                error = ended.message.error if ended.message.status == "failed" else None
                self._plan(ask, [notice_post(_sentence(error) if error else _STOPPED)])
                return None
            follow_ups = self._follow_ups(answered)
            posts = self._posts(answered, follow_ups, ephemeral=ask.ephemeral)
            self._plan(ask, posts, answered.id)
            rest = answer_posts(
                answered, follow_ups, full_url=self._full_url(answered), owner=self._options.owner, streamed=True
            )
            # What follows the first post is posted from the record: it has to be what follows the stream as well.
            return (rest[0], answered.statements) if rest[1:] == tuple(posts[1:]) else None
        return None

    def _follow_ups(self, answer: Answer) -> tuple[str, ...]:
        """Return questions to ask next, none where they take too long: nobody waits for them."""
        future = self._chat.aside(self._chat.follow_ups, answer.id)
        try:
            return future.result(self._options.suggesting)
        except NotYet:
            future.cancel()
        except AssistantError as error:
            logger.warning("nothing is suggested after the answer %s: %s", answer.id, error)
        return ()

    def _posts(self, answer: Answer, follow_ups: Sequence[str], *, ephemeral: bool) -> tuple[SlackPost, ...]:
        return answer_posts(
            answer, follow_ups, full_url=self._full_url(answer), owner=self._options.owner, ephemeral=ephemeral
        )

    def _full_url(self, answer: Answer) -> str | None:
        return f"{self._options.url.rstrip('/')}/a/{answer.id}" if self._options.url else None

    def _is_question(self, ask: SlackAsk) -> bool:
        return not ask.for_answer and ask.question.casefold() not in _HELP

    def _call_for_help(self, ask: SlackAsk) -> SlackPost:
        if self._options.owner is None:
            return notice_post("Nobody is named who could be called: ask whoever runs me to set ASSISTANT_SLACK_OWNER.")
        text = f"<@{self._options.owner}>: <@{ask.user}> would like a human to look at this."
        return SlackPost(text, ({"type": "section", "text": {"type": "mrkdwn", "text": text}},))

    def _plan(self, ask: SlackAsk, posts: Sequence[SlackPost], answer_id: str | None = None) -> None:
        self._store.plan(ask.id, [_payload(post) for post in posts], answer_id)

    # Posting

    def _deliver(self, ask: SlackAsk, live: Live, final: tuple[SlackPost, tuple[Statement, ...]] | None) -> None:
        for post in self._store.posts(ask.id):
            if post.ordinal == 0 and final is not None and live.finish(final[1], _payload(final[0])):
                continue
            ts = self._outbox.send(ask, post)
            if post.ordinal == 0 and ask.kind in ("share", "keep") and ts is not None:
                self._go_on_below(ask, ts)

    def _go_on_below(self, ask: SlackAsk, ts: str) -> None:
        """Let the thread below a shared answer be of the conversation that the answer was given in."""
        origin = self._store.asked_with(ask.answer_id or "")
        found = origin and self._store.thread(origin.team, origin.channel, origin.thread_ts)
        if found:
            self._store.bind(ask.team, ask.place, ts, found)

    # What cannot be done

    def _give_up(self, ask: SlackAsk, reason: str) -> None:
        """End an ask that failed; one made by a button is forgotten and its user told, so that it works once more."""
        if not ask.for_answer:
            self._store.end(ask.id, "failed")
            return
        self._store.forget(ask.id)
        if ask.response_url is None:
            return
        try:
            body = {"text": reason, "response_type": "ephemeral", "replace_original": False}
            self._calls.respond(ask.response_url, body)
        except (SlackRefusal, SlackUnclear) as error:
            logger.info("%s; nobody was told why the ask %s failed", error, ask.id)

    def _refused(self, code: str) -> str:
        if code in _NOT_A_MEMBER:
            return f"I can post only where I am a member: /invite <@{self._bot_user}>, then press the button again."
        return f"Slack does not let me do that ({code}): {_AGAIN}"


def _payload(post: SlackPost) -> dict[str, Any]:
    return {"text": post.text, "blocks": list(post.blocks)}


def _sentence(error: AssistantError | str) -> str:
    """Return an error as a sentence."""
    said = str(error)
    return said[:1].upper() + said[1:] + ("" if said.endswith((".", "!", "?")) else ".")
