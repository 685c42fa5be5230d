import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models.reader.batches import encode_groups
from assistant.models.reader.validation import auroc, validate
from tests.models.reader.test_batches import TOKENIZER, group

SCORES = st.lists(st.integers(-3, 3), min_size=1, max_size=12)


@given(SCORES, SCORES)
def test_auroc_counts_the_pairs_in_order(good: list[int], bad: list[int]) -> None:
    pairs = [1.0 if g > b else 0.5 if g == b else 0.0 for g in good for b in bad]
    assert auroc(np.array(good), np.array(bad)) == pytest.approx(sum(pairs) / len(pairs))


def test_validate_reads_each_figure_off_its_scores() -> None:
    encoded = encode_groups([group(), group(2)], TOKENIZER)
    span = tuple(map(int, encoded.spans[0]))
    answers = {
        0: (2.0, [0.0, 1.0, 0.5], span),  # right in everything
        1: (-1.0, [0.0], (0, 0)),
        2: (0.0, [3.0, 1.0, 0.5], (1, 1)),  # below its negative, wrong sentence, wrong span
        3: (1.0, [0.0], (0, 0)),
    }
    figures = validate(encoded, lambda examples: [answers[int(i)] for i in examples], most=10)  # type: ignore[misc]
    assert figures.auroc == pytest.approx(0.75)
    assert figures.best_sentence == pytest.approx(0.5)
    assert figures.first_in_group == pytest.approx(0.5)
    assert figures.span == pytest.approx(0.5)
    assert figures.groups == 2
