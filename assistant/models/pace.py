"""Pace: work that can wait steps back while questions are answered, and goes in steps small enough for that."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from assistant.errors import Stopped
from assistant.models.embedding import Embedder, ModelIdentity, Vectors

# Characters embedded between two looks whether someone asks: about 50 ms on two cores, and where nobody has asked for
# a while, enough for the model to work at its best.
_STEP = 1_000
_STRIDE = 16_000
_QUIET = 5.0


class Pace:
    """Knows whether a question is being answered; methods may be called from several threads."""

    def __init__(self, patience: float = 0.25) -> None:
        """Let what steps back wait `patience` seconds at most, so that it goes on even if questions never end."""
        self._patience = patience
        self._changed = threading.Condition()
        self._asking = 0
        self._last = -_QUIET
        self._stopped = False

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Count as a question that is being answered."""
        with self._changed:
            self._asking += 1
        try:
            yield
        finally:
            with self._changed:
                self._asking -= 1
                self._last = time.monotonic()
                self._changed.notify_all()

    def step_back(self) -> None:
        """Wait until no question is being answered, or patience ends. Raises Stopped once that was asked for."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or not self._asking, self._patience)
            if self._stopped:
                raise Stopped("articles were not taken in, because the program ends: send them again")

    def stop(self) -> None:
        """End what steps back, at its next step and for good."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    @property
    def quiet(self) -> bool:
        """Whether nobody has asked for some seconds."""
        with self._changed:
            return not self._asking and time.monotonic() - self._last > _QUIET


class PacedEmbedder:
    """`Embedder` for articles: steps back between batches; the vectors are those of the embedder within."""

    def __init__(self, embedder: Embedder, pace: Pace) -> None:
        """Embed with `embedder` at `pace`."""
        self._embedder = embedder
        self._pace = pace

    @property
    def identity(self) -> ModelIdentity:
        """Name, revision and dimension of the model."""
        return self._embedder.identity

    @property
    def max_tokens(self) -> int:
        """Longest input."""
        return self._embedder.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text."""
        return self._embedder.count_tokens(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows, shape (len(texts), dimension)."""
        out = np.zeros((len(texts), self.identity.dimension), np.float32)
        waiting = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        while waiting:
            self._pace.step_back()
            room = _STRIDE if self._pace.quiet else _STEP
            count = 1
            while count < len(waiting) and sum(len(texts[row]) for row in waiting[: count + 1]) <= room:
                count += 1
            rows, waiting = waiting[:count], waiting[count:]
            out[rows] = self._embedder.embed_passages([texts[row] for row in rows])
        return out

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows, shape (len(texts), dimension), at once."""
        return self._embedder.embed_questions(texts)
