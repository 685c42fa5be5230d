"""Numbers that tell how well a sentence answers a question, from vectors and words alone."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.answering.questions import AskedFor, kind_match
from assistant.catalog.lexical import heading_text, stems
from assistant.ingestion import sentence_texts
from assistant.models.embedding import Vectors
from assistant.models.reader.runtime import UNSEEN, PassageScores
from assistant.types import Hit

Matrix = NDArray[np.float64]

# Scores of retrieval grow with the number of passages they are standardised over, so only their shares of the highest
# are used: what is fitted on large corpora holds on one article too.
SENTENCE_FEATURES = (
    "passage_share", "rank", "passage_cosine", "lexical_share", "cosine", "cosine_gap", "coverage",
    "wide_coverage", "passage_coverage", "neighbour_cosine", "kind", "length", "first", "heading", "short",
    "cosine_rank", "digits",
)  # fmt: skip
# Leads besides the cosine itself: how near the nearest texts are depends on how much of a corpus is on one matter.
ANSWER_FEATURES = (
    "best", "passage_cosine", "passage_cosine_lead", "cosine_lead", "coverage", "wide_coverage", "unknown", "kind",
    "lead", "mass",
)  # fmt: skip

PASSAGE_FEATURES = ("share", "rank", "cosine", "lexical_share", "coverage", "best", "mass")
NETWORK_PASSAGE_FEATURES = ("answerable", "answerable_gap", "relevance", "span")
NETWORK_FEATURES = (
    "relevance", "relevance_gap", "answerable", "answerable_gap", "span", "answerable_share", "relevance_share",
)  # fmt: skip


NETWORK_ANSWER_FEATURES = (
    "network_answerable", "network_relevance", "network_mean", "best_answerable", "first_answerable",
)  # fmt: skip


@dataclass(frozen=True)
class SentenceView:
    """One candidate sentence: which hit and sentence it is, its text, and the row of its features."""

    hit: int
    sentence: int
    text: str


class TermWeights:
    """Inverse document frequencies of a question's terms, and how much of their weight a text covers."""

    def __init__(self, terms: Sequence[str], frequency: Mapping[str, int], passages: int) -> None:
        """Weigh `terms` by how few of `passages` hold them (Robertson and Spärck Jones 1976, smoothed)."""
        self._weights = {t: math.log(1 + (passages - frequency[t] + 0.5) / (frequency[t] + 0.5)) for t in terms}
        self.total = sum(self._weights.values()) or 1.0
        self.unknown = sum(w for t, w in self._weights.items() if not frequency[t]) / self.total

    def coverage(self, *texts: frozenset[str]) -> float:
        """Return the share of the terms' weight, in [0, 1], that the stems of `texts` hold."""
        return sum(w for t, w in self._weights.items() if any(t in text for text in texts)) / self.total


def sentence_features(
    asked: AskedFor, weights: TermWeights, question: Vectors, hits: Sequence[Hit], vectors: Sequence[Vectors]
) -> tuple[list[SentenceView], Matrix]:
    """Return every sentence of `hits` and its features, shape (sentences, len(SENTENCE_FEATURES)).

    `question` is its vector, `vectors` one (sentences, dimension) array a hit.
    """
    cosines = [rows @ question for rows in vectors]
    highest = max((float(c.max()) for c in cosines if len(c)), default=0.0)
    ranks = _reciprocal_ranks(cosines)
    lexical = max((hit.lexical_score for hit in hits), default=0.0) or 1.0
    shares = _shares([hit.score for hit in hits])
    views: list[SentenceView] = []
    rows: list[list[float]] = []
    for rank, (hit, sims) in enumerate(zip(hits, cosines, strict=True)):
        texts = sentence_texts(hit)
        bags = [frozenset(stems(text)) for text in texts]
        above = frozenset(stems(heading_text(hit.heading_path, hit.publisher, hit.published)))
        passage_coverage = weights.coverage(above, *bags)
        for i, sentence in enumerate(hit.sentences):
            before = bags[i - 1] if i else frozenset[str]()
            around = [float(sims[j]) for j in (i - 1, i + 1) if 0 <= j < len(sims)]
            views.append(SentenceView(rank, i, texts[i]))
            rows.append(
                [
                    shares[rank],
                    1 / (1 + rank),
                    hit.dense_score,
                    hit.lexical_score / lexical,
                    float(sims[i]),
                    float(sims[i]) - highest,
                    weights.coverage(bags[i]),
                    weights.coverage(bags[i], before, above),
                    passage_coverage,
                    max(around, default=0.0),
                    kind_match(asked.kind, texts[i]),
                    math.log(1 + len(texts[i])),
                    float(i == 0),
                    float(sentence.kind == "heading"),
                    float(len(re.findall(r"\w+", texts[i])) < 6),
                    ranks[rank][i],
                    sum(c.isdigit() for c in texts[i]) / (1 + len(texts[i])),
                ]
            )
    return views, np.array(rows, np.float64).reshape(len(rows), len(SENTENCE_FEATURES))


def network_features(views: Sequence[SentenceView], scores: Sequence[PassageScores]) -> Matrix:
    """Return what the trained reader adds to each sentence's features, shape (views, len(NETWORK_FEATURES)).

    `scores` are those of the hits that `views` count; all are logits, gaps to the highest, or logarithms of the share
    that a logit has among those of all passages or sentences (softmax).
    """
    highest = max((one.answerable for one in scores), default=0.0)
    logits = [logit for one in scores for logit in one.sentences]
    clearest = max(logits, default=0.0)
    passages, sentences = _log_sum([one.answerable for one in scores]), _log_sum(logits)
    rows = []
    for view in views:
        one = scores[view.hit]
        relevance, span = one.sentences[view.sentence], one.spans[view.sentence]
        rows.append(
            [
                relevance,
                relevance - clearest,
                one.answerable,
                one.answerable - highest,
                span.score if span else UNSEEN,
                one.answerable - passages,
                relevance - sentences,
            ]
        )
    return np.array(rows, np.float64).reshape(len(rows), len(NETWORK_FEATURES))


def network_answer_features(scores: Sequence[PassageScores], best: int) -> NDArray[np.float64]:
    """Return what the trained reader adds to the features of the best answer, shape (len(NETWORK_ANSWER_FEATURES),).

    `scores` are in the order of retrieval; `best` is the place of the passage that holds the best sentence.
    """
    answerable = sorted((one.answerable for one in scores), reverse=True)
    relevance = max((logit for one in scores for logit in one.sentences), default=0.0)
    mean = float(np.mean(answerable[:3]))
    return np.array([answerable[0], relevance, mean, scores[best].answerable, scores[0].answerable])


def passage_features(
    views: Sequence[SentenceView], matrix: Matrix, chances: NDArray[np.float64], hits: Sequence[Hit]
) -> Matrix:
    """Return the features of each passage, shape (hits, len(PASSAGE_FEATURES)), given those of its sentences."""
    column = {name: i for i, name in enumerate(SENTENCE_FEATURES)}
    of_hit = np.array([view.hit for view in views], int)
    rows = []
    for rank, hit in enumerate(hits):
        own = np.flatnonzero(of_hit == rank)
        likeliest = np.sort(chances[own])[::-1]
        rows.append(
            [
                float(matrix[own, column["passage_share"]].max(initial=0.0)),
                1 / (1 + rank),
                hit.dense_score,
                float(matrix[own, column["lexical_share"]].max(initial=0.0)),
                float(matrix[own, column["passage_coverage"]].max(initial=0.0)),
                _logit(float(likeliest[0])) if len(likeliest) else _logit(0.0),
                float(likeliest[:3].sum()),
            ]
        )
    return np.array(rows, np.float64).reshape(len(rows), len(PASSAGE_FEATURES))


def network_passage_features(scores: Sequence[PassageScores]) -> Matrix:
    """Return what the trained reader adds to the features of each passage, all logits."""
    highest = max((one.answerable for one in scores), default=0.0)
    rows = [
        [one.answerable, one.answerable - highest, max(one.sentences, default=UNSEEN), one.span_score] for one in scores
    ]
    return np.array(rows, np.float64).reshape(len(rows), len(NETWORK_PASSAGE_FEATURES))


def answer_features(
    views: Sequence[SentenceView], matrix: Matrix, chances: NDArray[np.float64], weights: TermWeights
) -> NDArray[np.float64]:
    """Return the features of the best answer there is, shape (len(ANSWER_FEATURES),).

    `matrix` and `chances` are the features and probabilities in [0, 1] of the candidate sentences `views`, at least
    one. Leads are differences of cosines: its passage's over the nearest other one (0 where there is none), and its
    sentence's over the average.
    """
    column = {name: i for i, name in enumerate(SENTENCE_FEATURES)}  # the network's columns stand after these
    order = np.argsort(-chances, kind="stable")
    best, top = order[0], order[:3]
    cosines = matrix[:, column["cosine"]]
    passages = matrix[:, column["passage_cosine"]]
    others = [cosine for view, cosine in zip(views, passages, strict=True) if view.hit != views[best].hit]
    return np.array(
        [
            _logit(float(chances[best])),
            float(passages[best]),
            float(passages[best] - max(others, default=passages[best])),
            float(cosines[best] - cosines.mean()),
            float(matrix[top, column["coverage"]].max()),
            float(matrix[top, column["wide_coverage"]].max()),
            weights.unknown,
            float(matrix[best, column["kind"]]),
            float(chances[best] - chances[order[len(top) - 1]]),
            float(np.sort(chances)[-5:].sum()),
        ]
    )


def _shares(scores: Sequence[float]) -> list[float]:
    """Return each score's place between the average passage (0, whose standardised score is 0) and the best (1)."""
    best = max((*scores, 1e-9))
    return [max(score / best, 0.0) for score in scores]


def _reciprocal_ranks(cosines: Sequence[Vectors]) -> list[list[float]]:
    """Return 1 for the sentence of the highest cosine, 1/2 for the next and so on, by hit; equals share a rank."""
    order = sorted((float(c) for some in cosines for c in some), reverse=True)
    rank = {cosine: 1 / place for place, cosine in reversed(list(enumerate(order, 1)))}
    return [[rank[float(c)] for c in some] for some in cosines]


def _log_sum(logits: Sequence[float]) -> float:
    return float(np.logaddexp.reduce(logits)) if len(logits) else 0.0


def _logit(p: float) -> float:
    clipped = min(max(p, 1e-6), 1 - 1e-6)
    return math.log(clipped / (1 - clipped))
