"""Figures on held-out articles."""

import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from assistant.models.reader.batches import Encoded, Ints


@dataclass(frozen=True)
class Figures:
    """AUROC of answerable against not, and three shares of the positives.

    `best_sentence`: the best sentence is gold; `first_in_group`: no negative of the group scores as high; `span`: start
    and end tokens are both right.
    """

    auroc: float
    best_sentence: float
    first_in_group: float
    span: float
    groups: int

    def __str__(self) -> str:
        return (
            f"auroc {self.auroc:.4f}  best sentence {self.best_sentence:.4f}  first in group {self.first_in_group:.4f}"
            f"  span {self.span:.4f}  ({self.groups} groups)"
        )


Scores = tuple[float, list[float], tuple[int, int]]


def auroc(positive: Ints, negative: Ints) -> float:
    """Return the probability that a positive scores above a negative, ties half."""
    if not len(positive) or not len(negative):
        return float("nan")
    _, inverse, counts = np.unique(np.concatenate([positive, negative]), return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    rank_sum = float(ranks[inverse[: len(positive)]].sum())
    return (rank_sum - len(positive) * (len(positive) + 1) / 2) / (len(positive) * len(negative))


def validate(encoded: Encoded, score: Callable[[Ints], list[Scores]], most: int, size: int = 32) -> Figures:
    """Return figures over at most `most` groups (always the same ones).

    `score` takes example numbers and returns for each the answerable logit, a logit a sentence, the best span.
    """
    members = encoded.members()
    chosen = random.Random(0).sample(members, min(most, len(members)))
    order = np.concatenate(chosen)
    order = order[np.argsort(encoded.lengths()[order], kind="stable")]
    scores: dict[int, Scores] = {}
    for first in range(0, len(order), size):
        part = order[first : first + size]
        scores.update(zip(map(int, part), score(part), strict=True))
    logits = {i: s[0] for i, s in scores.items()}
    good = [i for i in scores if encoded.answerable[i]]
    sentences = [_best_is_gold(encoded, i, scores[i][1]) for i in good]
    spans = [scores[i][2] == tuple(encoded.spans[i]) for i in good if encoded.spans[i][0] >= 0]
    first_ones = [logits[int(g[0])] > max(logits[int(i)] for i in g[1:]) for g in chosen]
    return Figures(
        auroc(
            np.array([logits[i] for i in good]), np.array([v for i, v in logits.items() if not encoded.answerable[i]])
        ),
        float(np.mean([s for s in sentences if s is not None])),
        float(np.mean(first_ones)),
        float(np.mean(spans)) if spans else float("nan"),
        len(chosen),
    )


def _best_is_gold(encoded: Encoded, example: int, logits: list[float]) -> bool | None:
    """Tell whether the best sentence is gold; None where there is no choice or nothing gold was left by the cut."""
    gold = encoded.sentences[encoded.sentence_bounds[example] : encoded.sentence_bounds[example + 1], 2]
    if len(gold) < 2 or not gold.any():
        return None
    return bool(gold[int(np.argmax(logits))])
