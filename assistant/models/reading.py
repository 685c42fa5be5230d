"""Reader: judges how well passages, and the sentences in them, answer a question."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.types import Hit


@dataclass(frozen=True)
class Reading:
    """What a reader makes of one passage; probabilities in [0, 1].

    `passage`: the passage answers the question. `sentences`: each sentence is part of the answer, one number a
    sentence. `spans`: code points (start, end) of the short answer in each sentence, in the article's text, None where
    there is none; empty when the reader marks none.
    """

    passage: float
    sentences: tuple[float, ...]
    spans: tuple[tuple[int, int] | None, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """One reading a passage, in order, and the probability that the best sentences among them answer the question."""

    readings: tuple[Reading, ...]
    confidence: float


class Reader(Protocol):
    """Judges passages."""

    @property
    def name(self) -> str:
        """Name and version, for the receipt."""
        ...

    @property
    def threshold(self) -> float:
        """The confidence below which wrong answers cost more than wrong refusals."""
        ...

    @property
    def uncertain(self) -> float:
        """The confidence below which an answer is marked as uncertain."""
        ...

    def read(self, question: str, hits: Sequence[Hit]) -> Judgement:
        """Return what to make of `hits`, best first, for `question`."""
        ...
