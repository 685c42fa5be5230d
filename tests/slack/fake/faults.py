"""What goes wrong on demand: each method's next calls, in the order in which the faults were added."""

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from .workspace import JSON


@dataclass(frozen=True)
class Fault:
    """What happens to a call: it waits `delay` seconds, is `performed` or not, and ends otherwise than it should.

    `error` is a refusal in a proper answer; `cut` closes the connection in place of an answer.
    """

    status: int = 200
    error: str | None = None
    retry_after: int | None = None
    delay: float = 0.0
    performed: bool = False
    cut: bool = False


def rate_limited(seconds: int = 1) -> Fault:
    """Return what Slack says where too many calls came: 429 with Retry-After."""
    return Fault(status=429, error="ratelimited", retry_after=seconds)


def server_error(status: int = 500, *, performed: bool = False) -> Fault:
    """Return a failure of the server, before or after the call was `performed`."""
    return Fault(status=status, performed=performed)


def lost() -> Fault:
    """Return the loss of the answer to a call that was performed."""
    return Fault(performed=True, cut=True)


def dropped() -> Fault:
    """Return a connection closed before the call was performed."""
    return Fault(cut=True)


def slow(seconds: float) -> Fault:
    """Return a proper answer that comes late; the call is performed at once."""
    return Fault(delay=seconds, performed=True)


def refused(error: str) -> Fault:
    """Return a refusal, such as "unknown_method"."""
    return Fault(error=error)


Condition = Callable[[JSON], bool]


class Faults:
    """Faults by method."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: dict[str, list[tuple[Fault, float, Condition]]] = defaultdict(list)

    def add(self, method: str, fault: Fault, times: float = 1, when: Condition = lambda _: True) -> None:
        """Let the next `times` calls of `method` whose arguments satisfy `when` go wrong; `inf` for all."""
        with self._lock:
            self._next[method].append((fault, times, when))

    def take(self, method: str, given: JSON) -> Fault | None:
        """Return what shall happen to this call."""
        with self._lock:
            waiting = self._next[method]
            for at, (fault, times, when) in enumerate(waiting):
                if when(given):
                    waiting[at : at + 1] = [(fault, times - 1, when)] if times > 1 else []
                    return fault
        return None

    def clear(self) -> None:
        """Forget all faults that have not come."""
        with self._lock:
            self._next.clear()
