"""Requests that must not be done twice: what the first one with a key made is kept for a day."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from assistant.catalog.schema import requests as requests_table
from assistant.errors import RepeatError

KEPT = timedelta(hours=24)


@dataclass(frozen=True)
class RequestKey:
    """What tells a request from others: its path, the key its sender chose, and the digest of what it asks for."""

    path: str
    key: str
    digest: str


@dataclass(frozen=True)
class Kept:
    """What a request made: the `body` of its response, or the id of its message or answer."""

    body: str | None = None
    message_id: str | None = None
    answer_id: str | None = None


def stamp(moment: datetime) -> str:
    """Return `moment` as the catalog keeps it: ISO 8601 in UTC with microseconds, which sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def keep_request(
    connection: Connection, key: RequestKey | None, kept: Kept, conversation_id: str | None, owner: str | None
) -> None:
    """Record what the request of `owner` with `key` made, in the transaction that makes it.

    Those of before a day are forgotten.
    This one is forgotten with the conversation `conversation_id`.
    """
    if key is None:
        return
    now = datetime.now(UTC)
    connection.execute(requests_table.delete().where(requests_table.c.created < stamp(now - KEPT)))
    connection.execute(
        requests_table.insert(),
        {
            "owner": owner or "",
            "path": key.path,
            "key": key.key,
            "digest": key.digest,
            "created": stamp(now),
            "conversation_id": conversation_id,
            "body": kept.body,
            "message_id": kept.message_id,
            "answer_id": kept.answer_id,
        },
    )


def kept_request(connection: Connection, key: RequestKey, owner: str | None) -> Kept | None:
    """Return what the first request of `owner` with `key` made, None where there was none within a day.

    Raises RepeatError where that request asked for something else.
    """
    row = connection.execute(
        text(
            "SELECT digest, body, message_id, answer_id FROM requests"
            " WHERE owner = :owner AND path = :path AND key = :key AND created >= :since"
        ),
        {"owner": owner or "", "path": key.path, "key": key.key, "since": stamp(datetime.now(UTC) - KEPT)},
    ).first()
    if row is None:
        return None
    if row.digest != key.digest:
        raise RepeatError(
            f"the Idempotency-Key {key.key[:40]!r} was sent to {key.path} with another body: choose a new key for a"
            " new request"
        )
    return Kept(row.body, row.message_id, row.answer_id)
