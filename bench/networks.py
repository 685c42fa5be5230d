"""Networks: trained readers that read each pair of question and passage once, whole or without one of their heads."""

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Self

import numpy as np

from assistant.models.reader.runtime import PassageInput, PassageScores, ReaderNetwork

Head = Literal["answerable", "relevance", "span"]
HEADS: tuple[Head, ...] = ("answerable", "relevance", "span")
FILES = ("model.onnx", "tokenizer.json", "manifest.json")

_MUTED: dict[Head, Callable[[PassageScores], PassageScores]] = {
    "answerable": lambda one: replace(one, answerable=0.0),
    "relevance": lambda one: replace(one, sentences=(0.0,) * len(one.sentences)),
    "span": lambda one: replace(one, spans=(None,) * len(one.spans)),
}


class RememberingNetwork(ReaderNetwork):
    """A trained reader that keeps what it said, for a passage's scores depend on no other passage."""

    def __init__(self, folder: Path, name: str, threads: int = 2) -> None:
        """Load the network in `folder`, to be called `name`. Raises ModelError when it does not load."""
        super().__init__(folder, threads)
        self.known: dict[tuple[str, PassageInput], PassageScores] = {}
        self._name = name
        self._muted: Head | None = None

    @property
    def name(self) -> str:
        """The name given; an exported folder that was not published holds none."""
        return self._name

    def without(self, head: Head) -> Self:
        """Return this network, memory shared, with a head that says the same of every passage.

        Features made of it are then constant, so a regression fitted to them has no use for them.
        """
        other = copy.copy(self)
        other._name = f"{self._name} without {head}"
        other._muted = head
        return other

    def score(self, question: str, passages: Sequence[PassageInput]) -> list[PassageScores]:
        """Return the scores of each passage for `question`, in order."""
        if fresh := [passage for passage in dict.fromkeys(passages) if (question, passage) not in self.known]:
            scores = super().score(question, fresh)
            self.known |= {(question, passage): one for passage, one in zip(fresh, scores, strict=True)}
        said = [self.known[question, passage] for passage in passages]
        return [_MUTED[self._muted](one) for one in said] if self._muted else said

    def inputs(self) -> dict[str, list[PassageInput]]:
        """Return the passages that were read for each question."""
        out: dict[str, list[PassageInput]] = {}
        for question, passage in self.known:
            out.setdefault(question, []).append(passage)
        return out


@dataclass(frozen=True)
class Apart:
    """How far the logits of two networks lie apart: the largest and the mean of `count` absolute differences."""

    largest: float
    mean: float
    count: int


def logits_apart(one: RememberingNetwork, other: RememberingNetwork) -> dict[Head, Apart]:
    """Return, by head, how far apart the two are on the pairs that both have read."""
    found: dict[Head, list[float]] = {head: [] for head in HEADS}
    for pair in one.known.keys() & other.known.keys():
        for head, a, b in zip(HEADS, _logits(one.known[pair]), _logits(other.known[pair]), strict=True):
            found[head] += [abs(x - y) for x, y in zip(a, b, strict=True)]
    return {head: Apart(max(some), float(np.mean(some)), len(some)) for head, some in found.items() if some}


def lacking(folder: Path) -> list[str]:
    """Return the names of the files that `folder` lacks to be a trained reader."""
    return [name for name in FILES if not (folder / name).is_file()]


def _logits(scores: PassageScores) -> Iterable[tuple[float, ...]]:
    return (scores.answerable,), scores.sentences, tuple(span.score for span in scores.spans if span)
