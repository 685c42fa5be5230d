"""From ranked passages to an answer: the protocols, and what answerers and writers hand on."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.citations import Quote
from assistant.types import Hit, Status, Usage


@dataclass(frozen=True)
class Draft:
    """What an answerer found: quotes in reading order (none when it abstains), and the passages, best first.

    `confidence` in [0, 1] is the estimated probability that the quotes answer the question. `best` is the place of the
    likeliest among `quotes`. `contested` are the places of those that exclude one another, from different articles.
    """

    status: Status
    confidence: float
    quotes: tuple[Quote, ...]
    hits: tuple[Hit, ...]
    uncertain: bool = False
    best: int | None = None
    contested: tuple[int, ...] = ()


@dataclass(frozen=True)
class Claim:
    """A sentence of an answer in a writer's own words, and the quotes that support it, at least one."""

    text: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True)
class Outcome:
    """How writing ended: `found` is False where the writer found no answer in the passages.

    `dropped` counts the sentences that no quote supports. `fallback` says in a sentence why what was written is not to
    be shown; None where it is.
    """

    found: bool = True
    dropped: int = 0
    fallback: str | None = None
    usage: Usage | None = None


class Answerer(Protocol):
    """Answers a question from passages, or abstains."""

    @property
    def name(self) -> str:
        """Name and version of what judges the passages."""
        ...

    @property
    def settings(self) -> dict[str, str | int | float | bool | None]:
        """What the answer depends on besides question, passages and `name`."""
        ...

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        """Return the answer to `question` from `hits` (best first)."""
        ...


class Writer(Protocol):
    """Puts what an answerer found into its own words, every sentence supported by quotes."""

    @property
    def name(self) -> str:
        """Name of the language model that writes."""
        ...

    @property
    def settings(self) -> dict[str, str | int | float | bool | None]:
        """What its sentences depend on besides question and draft."""
        ...

    def write(self, question: str, draft: Draft, stop: threading.Event | None = None) -> Iterator[Claim | Outcome]:
        """Yield the sentences as they are written and found supported, and the outcome at the end.

        Raises Stopped soon after `stop` is set; whatever else goes wrong is told by the outcome.
        """
        ...


__all__ = ["Answerer", "Claim", "Draft", "Outcome", "Quote", "Writer"]
