"""Tally: how many answers were given since the process began, of which kind, and what they took."""

import threading
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import get_args

from assistant.types import Answer, Status

MODES = ("extractive", "generative")
STATUSES: tuple[Status, ...] = get_args(Status)
# Upper bounds of the classes of seconds: from an extractive answer's tenths to the last patience with a model.
SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)


@dataclass(frozen=True)
class Durations:
    """How long answers took: `counts[i]` of them at most `SECONDS[i]` and more than the bound before; the last, longer.

    `total` is the sum in seconds.
    """

    counts: tuple[int, ...] = (0,) * (len(SECONDS) + 1)
    total: float = 0.0

    def plus(self, seconds: float) -> "Durations":
        """Return these and one more."""
        place = bisect_left(SECONDS, seconds)
        counts = (*self.counts[:place], self.counts[place] + 1, *self.counts[place + 1 :])
        return Durations(counts, self.total + seconds)


@dataclass(frozen=True)
class Counts:
    """What was counted up to a moment.

    `answers` by mode and status; `dropped` statements and `fallbacks` as `Answer` has them; tokens, and the US dollars
    of those answers whose model's prices are known; `durations` by mode.
    """

    answers: dict[tuple[str, str], int] = field(default_factory=dict)
    dropped: int = 0
    fallbacks: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    durations: dict[str, Durations] = field(default_factory=dict)


class Tally:
    """Counts answers; any thread may count and read."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self._guard = threading.Lock()
        self._answers: Counter[tuple[str, str]] = Counter()
        self._dropped = self._fallbacks = self._input = self._output = 0
        self._cost = 0.0
        self._durations = dict.fromkeys(MODES, Durations())

    def count(self, answer: Answer) -> None:
        """Count an answer that was given."""
        with self._guard:
            self._answers[answer.mode, answer.status] += 1
            self._dropped += answer.dropped
            self._fallbacks += answer.fallback is not None
            if answer.usage is not None:
                self._input += answer.usage.input_tokens
                self._output += answer.usage.output_tokens
                self._cost += answer.usage.cost_usd or 0.0
            if "total" in answer.timings_ms:
                self._durations[answer.mode] = self._durations[answer.mode].plus(answer.timings_ms["total"] / 1000)

    def counts(self) -> Counts:
        """Return what was counted so far; every mode and status is in it."""
        with self._guard:
            return Counts(
                answers={(mode, status): self._answers[mode, status] for mode in MODES for status in STATUSES},
                dropped=self._dropped,
                fallbacks=self._fallbacks,
                input_tokens=self._input,
                output_tokens=self._output,
                cost_usd=self._cost,
                durations=dict(self._durations),
            )
