"""From ranked passages to an answer: the protocol, and what an answerer hands on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.citations import Quote
from assistant.types import Hit, Status


@dataclass(frozen=True)
class Draft:
    """What an answerer found: quotes in reading order (none when it abstains), and the passages, best first.

    `confidence` in [0, 1] is the estimated probability that the quotes answer the question. `best` is the place of the
    likeliest among `quotes`.
    """

    status: Status
    confidence: float
    quotes: tuple[Quote, ...]
    hits: tuple[Hit, ...]
    uncertain: bool = False
    best: int | None = None


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


__all__ = ["Answerer", "Draft", "Quote"]
