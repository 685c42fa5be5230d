"""Tests of `assistant.answering.similarity`."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.answering.features import ANSWER_FEATURES, PASSAGE_FEATURES, SENTENCE_FEATURES
from assistant.answering.similarity import SimilarityModel, SimilarityReader, shipped_model
from assistant.catalog import Catalog
from assistant.errors import ModelError
from assistant.models.fake import HashingEmbedder
from assistant.models.linear import Linear
from tests.material import embed, make_article, make_hits

EMBEDDER = HashingEmbedder()
QUESTION = "At how many degrees does tin melt?"
TIN = make_article("Solder is soft. Tin does melt at 232 degrees.", id="tin")
RIVER = make_article("Barges does carry grain?", id="river")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "catalog.sqlite")
    for article in (TIN, RIVER):
        opened.put(article, "h", embed(article, EMBEDDER))
    yield opened
    opened.close()


def sigmoid(z: float) -> float:
    return float(1 / (1 + np.exp(-z)))


def linear(features: tuple[str, ...], **weights: float) -> Linear:
    count = len(features)
    row = tuple(weights.get(name, 0.0) for name in features)
    return Linear(features=features, mean=(0.0,) * count, scale=(1.0,) * count, weights=row, bias=0.0)


def test_a_regression_is_computed_as_it_is_written() -> None:
    one = Linear(features=("a", "b"), mean=(1, 2), scale=(2, 4), weights=(3, -1), bias=0.5)
    z = 3 * (5 - 1) / 2 - (6 - 2) / 4 + 0.5
    np.testing.assert_allclose(
        one.predict(np.array([[5.0, 6.0], [1.0, 2.0]])), [1 / (1 + np.exp(-z)), 1 / (1 + np.exp(-0.5))]
    )


def test_the_shipped_model_fits_the_features() -> None:
    model = shipped_model(network=False)
    assert model.sentence.features == SENTENCE_FEATURES
    assert model.answer.features == ANSWER_FEATURES
    for one in (model.sentence, model.answer):
        assert len(one.mean) == len(one.scale) == len(one.weights) == len(one.features)
        assert min(one.scale) > 0
    assert 0 < model.threshold <= model.uncertain < 1


def test_a_model_for_other_features_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    data = shipped_model(network=False).model_dump(mode="json")
    data["sentence"]["features"][0] = "other"
    (tmp_path / "without_network.json").write_text(json.dumps(data), "utf-8")
    monkeypatch.setattr("importlib.resources.files", lambda _: tmp_path)
    with pytest.raises(ModelError, match=r"without_network\.json was fitted for other features"):
        shipped_model(network=False)


def test_each_sentence_is_judged_by_its_features(catalog: Catalog) -> None:
    model = SimilarityModel(
        version=7,
        sentence=linear(SENTENCE_FEATURES, coverage=4.0),
        passage=linear(PASSAGE_FEATURES, rank=3.0),
        answer=linear(ANSWER_FEATURES, coverage=2.0),
        threshold=0.3,
        uncertain=0.6,
    )
    reader = SimilarityReader(catalog, EMBEDDER, model)
    hits = make_hits(TIN, EMBEDDER) + make_hits(RIVER, EMBEDDER)
    judged = reader.read(QUESTION, hits)
    assert (reader.name, reader.threshold, reader.uncertain) == ("similarity-7", 0.3, 0.6)
    first, second = judged.readings
    assert first.sentences == pytest.approx((0.5, sigmoid(4)))
    assert second.sentences == pytest.approx((0.5,))
    assert (first.passage, second.passage) == pytest.approx((sigmoid(3), sigmoid(1.5)))
    assert judged.confidence == pytest.approx(sigmoid(2))


def test_a_question_about_words_that_are_nowhere_is_less_certain(catalog: Catalog) -> None:
    reader = SimilarityReader(catalog, EMBEDDER)
    hits = make_hits(TIN, EMBEDDER) + make_hits(RIVER, EMBEDDER)
    known, unknown = reader.read(QUESTION, hits), reader.read("Who composed the opera about zebras?", hits)
    assert 0 <= unknown.confidence < known.confidence <= 1


def test_without_hits_nothing_is_certain(catalog: Catalog) -> None:
    judged = SimilarityReader(catalog, EMBEDDER).read(QUESTION, [])
    assert (judged.readings, judged.confidence) == ((), 0.0)


def test_a_hit_that_was_removed_meanwhile_is_read_without_similarities(catalog: Catalog) -> None:
    reader = SimilarityReader(catalog, EMBEDDER)
    hits = make_hits(TIN, EMBEDDER) + make_hits(RIVER, EMBEDDER)
    catalog.remove("tin")
    evidence = reader.evidence(QUESTION, hits)
    cosines = evidence.matrix[:, SENTENCE_FEATURES.index("cosine")]
    assert list(cosines[:2]) == [0, 0]
    stays = evidence.matrix[2, SENTENCE_FEATURES.index("cosine")]
    assert stays > 0.1
    vectors = EMBEDDER.embed_passages(["Barges does carry grain?", QUESTION])
    assert stays == pytest.approx(float(vectors[0] @ vectors[1]), abs=2e-3)
    assert [len(reading.sentences) for reading in reader.read(QUESTION, hits).readings] == [2, 1]


def test_the_vectors_of_sentences_come_from_the_catalog(catalog: Catalog) -> None:
    evidence = SimilarityReader(catalog, EMBEDDER).evidence(QUESTION, make_hits(TIN, EMBEDDER))
    question = EMBEDDER.embed_questions([QUESTION])[0]
    wanted = EMBEDDER.embed_passages(["Solder is soft.", "Tin does melt at 232 degrees."]) @ question
    np.testing.assert_allclose(evidence.matrix[:, SENTENCE_FEATURES.index("cosine")], wanted, atol=2e-3)
    assert evidence.weights.unknown == 0
