"""SimilarityReader: a reader without a network, two logistic regressions over similarities and shared words."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from assistant.answering.features import (
    ANSWER_FEATURES,
    NETWORK_ANSWER_FEATURES,
    NETWORK_FEATURES,
    NETWORK_PASSAGE_FEATURES,
    PASSAGE_FEATURES,
    SENTENCE_FEATURES,
    Matrix,
    SentenceView,
    TermWeights,
    answer_features,
    network_answer_features,
    network_features,
    network_passage_features,
    passage_features,
    sentence_features,
)
from assistant.answering.questions import analyse
from assistant.catalog import Catalog
from assistant.chunking import headings_above
from assistant.errors import ModelError
from assistant.models.embedding import Embedder
from assistant.models.linear import Linear
from assistant.models.reader.runtime import PassageInput, PassageScores, ReaderNetwork
from assistant.models.reading import Judgement, Reading
from assistant.types import Frozen, Hit


class SimilarityModel(Frozen):
    """What `bench/fit_similarity.py` fits: which sentence answers, which passage, whether any does, and when not.

    `threshold`: below it wrong answers cost more than wrong refusals. `uncertain`: below it an answer is marked.
    """

    version: int
    sentence: Linear
    passage: Linear
    answer: Linear
    threshold: float
    uncertain: float


def feature_names(*, network: bool) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the names of the features of sentences, of passages and of an answer."""
    if not network:
        return SENTENCE_FEATURES, PASSAGE_FEATURES, ANSWER_FEATURES
    return (
        SENTENCE_FEATURES + NETWORK_FEATURES,
        PASSAGE_FEATURES + NETWORK_PASSAGE_FEATURES,
        ANSWER_FEATURES + NETWORK_ANSWER_FEATURES,
    )


def shipped_model(*, network: bool) -> SimilarityModel:
    """Return the model in the package for reading with or without the trained network.

    Raises ModelError when it does not fit the features of this version.
    """
    name = "with_network.json" if network else "without_network.json"
    model = SimilarityModel.model_validate_json(
        resources.files("assistant.answering").joinpath(name).read_text("utf-8")
    )
    if (model.sentence.features, model.passage.features, model.answer.features) != feature_names(network=network):
        raise ModelError(f"{name} was fitted for other features: run `python -m bench.fit_similarity`")
    return model


@dataclass(frozen=True)
class Evidence:
    """The candidate sentences of one question, their features and what weighs its terms."""

    views: list[SentenceView]
    matrix: Matrix
    weights: TermWeights
    scores: list[PassageScores] | None

    def passage_rows(self, chances: NDArray[np.float64], hits: Sequence[Hit]) -> Matrix:
        """Return the features of each passage, given the probability of each sentence."""
        rows = passage_features(self.views, self.matrix, chances, hits)
        return rows if self.scores is None else np.hstack([rows, network_passage_features(self.scores)])

    def answer_row(self, chances: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the features of the best answer, given the probability of each sentence."""
        row = answer_features(self.views, self.matrix, chances, self.weights)
        if self.scores is None:
            return row
        best = self.views[int(np.argmax(chances))].hit
        return np.concatenate([row, network_answer_features(self.scores, best)])


class SimilarityReader:
    """`Reader` over the sentence vectors that the catalog keeps and, where it is given, the trained network.

    Without the network no model runs but for the question's embedding.
    """

    def __init__(
        self,
        catalog: Catalog,
        embedder: Embedder,
        model: SimilarityModel | None = None,
        network: ReaderNetwork | None = None,
    ) -> None:
        """Read passages that were found in any view of `catalog`; without `model` the shipped one judges.

        How rare a word is depends on what this view of it holds.
        """
        self._catalog = catalog
        self._embedder = embedder
        self._network = network
        self.model = model or shipped_model(network=network is not None)

    @property
    def name(self) -> str:
        """Name and version."""
        network = f"+{self._network.name}" if self._network else ""
        return f"similarity-{self.model.version}{network}"

    @property
    def threshold(self) -> float:
        """The confidence below which to abstain."""
        return self.model.threshold

    @property
    def uncertain(self) -> float:
        """The confidence below which an answer is marked as uncertain."""
        return self.model.uncertain

    def read(self, question: str, hits: Sequence[Hit]) -> Judgement:
        """Return one reading a hit, in order, and the confidence."""
        evidence = self.evidence(question, hits)
        chances: list[list[float]] = [[] for _ in hits]
        if not evidence.views:
            return Judgement(tuple(Reading(0.0, tuple(0.0 for _ in hit.sentences)) for hit in hits), 0.0)
        predicted = self.model.sentence.predict(evidence.matrix)
        for view, chance in zip(evidence.views, predicted, strict=True):
            chances[view.hit].append(float(chance))
        row = evidence.answer_row(predicted)
        passages = self.model.passage.predict(evidence.passage_rows(predicted, hits))
        readings = tuple(
            Reading(float(p), tuple(some), spans)
            for p, some, spans in zip(passages, chances, _short_answers(hits, evidence.scores), strict=True)
        )
        return Judgement(readings, float(self.model.answer.predict(row[None, :])[0]))

    def evidence(self, question: str, hits: Sequence[Hit]) -> Evidence:
        """Return the features of every sentence of `hits`; a hit that was removed meanwhile has zero similarities."""
        asked = analyse(question)
        vector = self._embedder.embed_questions([question])[0]
        stored = self._catalog.whole.stored([hit.id for hit in hits])
        frequency = self._catalog.lexical.document_frequency(asked.terms)
        weights = TermWeights(asked.terms, frequency, self._catalog.passage_count())
        vectors = [
            stored[hit.id].sentence_vectors
            if hit.id in stored
            else np.zeros((len(hit.sentences), len(vector)), np.float32)
            for hit in hits
        ]
        views, matrix = sentence_features(asked, weights, vector, hits, vectors)
        if self._network is None or not views:
            return Evidence(views, matrix, weights, None)
        scores = self._network.score(question, [_network_input(hit) for hit in hits])
        return Evidence(views, np.hstack([matrix, network_features(views, scores)]), weights, scores)


def _short_answers(
    hits: Sequence[Hit], scores: Sequence[PassageScores] | None
) -> list[tuple[tuple[int, int] | None, ...]]:
    """Return each sentence's short answer in the article's text, None where "none" is likelier."""
    if scores is None:
        return [() for _ in hits]
    return [
        tuple((hit.start + s.start, hit.start + s.end) if s and s.score > 0 else None for s in one.spans)
        for hit, one in zip(hits, scores, strict=True)
    ]


def _network_input(hit: Hit) -> PassageInput:
    spans = tuple((sentence.start - hit.start, sentence.end - hit.start) for sentence in hit.sentences)
    return PassageInput(" > ".join(headings_above(hit)), hit.text, spans)
