"""ConversationStore: conversations, messages, answers and what was thought of them, beside the articles."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from uuid import uuid4

from sqlalchemy import Connection, Engine, Row, text

from assistant.catalog.failures import begun, translated
from assistant.catalog.lexical import words
from assistant.catalog.requests import Kept, RequestKey, keep_request, kept_request, stamp
from assistant.catalog.schema import answers as answers_table
from assistant.catalog.schema import conversations as conversations_table
from assistant.catalog.schema import messages as messages_table
from assistant.errors import FilterError, NotFoundError
from assistant.types import Answer, Conversation, ConversationFacts, Feedback, Filters, Message, MessageStatus

MAX_TITLE = 80
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FACTS = (
    "SELECT c.key, c.id, c.title, c.created, c.updated,"
    " (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id) AS messages FROM conversations c"
)
_OWN = "(SELECT id FROM conversations WHERE id = :conversation AND owner IS :owner)"
_MESSAGES = (
    "SELECT m.*, a.json, f.vote, f.reason, f.text, f.created AS judged FROM messages m"
    " LEFT JOIN answers a ON a.id = m.answer_id LEFT JOIN feedback f ON f.answer_id = m.answer_id"
)


@dataclass(frozen=True)
class StoredMessage:
    """A message and what its sender does not see of it.

    `wording` is the standalone question where the user gave it, `failure` the name of the error's class where it
    failed, `last_event` the number of the event that ended its stream.
    """

    message: Message
    wording: str | None = None
    failure: str | None = None
    last_event: int | None = None


@dataclass(frozen=True)
class StoredAnswer:
    """An answer as the JSON that was sent, and when it was kept."""

    json: str
    created: datetime


class ConversationStore:
    """The chat's part of the catalog; its writes take turns with those of articles, and none of them changes a search.

    Where a `key` is given, what is made is recorded for it in the same transaction. Every method raises StorageError
    when the file cannot be read or written, and NotFoundError for an id that does not exist or is not of its owner.
    """

    def __init__(self, engine: Engine, writing: threading.Lock, owner: str | None = None) -> None:
        """Keep what is of `owner` behind `engine`; `writing` is held while something is written there.

        Nothing of another owner is found or changed, but by `interrupt`.
        """
        self._engine = engine
        self._writing = writing
        self._owner = owner

    @property
    def owner(self) -> str | None:
        """Whose all of it is; None for what is no key's."""
        return self._owner

    def of(self, owner: str | None) -> Self:
        """Return what is of `owner` in the same catalog."""
        return type(self)(self._engine, self._writing, owner)

    # Conversations

    def create(self, title: str = "", key: RequestKey | None = None, edge: str | None = None) -> ConversationFacts:
        """Make a conversation without messages; `edge` is where it is had, if that is not the API."""
        now = datetime.now(UTC)
        facts = ConversationFacts(id=uuid4().hex, title=title, created=now, updated=now, messages=0)
        row = {
            "id": facts.id,
            "title": title,
            "created": stamp(now),
            "updated": stamp(now),
            "owner": self._owner,
            "edge": edge,
        }
        with self._write() as connection:
            connection.execute(conversations_table.insert(), row)
            self._keep_request(connection, key, Kept(body=facts.model_dump_json()), facts.id)
        return facts

    def list(
        self, query: str | None = None, limit: int = 50, before: str | None = None
    ) -> tuple[tuple[ConversationFacts, ...], str | None]:
        """Return at most `limit` conversations, latest updated first, and the cursor of those after them.

        `query`: only those whose title, or one of whose messages, holds words that begin as all of its words do.
        `before` is the cursor of a former call; None where nothing follows. Raises FilterError for what is no cursor.
        """
        parts, values = ["c.owner IS :owner"], dict[str, object](limit=limit + 1, owner=self._owner)
        if query is not None and query.strip():
            found = " ".join(f'"{word}"*' for word in words(query))
            values["match"] = found or '""'
            parts.append(
                "(c.key IN (SELECT rowid FROM conversations_fts WHERE conversations_fts MATCH :match) OR c.id IN"
                " (SELECT m.conversation_id FROM messages_fts JOIN messages m ON m.key = messages_fts.rowid"
                " WHERE messages_fts MATCH :match))"
            )
        if before is not None:
            values["updated"], values["key"] = _read_cursor(before)
            parts.append("(c.updated, c.key) < (:updated, :key)")
        rows = self._rows(
            f"{_FACTS} WHERE {' AND '.join(parts)} ORDER BY c.updated DESC, c.key DESC LIMIT :limit", **values
        )
        following = _cursor(rows[limit - 1]) if len(rows) > limit else None
        return tuple(_facts(row) for row in rows[:limit]), following

    def facts(self, conversation_id: str) -> ConversationFacts:
        """Return what is known of a conversation."""
        return _facts(self._conversation(conversation_id))

    def read(self, conversation_id: str) -> Conversation:
        """Return a conversation with its messages, in the order in which they were asked."""
        row = self._conversation(conversation_id)
        messages = self._rows(f"{_MESSAGES} WHERE m.conversation_id = :id ORDER BY m.key", id=conversation_id)
        return Conversation(
            id=row.id,
            title=row.title,
            created=row.created,
            updated=row.updated,
            messages=tuple(_stored(one).message for one in messages),
        )

    def rename(self, conversation_id: str, title: str) -> ConversationFacts:
        """Give a conversation another title."""
        values = {"id": conversation_id, "title": title, "now": stamp(datetime.now(UTC)), "owner": self._owner}
        with self._write() as connection:
            connection.execute(
                text("UPDATE conversations SET title = :title, updated = :now WHERE id = :id AND owner IS :owner"),
                values,
            )
        return self.facts(conversation_id)

    def delete(self, conversation_id: str) -> None:
        """Remove a conversation with its messages, all answers ever given in it, and the feedback on them."""
        with self._write() as connection:
            gone = connection.execute(
                text("DELETE FROM conversations WHERE id = :id AND owner IS :owner"),
                {"id": conversation_id, "owner": self._owner},
            )
        if not gone.rowcount:
            raise _no_conversation(conversation_id)

    # Messages

    def add(self, message: Message, wording: str | None = None, key: RequestKey | None = None) -> None:
        """Append `message` to its conversation, which gets its name from it where it has none yet."""
        values = {
            "id": message.conversation_id,
            "title": " ".join(message.question.split())[:MAX_TITLE],
            "now": stamp(message.created),
            "owner": self._owner,
        }
        row = message.model_dump(include={"id", "conversation_id", "question", "standalone_question", "status"})
        row |= {
            "created": stamp(message.created),
            "filters": message.filters.model_dump_json(exclude_defaults=True),
            "wording": wording,
            "answer_text": "",
            "replaces": message.replaces,
        }
        with self._write() as connection:
            named = connection.execute(
                text(
                    "UPDATE conversations SET updated = :now, title = CASE title WHEN '' THEN :title ELSE title END"
                    " WHERE id = :id AND owner IS :owner"
                ),
                values,
            )
            if not named.rowcount:
                raise _no_conversation(message.conversation_id)
            connection.execute(messages_table.insert(), row)
            self._keep_request(connection, key, Kept(message_id=message.id), message.conversation_id)

    def message(self, conversation_id: str, message_id: str) -> StoredMessage:
        """Return one message of a conversation."""
        rows = self._rows(
            f"{_MESSAGES} WHERE m.id = :id AND m.conversation_id IN {_OWN}",
            id=message_id,
            conversation=conversation_id,
            owner=self._owner,
        )
        if not rows:
            self._conversation(conversation_id)
            raise NotFoundError(
                f"the conversation {conversation_id!r} has no message {message_id!r}: read it to see which it has"
            )
        return _stored(rows[0])

    def answered(self, conversation_id: str, most: int, before: str | None = None) -> tuple[Message, ...]:
        """Return the last `most` answered messages of a conversation, oldest first.

        `before`: only those asked before the message with this id.
        """
        bound = " AND m.key < (SELECT key FROM messages WHERE id = :before)" if before is not None else ""
        rows = self._rows(
            f"{_MESSAGES} WHERE m.conversation_id IN {_OWN} AND m.status = 'done'{bound}"
            " ORDER BY m.key DESC LIMIT :most",
            conversation=conversation_id,
            owner=self._owner,
            before=before,
            most=most,
        )
        return tuple(_stored(row).message for row in reversed(rows))

    def finish(
        self,
        message: Message,
        status: MessageStatus,
        last_event: int,
        *,
        answer: Answer | None = None,
        failure: str | None = None,
        error: str | None = None,
    ) -> Message:
        """Record how a running message ended and return it so.

        With an `answer`, the message that it replaces and those between them leave the conversation.
        """
        now = stamp(datetime.now(UTC))
        ended = {
            "id": message.id,
            "status": status,
            "answer_id": answer.id if answer else None,
            "answer_text": "\n".join(one.text for one in answer.statements) if answer else "",
            "failure": failure,
            "error": error,
            "last_event": last_event,
        }
        if answer:
            # A language model may have put it otherwise than it was settled before it was asked.
            message = message.model_copy(update={"standalone_question": answer.standalone_question})
            ended["standalone_question"] = answer.standalone_question
        with self._write() as connection:
            if connection.execute(text("SELECT 1 FROM messages WHERE id = :id"), ended).first() is None:
                raise NotFoundError(f"the message {message.id!r} was deleted while it was answered: ask again")
            if answer:
                self._keep(connection, answer, message.conversation_id)
            connection.execute(
                text(f"UPDATE messages SET {', '.join(f'{name} = :{name}' for name in ended)} WHERE id = :id"), ended
            )
            if answer and message.replaces is not None:
                connection.execute(
                    text(
                        "DELETE FROM messages WHERE conversation_id = :conversation AND key <"
                        " (SELECT key FROM messages WHERE id = :id) AND key >="
                        " (SELECT key FROM messages WHERE id = :replaced)"
                    ),
                    {"conversation": message.conversation_id, "id": message.id, "replaced": message.replaces},
                )
            connection.execute(
                text("UPDATE conversations SET updated = :now WHERE id = :id"),
                {"id": message.conversation_id, "now": now},
            )
        return message.model_copy(update={"status": status, "answer": answer, "error": error})

    def interrupt(self, failure: str, error: str, last_event: int) -> int:
        """End every message that is running as failed; return how many there were."""
        values = {"failure": failure, "error": error, "last_event": last_event}
        with self._write() as connection:
            done = connection.execute(
                text(
                    "UPDATE messages SET status = 'failed', failure = :failure, error = :error,"
                    " last_event = :last_event WHERE status = 'running'"
                ),
                values,
            )
        return int(done.rowcount)

    # Answers

    def keep(self, answer: Answer, key: RequestKey | None = None) -> str:
        """Keep an answer outside of any conversation; return the JSON that it is kept as."""
        with self._write() as connection:
            kept = self._keep(connection, answer, None)
            self._keep_request(connection, key, Kept(answer_id=answer.id), None)
        return kept

    def answer(self, answer_id: str) -> StoredAnswer:
        """Return an answer that was given; one that was given in another edge is for whoever knows its id."""
        rows = self._rows(
            "SELECT json, created FROM answers WHERE id = :id AND (owner IS :owner OR owner IS NULL AND conversation_id"
            " IN (SELECT id FROM conversations WHERE edge IS NOT NULL))",
            id=answer_id,
            owner=self._owner,
        )
        if not rows:
            raise _no_answer(answer_id)
        return StoredAnswer(rows[0].json, datetime.fromisoformat(rows[0].created))

    def judge(self, feedback: Feedback, key: RequestKey | None = None) -> None:
        """Keep what someone thinks of an answer, in place of what was thought of it before."""
        row = feedback.model_dump() | {"created": stamp(feedback.created)}
        with self._write() as connection:
            found = connection.execute(
                text("SELECT conversation_id FROM answers WHERE id = :id AND owner IS :owner"),
                {"id": feedback.answer_id, "owner": self._owner},
            ).first()
            if found is None:
                raise _no_answer(feedback.answer_id)
            connection.execute(
                text(
                    "INSERT INTO feedback VALUES (:answer_id, :vote, :reason, :text, :created) ON CONFLICT (answer_id)"
                    " DO UPDATE SET vote = :vote, reason = :reason, text = :text, created = :created"
                ),
                row,
            )
            self._keep_request(connection, key, Kept(body=feedback.model_dump_json()), found.conversation_id)

    # Requests

    def kept(self, key: RequestKey) -> Kept | None:
        """Return what the first request with `key` made. Raises RepeatError where it asked for something else."""
        with translated(self._engine), self._engine.connect() as connection:
            return kept_request(connection, key, self._owner)

    def note(self, key: RequestKey, body: str, conversation_id: str) -> None:
        """Record the response to a request that makes nothing of its own."""
        with self._write() as connection:
            self._keep_request(connection, key, Kept(body=body), conversation_id)

    # Plumbing

    def _conversation(self, conversation_id: str) -> Row[Any]:
        rows = self._rows(f"{_FACTS} WHERE c.id = :id AND c.owner IS :owner", id=conversation_id, owner=self._owner)
        if not rows:
            raise _no_conversation(conversation_id)
        return rows[0]

    def _rows(self, statement: str, **values: object) -> Sequence[Row[Any]]:
        with translated(self._engine), self._engine.connect() as connection:
            return connection.execute(text(statement), values).all()

    def _keep(self, connection: Connection, answer: Answer, conversation_id: str | None) -> str:
        kept = answer.model_dump_json()
        row = {"id": answer.id, "conversation_id": conversation_id, "created": stamp(datetime.now(UTC)), "json": kept}
        connection.execute(answers_table.insert(), row | {"owner": self._owner})
        return kept

    def _keep_request(
        self, connection: Connection, key: RequestKey | None, kept: Kept, conversation_id: str | None
    ) -> None:
        keep_request(connection, key, kept, conversation_id, self._owner)

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with self._writing, begun(self._engine) as connection:
            yield connection


def _facts(row: Row[Any]) -> ConversationFacts:
    return ConversationFacts(
        id=row.id, title=row.title, created=row.created, updated=row.updated, messages=row.messages
    )


def _stored(row: Row[Any]) -> StoredMessage:
    feedback = None
    if row.vote is not None:
        feedback = Feedback(
            answer_id=row.answer_id, vote=row.vote, reason=row.reason, text=row.text, created=row.judged
        )
    message = Message(
        id=row.id,
        conversation_id=row.conversation_id,
        created=row.created,
        question=row.question,
        filters=Filters.model_validate_json(row.filters),
        standalone_question=row.standalone_question,
        status=row.status,
        error=row.error,
        answer=Answer.model_validate_json(row.json) if row.json is not None else None,
        feedback=feedback,
        replaces=row.replaces,
    )
    return StoredMessage(message, row.wording, row.failure, row.last_event)


def _cursor(row: Row[Any]) -> str:
    return f"{(datetime.fromisoformat(row.updated) - _EPOCH) // timedelta(microseconds=1)}-{row.key}"


def _read_cursor(cursor: str) -> tuple[str, int]:
    try:
        micros, key = (int(part) for part in cursor.split("-"))
        if key >= 1 << 63:
            raise ValueError("no row has this number")
        return stamp(_EPOCH + timedelta(microseconds=micros)), key
    except (ValueError, OverflowError) as error:
        raise FilterError(f"before is {cursor[:60]!r}, but should be the `next` of the page before") from error


def _no_conversation(conversation_id: str) -> NotFoundError:
    return NotFoundError(
        f"no conversation has the id {conversation_id[:60]!r}: list the conversations to see which there are"
    )


def _no_answer(answer_id: str) -> NotFoundError:
    return NotFoundError(
        f"no answer has the id {answer_id[:60]!r}: it was never given, belongs to another key, or its conversation is"
        " deleted"
    )
