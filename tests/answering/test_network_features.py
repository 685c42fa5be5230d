"""What the trained reader adds to the features, from scores made up for the purpose."""

import numpy as np

from assistant.answering.features import (
    NETWORK_ANSWER_FEATURES,
    NETWORK_FEATURES,
    NETWORK_PASSAGE_FEATURES,
    SentenceView,
    network_answer_features,
    network_features,
    network_passage_features,
)
from assistant.models.reader.runtime import PassageScores, SpanScore

SCORES = [
    PassageScores(2.0, (-1.0, 3.0), (SpanScore(0, 3, -2.0), SpanScore(13, 16, 5.0))),
    PassageScores(-1.0, (0.5, 0.25), (SpanScore(0, 3, -4.0), None)),
]
VIEWS = [SentenceView(hit, sentence, "") for hit in (0, 1) for sentence in (0, 1)]


def test_sentences() -> None:
    rows = network_features(VIEWS, SCORES)
    passages, sentences = np.logaddexp(2.0, -1.0), np.logaddexp.reduce([-1.0, 3.0, 0.5, 0.25])
    want = [
        [-1.0, -4.0, 2.0, 0.0, -2.0, 2.0 - passages, -1.0 - sentences],
        [3.0, 0.0, 2.0, 0.0, 5.0, 2.0 - passages, 3.0 - sentences],
        [0.5, -2.5, -1.0, -3.0, -4.0, -1.0 - passages, 0.5 - sentences],
        [0.25, -2.75, -1.0, -3.0, -12.0, -1.0 - passages, 0.25 - sentences],
    ]
    assert rows.shape == (4, len(NETWORK_FEATURES))
    np.testing.assert_allclose(rows, want)


def test_passages() -> None:
    rows = network_passage_features(SCORES)
    assert rows.shape == (2, len(NETWORK_PASSAGE_FEATURES))
    np.testing.assert_allclose(rows, [[2.0, 0.0, 3.0, 5.0], [-1.0, -3.0, 0.5, -4.0]])


def test_answer() -> None:
    row = network_answer_features(SCORES, best=1)
    assert row.shape == (len(NETWORK_ANSWER_FEATURES),)
    np.testing.assert_allclose(row, [2.0, 3.0, 0.5, -1.0, 2.0])
