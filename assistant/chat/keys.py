"""Keys: a request that bears the key of an earlier one is not done a second time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Self

from assistant.catalog import ConversationStore, Kept, RequestKey
from assistant.errors import InProgressError


class Keys:
    """The keys of requests that are being done, beside those in the store, which were done."""

    def __init__(self, store: ConversationStore) -> None:
        """Look in `store` for what was done."""
        self._store = store
        self._keying = threading.Lock()
        self._taken: set[tuple[str | None, str, str]] = set()

    def of(self, store: ConversationStore) -> Self:
        """Return the keys of the requests of another owner, whose `store` it is; they are none of this one's."""
        other = copy(self)
        other._store = store
        return other

    @contextmanager
    def once(self, key: RequestKey | None) -> Iterator[Kept | None]:
        """Give what the first request with `key` made; None lets the caller make it, while others with a key wait.

        Raises RepeatError where the first request asked for something else.
        """
        if key is None:
            yield None
            return
        with self._keying:
            yield self._store.kept(key)

    @contextmanager
    def alone(self, key: RequestKey | None) -> Iterator[Kept | None]:
        """Like `once` for what takes long: others with the same key are refused meanwhile with InProgressError."""
        kept = self.take(key)
        try:
            yield kept
        finally:
            self.release(key)

    def take(self, key: RequestKey | None) -> Kept | None:
        """Give what the first request with `key` made, and refuse others with it until `release`; raises as `alone`."""
        if key is None:
            return None
        name = self._store.owner, key.path, key.key
        with self._keying:
            kept = self._store.kept(key)
            if name in self._taken:
                raise InProgressError(
                    f"a request with the Idempotency-Key {key.key[:40]!r} is being answered: send it again later"
                )
            self._taken.add(name)
        return kept

    def release(self, key: RequestKey | None) -> None:
        """Let others have `key`."""
        if key is not None:
            with self._keying:
                self._taken.discard((self._store.owner, key.path, key.key))
