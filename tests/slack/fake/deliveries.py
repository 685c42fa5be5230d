"""What is delivered to an app, and each attempt to deliver it."""

import time
from dataclasses import dataclass, field
from typing import Literal, Protocol
from uuid import uuid4

from .workspace import JSON

Kind = Literal["events_api", "slash_commands", "interactive"]


@dataclass
class Attempt:
    """One sending, known by its envelope; times are monotonic, `status` is that of HTTP."""

    number: int
    reason: str = ""
    envelope_id: str = field(default_factory=lambda: str(uuid4()))
    sent: float = 0.0
    acknowledged: float | None = None
    status: int | None = None
    response: JSON | str | None = None

    @property
    def took(self) -> float:
        """Seconds until it was acknowledged."""
        assert self.acknowledged is not None, "it was not acknowledged"
        return self.acknowledged - self.sent


@dataclass
class Delivery:
    """A payload and the attempts to deliver it."""

    kind: Kind
    payload: JSON
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def acknowledged(self) -> bool:
        """Whether the app took one of the attempts."""
        return any(one.acknowledged is not None for one in self.attempts)

    def again(self, reason: str = "") -> Attempt:
        """Add an attempt, counted from 0 as Slack does."""
        self.attempts.append(Attempt(len(self.attempts), reason, sent=time.monotonic()))
        return self.attempts[-1]


class Transport(Protocol):
    """How deliveries reach the app."""

    def send(self, delivery: Delivery) -> None:
        """Deliver, and again while it is not acknowledged; returns at once."""

    def again(self, delivery: Delivery) -> None:
        """Deliver once more, acknowledged or not; returns at once."""
