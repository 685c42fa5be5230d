"""Tests of `assistant.answering.f_measure`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.f_measure import expected_total, worth_quoting

_ITEMS = st.lists(st.tuples(st.floats(0.01, 1), st.integers(5, 400)), min_size=1, max_size=8)


def split(items: list[tuple[float, int]]) -> tuple[list[float], list[int]]:
    falling = sorted(items, key=lambda item: -item[0])
    return [chance for chance, _ in falling], [length for _, length in falling]


@pytest.mark.parametrize(
    ("chances", "wanted"),
    [
        ([0.9, 0.02, 0.01], 1),
        ([0.9, 0.8, 0.7, 0.05], 3),
        # Where nothing is likely, each sentence is as good as the first.
        ([0.1, 0.1, 0.1, 0.1], 4),
        # One that cannot answer is still the best there is.
        ([0.0, 0.0], 1),
        ([], 0),
    ],
)
def test_as_many_as_are_likely(chances: list[float], wanted: int) -> None:
    lengths = [100] * len(chances)
    assert worth_quoting(chances, lengths, expected_total(chances, lengths), 1.0) == wanted


@given(_ITEMS, st.floats(0.5, 4), st.floats(1.01, 3))
def test_more_weight_on_finding_quotes_no_less(items: list[tuple[float, int]], recall: float, times: float) -> None:
    chances, lengths = split(items)
    total = expected_total(chances, lengths)
    count = worth_quoting(chances, lengths, total, recall)
    assert 1 <= count <= worth_quoting(chances, lengths, total, recall * times)


@given(_ITEMS)
def test_what_is_unlikely_beside_the_best_is_not_expected(items: list[tuple[float, int]]) -> None:
    chances, lengths = split(items)
    more = [*chances, *[chances[0] * 0.09] * 50]
    assert expected_total(more, [*lengths, *[300] * 50]) == expected_total(chances, lengths)
