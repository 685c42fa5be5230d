"""Connections: so many are open at once, and where one more would be too many, one that waits for its client goes.

A connection costs a descriptor, and a process that has none left can neither take in another nor open its database. So
there are fewer connections than descriptors, and whoever holds many of them without asking anything only displaces
themselves: what is closed first is what has sent no whole request, that which has waited longest before all others.
"""

import logging
import time
from collections import Counter, OrderedDict
from typing import Literal, Protocol

from assistant.api.hosts import is_loopback

# With more descriptors than that many connections need, memory is what is short.
MOST = 1000
_SHARE_OF_FILES = 0.75
_SHARE_OF_ONE = 0.25
_SECONDS_BETWEEN_LINES = 60.0

# For what its client is waited: for a request, of which there is nothing yet or a part of the head, or for the rest of
# its body or until more of the response is read.
Wait = Literal["request", "rest"]
_FIRST: tuple[Wait, ...] = ("request", "rest")

logger = logging.getLogger(__name__)


class Closable(Protocol):
    """A connection."""

    address: str

    def cut(self) -> None:
        """Close it at once, whatever it has not sent yet."""
        ...


class Connections:
    """The connections that are open; used on one thread."""

    def __init__(self, most: int = MOST, each: int | None = None) -> None:
        """Hold at most `most`, `each` of one address, a quarter by default.

        Loopback's addresses may have all: behind a proxy every client has one.
        """
        self._most = most
        self._each = max(1, int(most * _SHARE_OF_ONE)) if each is None else each
        self._open: set[Closable] = set()
        self._of: Counter[str] = Counter()
        self._waiting: dict[Wait, OrderedDict[Closable, None]] = {wait: OrderedDict() for wait in _FIRST}
        self._told = -_SECONDS_BETWEEN_LINES
        self._closed = False

    def __len__(self) -> int:
        """Return how many are open."""
        return len(self._open)

    def enter(self, connection: Closable) -> bool:
        """Let `connection` in, which closes another where there are too many; return False where none can be closed."""
        if self._closed:
            return False
        address = connection.address
        if self._of[address] >= self._each and not is_loopback(address) and not self._cut_one(address):
            return False
        if len(self._open) >= self._most and not self._cut_one():
            return False
        self._open.add(connection)
        self._of[address] += 1
        return True

    def close(self) -> None:
        """Let none in any more; those that are open stay."""
        self._closed = True

    def waits(self, connection: Closable, wait: Wait | None) -> None:
        """Note for what `connection` waits, None while it is the client that does; one that left is not noted."""
        if connection not in self._open:
            return
        for kind, waiting in self._waiting.items():
            if kind != wait:
                waiting.pop(connection, None)
        if wait is not None:
            self._waiting[wait].setdefault(connection)

    def leave(self, connection: Closable) -> None:
        """Let `connection` go; one that left before, too."""
        self.waits(connection, None)
        if connection in self._open:
            self._open.discard(connection)
            self._of[connection.address] -= 1
            if not self._of[connection.address]:
                del self._of[connection.address]

    def _cut_one(self, address: str | None = None) -> bool:
        """Close what has waited longest for its client, of `address` where one is given; return whether anything."""
        self._tell()
        for kind in _FIRST:
            for connection in self._waiting[kind]:
                if address is None or connection.address == address:
                    self.leave(connection)
                    connection.cut()
                    return True
        return False

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self._told >= _SECONDS_BETWEEN_LINES:
            self._told = now
            logger.warning(
                "%d connections are open, at most %d are held and %d of one address: those that wait are closed",
                len(self._open),
                self._most,
                self._each,
            )


def room() -> int:
    """Return how many connections may be open at once, so that a quarter of the descriptors is left for files."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return MOST
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MOST if files == resource.RLIM_INFINITY else max(1, min(MOST, int(files * _SHARE_OF_FILES)))
