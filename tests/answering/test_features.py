"""Tests of `assistant.answering.features`."""

import math

import numpy as np
import pytest

from assistant.answering.features import (
    ANSWER_FEATURES,
    SENTENCE_FEATURES,
    SentenceView,
    TermWeights,
    answer_features,
    sentence_features,
)
from assistant.answering.questions import analyse
from assistant.models.fake import HashingEmbedder
from tests.material import make_article, make_hits, piece

EMBEDDER = HashingEmbedder()
ASKED = analyse("Why does tin melt early?")
WEIGHTS = TermWeights(ASKED.terms, {"tin": 1, "melt": 1, "earli": 1}, 10)


def test_the_rarer_term_weighs_more_and_an_unknown_one_most() -> None:
    weights = TermWeights(["tin", "metal", "zinc"], {"tin": 1, "metal": 9, "zinc": 0}, 10)
    tin, metal, zinc = (math.log(1 + (10 - n + 0.5) / (n + 0.5)) for n in (1, 9, 0))
    assert weights.total == pytest.approx(tin + metal + zinc)
    assert weights.unknown == pytest.approx(zinc / weights.total)
    assert weights.coverage(frozenset({"tin", "other"})) == pytest.approx(tin / weights.total)
    assert weights.coverage(frozenset({"tin"}), frozenset({"tin", "metal"})) == pytest.approx(
        (tin + metal) / weights.total
    )
    assert weights.coverage() == 0
    assert weights.coverage(frozenset({"tin", "metal", "zinc"})) == pytest.approx(1)


def test_without_terms_nothing_is_covered_or_unknown() -> None:
    weights = TermWeights([], {}, 10)
    assert (weights.total, weights.unknown, weights.coverage(frozenset({"tin"}))) == (1.0, 0.0, 0.0)


def test_every_sentence_has_a_row() -> None:
    article = make_article(
        piece("heading", "Tin", 2),
        "It melts early because it is soft.",
        "Lead is grey, and heavy as well.",
        title="Metals",
    )
    hits = make_hits(article, EMBEDDER, score=2.0)
    vectors = [
        EMBEDDER.embed_passages([hit.text[s.start - hit.start : s.end - hit.start] for s in hit.sentences])
        for hit in hits
    ]
    question = EMBEDDER.embed_questions(["Why does tin melt early?"])[0]
    views, matrix = sentence_features(ASKED, WEIGHTS, question, hits, vectors)
    assert matrix.shape == (3, len(SENTENCE_FEATURES))
    assert [(view.hit, view.sentence, view.text) for view in views] == [
        (0, 0, "Tin"),
        (0, 1, "It melts early because it is soft."),
        (0, 2, "Lead is grey, and heavy as well."),
    ]
    column = {name: matrix[:, i] for i, name in enumerate(SENTENCE_FEATURES)}
    np.testing.assert_allclose(column["cosine"], vectors[0] @ question, atol=1e-6)
    assert column["cosine_gap"].max() == pytest.approx(0)
    assert list(column["heading"]) == [1, 0, 0]
    assert list(column["first"]) == [1, 0, 0]
    assert list(column["short"]) == [1, 0, 0]
    assert list(column["kind"]) == [-1, 1, -1]
    assert list(column["rank"]) == [1, 1, 1]
    assert list(column["passage_share"]) == [1, 1, 1]
    assert column["coverage"] == pytest.approx([1 / 3, 2 / 3, 0])
    assert column["wide_coverage"] == pytest.approx([1 / 3, 1, 1])
    assert column["passage_coverage"] == pytest.approx([1, 1, 1])
    best = np.argsort(-column["cosine"])
    assert column["cosine_rank"][best] == pytest.approx([1, 1 / 2, 1 / 3])
    assert list(column["digits"]) == [0, 0, 0]
    assert column["neighbour_cosine"][0] == pytest.approx(column["cosine"][1])


def test_ranks_and_shares_follow_the_hits() -> None:
    hits = make_hits(make_article("Tin.", id="a"), EMBEDDER, 2.0) + make_hits(
        make_article("Lead.", id="b"), EMBEDDER, 0.5
    )
    vectors = [np.zeros((1, 64), np.float32)] * 2
    _, matrix = sentence_features(ASKED, WEIGHTS, np.zeros(64, np.float32), hits, vectors)
    column = {name: list(matrix[:, i]) for i, name in enumerate(SENTENCE_FEATURES)}
    assert (column["rank"], column["passage_share"]) == ([1, 0.5], [1, 0.25])


def test_without_hits_there_are_no_rows() -> None:
    views, matrix = sentence_features(ASKED, WEIGHTS, np.zeros(64, np.float32), [], [])
    assert (views, matrix.shape) == ([], (0, len(SENTENCE_FEATURES)))


@pytest.mark.parametrize("count", [1, 2, 3, 9])
def test_the_best_sentences_make_the_answers_features(count: int) -> None:
    matrix = np.arange(count * len(SENTENCE_FEATURES), dtype=np.float64).reshape(count, -1)
    chances = np.linspace(0.1, 0.9, count)
    views = [SentenceView(i // 3, i % 3, "") for i in range(count)]
    told = dict(zip(ANSWER_FEATURES, answer_features(views, matrix, chances, WEIGHTS), strict=True))
    assert told["best"] == pytest.approx(math.log(chances[-1] / (1 - chances[-1])))
    passages, cosines = (matrix[:, SENTENCE_FEATURES.index(name)] for name in ("passage_cosine", "cosine"))
    others = [cosine for view, cosine in zip(views, passages, strict=True) if view.hit != views[-1].hit]
    assert told["passage_cosine"] == passages[-1]
    assert told["passage_cosine_lead"] == pytest.approx(passages[-1] - max(others) if others else 0.0)
    assert told["cosine_lead"] == pytest.approx(cosines[-1] - cosines.mean())
    assert told["kind"] == matrix[-1, SENTENCE_FEATURES.index("kind")]
    assert told["unknown"] == WEIGHTS.unknown
    assert told["mass"] == pytest.approx(np.sort(chances)[-5:].sum())
    assert told["lead"] == pytest.approx(chances[-1] - chances[-min(count, 3)])


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_certainty_is_a_number(chance: float) -> None:
    row = answer_features([SentenceView(0, 0, "")], np.zeros((1, len(SENTENCE_FEATURES))), np.array([chance]), WEIGHTS)
    assert np.isfinite(row).all()
