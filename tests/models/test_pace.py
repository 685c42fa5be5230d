"""Tests of `assistant.models.pace`."""

import threading
import time
from collections.abc import Sequence

import numpy as np
import pytest

from assistant.errors import Stopped
from assistant.models.embedding import Vectors
from assistant.models.fake import HashingEmbedder
from assistant.models.pace import Pace, PacedEmbedder


class Noting(HashingEmbedder):
    """Notes how many characters it is given at once."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[int] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.given.append(sum(map(len, texts)))
        return super().embed_passages(texts)


def test_the_vectors_are_those_of_the_embedder_within() -> None:
    texts = [f"{n} tin " * (n % 7 + 1) for n in range(60)]
    inner = HashingEmbedder()
    paced = PacedEmbedder(inner, Pace())
    assert np.array_equal(paced.embed_passages(texts), inner.embed_passages(texts))
    assert np.array_equal(paced.embed_questions(texts), inner.embed_questions(texts))
    assert paced.embed_passages([]).shape == (0, inner.identity.dimension)
    assert (paced.identity, paced.max_tokens) == (inner.identity, inner.max_tokens)
    assert paced.count_tokens(texts) == inner.count_tokens(texts)


def test_steps_are_small_once_someone_has_asked() -> None:
    inner, pace = Noting(), Pace(patience=0)
    texts = ["x" * 400] * 60
    PacedEmbedder(inner, pace).embed_passages(texts)
    assert max(inner.given) == 16_000
    inner.given.clear()
    with pace.asking():
        assert not pace.quiet
    PacedEmbedder(inner, pace).embed_passages([*texts, "y" * 5_000])
    assert sorted(set(inner.given)) == [800, 5_000]


def test_work_steps_back_until_the_question_is_answered() -> None:
    pace = Pace(patience=30)
    done = threading.Event()

    def work() -> None:
        pace.step_back()
        done.set()

    with pace.asking(), pace.asking():
        thread = threading.Thread(target=work)
        thread.start()
        assert not done.wait(0.2)
    thread.join(10)
    assert done.is_set()


def test_patience_ends() -> None:
    pace = Pace(patience=0.1)
    began = time.monotonic()
    with pace.asking():
        pace.step_back()
    assert 0.05 < time.monotonic() - began < 5


def test_a_question_that_fails_is_over() -> None:
    pace = Pace(patience=30)
    with pytest.raises(ValueError, match="tin"), pace.asking():
        raise ValueError("tin")
    pace.step_back()


def test_what_steps_back_can_be_ended() -> None:
    pace = Pace(patience=30)
    embedder = PacedEmbedder(HashingEmbedder(), pace)
    raised: list[BaseException] = []

    def work() -> None:
        try:
            embedder.embed_passages(["tin"])
        except Stopped as error:
            raised.append(error)

    with pace.asking():
        thread = threading.Thread(target=work)
        thread.start()
        pace.stop()
        thread.join(10)
    assert len(raised) == 1
    with pytest.raises(Stopped):
        embedder.embed_passages(["tin"])
    assert embedder.embed_questions(["tin"]).shape[0] == 1
