"""Tests of `assistant.models.fake`; what it has in common with the real embedder is in test_embedding.py."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.models.fake import HashingEmbedder
from tests.material import run_python


def test_words_count_without_regard_to_order_and_case() -> None:
    one, other, third = HashingEmbedder().embed_passages(["Tin melts early", "early MELTS tin", "tin melts late"])
    np.testing.assert_allclose(one, other, atol=1e-6)
    assert 0.3 < one @ third < 0.99


def test_the_dimension_and_name_are_chosen() -> None:
    embedder = HashingEmbedder(dimension=7, name="mine")
    assert str(embedder.identity) == "mine@1 (7)"
    assert embedder.embed_questions(["tin"]).shape == (1, 7)


def test_it_is_the_same_in_another_process() -> None:
    code = (
        "from assistant.models.fake import HashingEmbedder\n"
        "print(*HashingEmbedder().embed_passages(['Tin melts.'])[0].nonzero()[0])"
    )
    mine = HashingEmbedder().embed_passages(["Tin melts."])[0].nonzero()[0]
    assert run_python(code).stdout.split() == [str(i) for i in mine]


@given(st.lists(st.text(st.characters(codec="utf-8")), max_size=5))
def test_any_text_has_a_unit_row(texts: list[str]) -> None:
    rows = HashingEmbedder(16).embed_passages(texts)
    assert rows.shape == (len(texts), 16)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
