"""KeyStore: the keys of those who may use the server, and who is signed in at the page with one."""

import hashlib
import secrets
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from uuid import uuid4

from sqlalchemy import Connection, Engine, Row, text

from assistant.catalog.conversations import ConversationStore
from assistant.catalog.failures import begun, translated
from assistant.catalog.requests import stamp
from assistant.errors import AccessError, NotFoundError, RunError, StorageError

# By which programs that look for secrets in files can tell a key.
PREFIX = "assistant_"
# Where a request bears its Principal, as a key of ASGI's scope.
PRINCIPAL = "assistant.principal"
SESSION_DAYS = 30

_BYTES = 32
_LONGEST_NAME = 64
# Seconds between two notes of when a key was used.
_NOTED = 60.0
_MOST_SESSIONS = 100
_KEY = "SELECT k.id, k.name, k.created, k.revoked, k.last_used FROM keys k"


@dataclass(frozen=True)
class AccessKey:
    """What is known of a key; itself it is kept nowhere."""

    id: str
    name: str
    created: datetime
    revoked: datetime | None = None
    last_used: datetime | None = None


@dataclass(frozen=True)
class Principal:
    """Who sends a request: the owner of a key, or, without `owner`, someone whom no key is asked of."""

    owner: str | None = None
    name: str | None = None


def principal_of(scope: Mapping[str, Any]) -> Principal:
    """Return who sends the request of `scope`. Raises RunError where nobody has asked for a key: nobody is nobody."""
    found = scope.get(PRINCIPAL)
    if not isinstance(found, Principal):
        raise RunError("the request came by a way that asks for no key: serve it behind one that does")
    return found


class KeyStore:
    """The catalog's keys. Every method raises StorageError when the file cannot be read or written.

    Keys and tokens are random with 256 bits, so that their SHA-256 needs no salt and no time to make. What another
    process writes here is seen at once.
    """

    def __init__(self, engine: Engine, writing: threading.Lock) -> None:
        """Keep keys behind `engine`; `writing` is held while something is written there."""
        self._engine = engine
        self._writing = writing
        self._noted: dict[str, float] = {}

    @classmethod
    def beside(cls, conversations: ConversationStore) -> Self:
        """Return the keys in the same catalog as `conversations`."""
        return cls(conversations._engine, conversations._writing)

    # Keys

    def add(self, name: str, *, adopt: bool = False) -> tuple[AccessKey, str]:
        """Make a key; return what is known of it, and the key.

        `adopt`: what was asked and uploaded while there was no key becomes its own. Raises AccessError for a name that
        another key has or had, or that cannot be one.
        """
        key = _clean_name(name)
        made = AccessKey(uuid4().hex, key, datetime.now(UTC))
        secret = PREFIX + secrets.token_urlsafe(_BYTES)
        with self._write() as connection:
            former = _named(connection, key)
            if former is not None:
                state = "was revoked" if former.revoked else "is in use"
                raise AccessError(
                    f"there is a key of the name {key!r}, which {state}: choose another, or `assistant keys renew`"
                )
            connection.execute(
                text("INSERT INTO keys (id, name, digest, created) VALUES (:id, :name, :digest, :created)"),
                {"id": made.id, "name": key, "digest": digest_of(secret), "created": stamp(made.created)},
            )
            if adopt:
                _adopt(connection, made.id)
        return made, secret

    def renew(self, name: str) -> tuple[AccessKey, str]:
        """Put another key in the place of one, revoked or not; what belongs to it stays. Raises NotFoundError."""
        secret = PREFIX + secrets.token_urlsafe(_BYTES)
        with self._write() as connection:
            former = _existing(connection, name)
            connection.execute(
                text("UPDATE keys SET digest = :digest, revoked = NULL WHERE id = :id"),
                {"id": former.id, "digest": digest_of(secret)},
            )
            connection.execute(text("DELETE FROM sessions WHERE key_id = :id"), {"id": former.id})
        return AccessKey(former.id, former.name, former.created, None, former.last_used), secret

    def revoke(self, name: str) -> AccessKey:
        """Make a key work no more; what belongs to it stays. Raises NotFoundError."""
        with self._write() as connection:
            key = _existing(connection, name)
            now = datetime.now(UTC)
            connection.execute(
                text("UPDATE keys SET revoked = coalesce(revoked, :now) WHERE id = :id"),
                {"id": key.id, "now": stamp(now)},
            )
            connection.execute(text("DELETE FROM sessions WHERE key_id = :id"), {"id": key.id})
        return AccessKey(key.id, key.name, key.created, key.revoked or now, key.last_used)

    def list(self) -> tuple[AccessKey, ...]:
        """Return all keys, revoked ones too, the oldest first."""
        return tuple(_access_key(row) for row in self._rows(f"{_KEY} ORDER BY k.created, k.id"))

    def any(self, *, active: bool = False) -> bool:
        """Whether a key was ever made; `active`: whether one works."""
        where = " WHERE revoked IS NULL" if active else ""
        return bool(self._rows(f"SELECT EXISTS (SELECT 1 FROM keys{where}) AS found")[0].found)

    def find(self, secret: str) -> AccessKey | None:
        """Return the key that is `secret`, None where it is none or was revoked."""
        rows = self._rows(f"{_KEY} WHERE k.digest = :digest AND k.revoked IS NULL", digest=digest_of(secret))
        return self._used(_access_key(rows[0])) if rows else None

    # Sessions

    def sign_in(self, key: AccessKey) -> str:
        """Return a token that stands for `key` for 30 days, or until it is revoked."""
        token = secrets.token_urlsafe(_BYTES)
        now = datetime.now(UTC)
        row = {
            "digest": digest_of(token),
            "key": key.id,
            "now": stamp(now),
            "expires": stamp(now + timedelta(days=SESSION_DAYS)),
            "most": _MOST_SESSIONS,
        }
        with self._write() as connection:
            connection.execute(text("INSERT INTO sessions VALUES (:digest, :key, :now, :expires)"), row)
            connection.execute(
                text(
                    "DELETE FROM sessions WHERE expires < :now OR key_id = :key AND digest NOT IN (SELECT digest FROM"
                    " sessions WHERE key_id = :key ORDER BY created DESC, digest LIMIT :most)"
                ),
                row,
            )
        return token

    def signed_in(self, token: str) -> AccessKey | None:
        """Return the key that `token` stands for, None where it stands for none any more."""
        rows = self._rows(
            f"{_KEY} JOIN sessions s ON s.key_id = k.id"
            " WHERE s.digest = :digest AND s.expires > :now AND k.revoked IS NULL",
            digest=digest_of(token),
            now=stamp(datetime.now(UTC)),
        )
        return self._used(_access_key(rows[0])) if rows else None

    def sign_out(self, token: str) -> None:
        """Let `token` stand for nothing."""
        with self._write() as connection:
            connection.execute(text("DELETE FROM sessions WHERE digest = :digest"), {"digest": digest_of(token)})

    # Plumbing

    def _used(self, key: AccessKey) -> AccessKey:
        """Note that a key was used, now and then; nobody waits for that, and it may fail."""
        now = time.monotonic()
        if now - self._noted.get(key.id, -_NOTED) < _NOTED or not self._writing.acquire(blocking=False):
            return key
        try:
            self._noted[key.id] = now
            with translated(self._engine), self._engine.begin() as connection:
                connection.execute(
                    text("UPDATE keys SET last_used = :now WHERE id = :id"),
                    {"id": key.id, "now": stamp(datetime.now(UTC))},
                )
        except StorageError:
            # A full disk is told by what has to be written; whoever only reads goes on.
            return key
        finally:
            self._writing.release()
        return key

    def _rows(self, statement: str, **values: object) -> Sequence[Row[Any]]:
        with translated(self._engine), self._engine.connect() as connection:
            return connection.execute(text(statement), values).all()

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with self._writing, begun(self._engine) as connection:
            yield connection


def digest_of(secret: str) -> str:
    """Return the SHA-256 of a key or a token in hex."""
    return hashlib.sha256(secret.encode("utf-8", "backslashreplace")).hexdigest()


def _clean_name(name: str) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > _LONGEST_NAME or not plain.isprintable():
        raise AccessError(f"{name[:_LONGEST_NAME]!a} cannot be a key's name: give 1 to {_LONGEST_NAME} characters")
    return plain


def _named(connection: Connection, name: str) -> AccessKey | None:
    row = connection.execute(text(f"{_KEY} WHERE k.name = :name"), {"name": name}).first()
    return None if row is None else _access_key(row)


def _existing(connection: Connection, name: str) -> AccessKey:
    key = _named(connection, " ".join(name.split()))
    if key is None:
        raise NotFoundError(f"there is no key of the name {name[:_LONGEST_NAME]!a}: `assistant keys list` lists them")
    return key


def _adopt(connection: Connection, owner: str) -> None:
    """Make what is no key's the owner's, but for what other edges made, and for articles, which are everybody's."""
    for statement in (
        "UPDATE conversations SET owner = :owner WHERE owner IS NULL AND edge IS NULL",
        "UPDATE answers SET owner = :owner WHERE owner IS NULL AND (conversation_id IS NULL OR conversation_id IN"
        " (SELECT id FROM conversations WHERE owner = :owner))",
    ):
        connection.execute(text(statement), {"owner": owner})


def _access_key(row: Row[Any]) -> AccessKey:
    times = (datetime.fromisoformat(one) if one else None for one in (row.revoked, row.last_used))
    return AccessKey(row.id, row.name, datetime.fromisoformat(row.created), *times)
