"""SlackStore: what was asked in Slack, what is to be posted there, and which of it was, beside the conversations."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Self
from uuid import uuid4

from sqlalchemy import Connection, Engine, Row, text

from assistant.catalog.conversations import ConversationStore
from assistant.catalog.failures import translated
from assistant.catalog.requests import stamp
from assistant.catalog.schema import slack_asks, slack_posts
from assistant.types import Feedback

AskKind = Literal["mention", "direct", "command", "thread", "follow_up", "share", "keep", "human"]
AskState = Literal["received", "answering", "posting", "done", "failed"]
PostState = Literal["live", "planned", "sending", "sent"]

# Slack delivers an event again for some hours at most.
_EVENTS_KEPT = timedelta(days=7)
_ASK = (
    'SELECT id, team, channel, thread_ts, message_ts, "user", kind, question, response_url, target, state, attempt,'
    " message_id, answer_id FROM slack_asks"
)
_POST = "SELECT id, ask_id, ordinal, payload, state, ts FROM slack_posts"


@dataclass(frozen=True)
class SlackAsk:
    """Something that is to be answered in Slack, once; `message_ts` tells it from others in its channel.

    `thread_ts` is the thread that it is answered in, empty for none; `response_url` is where `user` alone is told
    something, the answer or why there is none; `target` is the channel to post in where it is not `channel`.
    `answer_id` is the answer that it got or, where it asks `for_answer`, has from the start. `attempt` counts from 1,
    `message_id` is its latest message.
    """

    team: str
    channel: str
    thread_ts: str
    message_ts: str
    user: str
    kind: AskKind
    question: str = ""
    response_url: str | None = field(default=None, repr=False)
    answer_id: str | None = None
    target: str | None = None
    state: AskState = "received"
    attempt: int = 1
    message_id: str | None = None
    id: str = field(default_factory=lambda: uuid4().hex)

    @property
    def for_answer(self) -> bool:
        """Whether something is to be done with an answer that there is: nothing is answered."""
        return self.kind in ("share", "keep", "human")

    @property
    def ephemeral(self) -> bool:
        """Whether only the user sees the answer."""
        return self.response_url is not None and not self.for_answer

    @property
    def place(self) -> str:
        """The channel that is posted in."""
        return self.target or self.channel


@dataclass(frozen=True)
class StoredPost:
    """One message to be posted for an ask; `ts` is that of the message that stands there already.

    live      a message shows what is known so far, or is about to
    planned   recorded, nobody has tried to post it
    sending   it may have been posted
    sent      it was posted
    """

    id: str
    ask_id: str
    ordinal: int
    payload: dict[str, Any]
    state: PostState
    ts: str | None = None


class SlackStore:
    """The Slack edge's part of the catalog. Every method raises StorageError when the file cannot be read or written.

    What a method writes is on the disk when it returns.
    """

    def __init__(self, engine: Engine, writing: threading.Lock) -> None:
        """Keep everything behind `engine`; `writing` is held while something is written there."""
        self._engine = engine
        self._writing = writing

    @classmethod
    def beside(cls, conversations: ConversationStore) -> Self:
        """Return the store in the same catalog as `conversations`."""
        return cls(conversations._engine, conversations._writing)

    # Asks

    def take(self, ask: SlackAsk, event_id: str | None = None) -> bool:
        """Record an ask; return False where it, or the event that tells of it, is known already."""
        now = datetime.now(UTC)
        row = asdict(ask) | {"created": stamp(now)}
        with self._write() as connection:
            if event_id is not None:
                event = {"team": ask.team, "event_id": event_id, "created": stamp(now)}
                if not connection.execute(
                    text("INSERT INTO slack_events VALUES (:team, :event_id, :created) ON CONFLICT DO NOTHING"), event
                ).rowcount:
                    return False
            return bool(connection.execute(slack_asks.insert().prefix_with("OR IGNORE"), row).rowcount)

    def ask(self, ask_id: str) -> SlackAsk | None:
        """Return an ask as it stands, None where there is none."""
        rows = self._rows(f"{_ASK} WHERE id = :id", id=ask_id)
        return _ask(rows[0]) if rows else None

    def open_asks(self) -> tuple[SlackAsk, ...]:
        """Return the asks that are not at their end, in the order in which they came."""
        rows = self._rows(f"{_ASK} WHERE state IN ('received', 'answering', 'posting') ORDER BY key")
        return tuple(_ask(row) for row in rows)

    def answering(self, ask_id: str, message_id: str, attempt: int) -> None:
        """Record the message of the chat that an ask became at its `attempt`."""
        self._set(ask_id, state="answering", message_id=message_id, attempt=attempt)

    def aim(self, ask_id: str, channel: str) -> None:
        """Record that an ask is answered in another channel."""
        self._set(ask_id, target=channel)

    def end(self, ask_id: str, state: Literal["done", "failed"]) -> None:
        """Record that nothing more is to be done for an ask."""
        self._set(ask_id, state=state)

    def forget(self, ask_id: str) -> None:
        """Remove an ask and what was planned for it, so that it can be taken again."""
        with self._write() as connection:
            connection.execute(text("DELETE FROM slack_asks WHERE id = :id"), {"id": ask_id})

    def asked_with(self, answer_id: str) -> SlackAsk | None:
        """Return the ask that got an answer, None where that was not in Slack."""
        rows = self._rows(
            f"{_ASK} WHERE answer_id = :id AND kind NOT IN ('share', 'keep', 'human') ORDER BY key LIMIT 1",
            id=answer_id,
        )
        return _ask(rows[0]) if rows else None

    def forget_events(self) -> None:
        """Remove the keys of events that are too old to be delivered again."""
        with self._write() as connection:
            before = {"before": stamp(datetime.now(UTC) - _EVENTS_KEPT)}
            connection.execute(text("DELETE FROM slack_events WHERE created < :before"), before)

    # Threads

    def thread(self, team: str, channel: str, thread_ts: str) -> str | None:
        """Return the conversation of a thread, None where it has none yet."""
        rows = self._rows(
            "SELECT conversation_id FROM slack_threads"
            " WHERE team = :team AND channel = :channel AND thread_ts = :thread_ts",
            team=team,
            channel=channel,
            thread_ts=thread_ts,
        )
        return str(rows[0].conversation_id) if rows else None

    def bind(self, team: str, channel: str, thread_ts: str, conversation_id: str) -> None:
        """Record the conversation of a thread, in place of a former one."""
        values = {"team": team, "channel": channel, "thread_ts": thread_ts, "conversation": conversation_id}
        with self._write() as connection:
            connection.execute(
                text(
                    "INSERT INTO slack_threads VALUES (:team, :channel, :thread_ts, :conversation)"
                    " ON CONFLICT (team, channel, thread_ts) DO UPDATE SET conversation_id = :conversation"
                ),
                values,
            )

    def takes_part(self, team: str, channel: str, thread_ts: str) -> bool:
        """Return whether something was answered in a thread, or is about to be."""
        values = {"team": team, "channel": channel, "thread_ts": thread_ts}
        where = "WHERE team = :team AND channel = :channel AND thread_ts = :thread_ts"
        return bool(
            self._rows(
                f"SELECT 1 FROM slack_threads {where} UNION ALL"
                f" SELECT 1 FROM slack_asks {where} AND state != 'failed' LIMIT 1",
                **values,
            )
        )

    # Posts

    def go_live(self, ask_id: str) -> StoredPost:
        """Record that the first post of an ask is about to be shown before its answer is whole; return it."""
        post = StoredPost(uuid4().hex, ask_id, 0, {}, "live")
        with self._write() as connection:
            connection.execute(slack_posts.insert().prefix_with("OR IGNORE"), _post_row(post))
        return self.posts(ask_id)[0]

    def plan(self, ask_id: str, payloads: Sequence[dict[str, Any]], answer_id: str | None = None) -> None:
        """Record all that is to be posted for an ask, which from then on only waits for that.

        The first takes the place of a live post. What was planned for the ask before is left as it is.
        """
        with self._write() as connection:
            connection.execute(
                text(
                    "UPDATE slack_asks SET state = 'posting', answer_id = coalesce(:answer, answer_id) WHERE id = :id"
                ),
                {"id": ask_id, "answer": answer_id},
            )
            for ordinal, payload in enumerate(payloads):
                row = _post_row(StoredPost(uuid4().hex, ask_id, ordinal, payload, "planned"))
                connection.execute(
                    text(
                        "INSERT INTO slack_posts VALUES (:id, :ask_id, :ordinal, :payload, :state, :ts)"
                        " ON CONFLICT (ask_id, ordinal) DO UPDATE SET payload = excluded.payload,"
                        # A live post may have been shown: whoever sends it has to look.
                        " state = 'sending' WHERE slack_posts.state = 'live'"
                    ),
                    row,
                )

    def posts(self, ask_id: str) -> tuple[StoredPost, ...]:
        """Return the posts of an ask in order."""
        return tuple(_post(row) for row in self._rows(f"{_POST} WHERE ask_id = :id ORDER BY ordinal", id=ask_id))

    def sending(self, post_id: str) -> None:
        """Record that a post is about to be tried."""
        self._set_post(post_id, state="sending")

    def shown(self, post_id: str, ts: str | None) -> None:
        """Record the message that stands in a live post's place; None where there is none any more."""
        self._set_post(post_id, ts=ts)

    def sent(self, post_id: str, ts: str | None) -> None:
        """Record that a post is where it should be."""
        self._set_post(post_id, state="sent", ts=ts)

    def known_messages(self, place: str) -> frozenset[str]:
        """Return the time stamps of all messages that are known to have been posted in a channel."""
        rows = self._rows(
            "SELECT p.ts FROM slack_posts p JOIN slack_asks a ON a.id = p.ask_id"
            " WHERE coalesce(a.target, a.channel) = :place AND p.ts IS NOT NULL",
            place=place,
        )
        return frozenset(row.ts for row in rows)

    # Votes

    def vote(self, team: str, user: str, feedback: Feedback) -> None:
        """Keep what a user thinks of an answer, in place of what the same user thought of it before."""
        row = feedback.model_dump() | {"created": stamp(feedback.created), "team": team, "user": user}
        with self._write() as connection:
            connection.execute(
                text(
                    "INSERT INTO slack_votes VALUES (:answer_id, :team, :user, :vote, :reason, :text, :created)"
                    ' ON CONFLICT (answer_id, team, "user")'
                    " DO UPDATE SET vote = :vote, reason = :reason, text = :text, created = :created"
                ),
                row,
            )

    def votes(self, answer_id: str) -> dict[str, Feedback]:
        """Return what is thought of an answer, by user."""
        rows = self._rows('SELECT * FROM slack_votes WHERE answer_id = :id ORDER BY created, "user"', id=answer_id)
        return {
            row.user: Feedback(
                answer_id=row.answer_id, vote=row.vote, reason=row.reason, text=row.text, created=row.created
            )
            for row in rows
        }

    # Plumbing

    def _set(self, ask_id: str, **values: object) -> None:
        self._update("slack_asks", ask_id, values)

    def _set_post(self, post_id: str, **values: object) -> None:
        self._update("slack_posts", post_id, values)

    def _update(self, table: str, key: str, values: dict[str, object]) -> None:
        assignments = ", ".join(f"{name} = :{name}" for name in values)
        with self._write() as connection:
            connection.execute(text(f"UPDATE {table} SET {assignments} WHERE id = :id"), values | {"id": key})

    def _rows(self, statement: str, **values: object) -> Sequence[Row[Any]]:
        with translated(self._engine), self._engine.connect() as connection:
            return connection.execute(text(statement), values).all()

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with self._writing, translated(self._engine), self._engine.begin() as connection:
            yield connection


def _ask(row: Row[Any]) -> SlackAsk:
    return SlackAsk(**row._mapping)


def _post(row: Row[Any]) -> StoredPost:
    return StoredPost(**{**row._mapping, "payload": json.loads(row.payload)})


def _post_row(post: StoredPost) -> dict[str, object]:
    return asdict(post) | {"payload": json.dumps(post.payload, ensure_ascii=False)}
