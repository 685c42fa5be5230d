"""Tests of `assistant.evaluation.metrics`."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.metrics import Overlap, first_rank, measure, overlap, percentile
from assistant.types import Article

from .material import (
    HALVES,
    RIVER,
    TIN,
    cite,
    expect,
    hit,
    look_up,
    lookup_of,
    quote,
    result,
    right,
    wrong,
)

LETTERS = Article(id="abc", title="Letters", text="abcde fghij klmno")


def scored(*cited: str, **expected: Any) -> Overlap | None:
    citations = [cite(n, LETTERS, text) for n, text in enumerate(cited, 1)]
    return overlap(expect(**expected), citations, lookup_of(LETTERS))


def test_characters_without_white_space_are_counted() -> None:
    found = scored("abcde fghij", quotes=[quote("abc", "fghij klmno")])
    assert found == Overlap(precision=0.5, recall=0.5, f1=0.5)
    assert scored("abcde fghij", quotes=[quote("abc", "fghij")]) == Overlap(precision=0.5, recall=1.0, f1=0.6667)


def test_overlapping_citations_count_once() -> None:
    assert scored("abcde", "cde fghij", quotes=[quote("abc", "abcde")]) == Overlap(precision=0.5, recall=1, f1=0.6667)


def test_the_best_alternative_counts() -> None:
    found = scored("fghij", any_of=[[quote("abc", "abcde")], [quote("abc", "fghij")]])
    assert found == Overlap(precision=1, recall=1, f1=1)


def test_citations_of_other_articles_cost_precision() -> None:
    citations = [cite(1, LETTERS, "abcde"), cite(2, TIN, "melts")]
    found = overlap(expect(quotes=[quote("abc", "abcde")]), citations, lookup_of(LETTERS, TIN))
    assert found == Overlap(precision=0.5, recall=1, f1=0.6667)


def test_nothing_cited_nothing_expected_and_what_is_gone() -> None:
    assert scored(quotes=[quote("abc", "abcde")]) == Overlap(precision=None, recall=0, f1=0)
    assert scored("abcde") is None
    found = scored("abcde", quotes=[quote("abc", "abcde"), quote("abc", "ab cd e"), quote("gone", "xxxxx")])
    assert found == Overlap(precision=1, recall=0.3333, f1=0.5)


SPANS = st.lists(st.tuples(st.integers(0, 16), st.integers(1, 17)).filter(lambda s: s[0] < s[1]), max_size=4)


@given(SPANS, SPANS)
def test_figures_are_shares(cited: list[tuple[int, int]], expected: list[tuple[int, int]]) -> None:
    texts = [LETTERS.text[a:b] for a, b in expected if LETTERS.text[a:b].strip()]
    some = [LETTERS.text[a:b] for a, b in cited]
    found = scored(*some, quotes=[quote("abc", text) for text in texts])
    assert (found is None) == (not texts)
    if found:
        precision = found.precision or 0.0
        low, high = sorted((precision, found.recall))
        assert 0 <= low - 1e-4 <= found.f1 <= high + 1e-4 or found.f1 == low == 0
        assert high <= 1
        assert (found.f1 == 1) == (low == 1)


def test_the_rank_of_the_first_passage_that_holds_a_quote_whole() -> None:
    hits = [hit(RIVER, "The river"), hit(TIN, "Tin melts at 232"), hit(TIN, HALVES[0])]
    wanted = expect(any_of=[[quote("tin", "232 degrees")], [quote("tin", "half")]])
    assert first_rank(wanted, hits, look_up) == 3
    assert first_rank(wanted, hits[:2], look_up) is None
    assert first_rank(expect(quotes=[quote("gone", "x"), quote("river", "river")]), hits, look_up) == 1
    assert first_rank(expect(), hits, look_up) is None


def test_figures_over_pairs() -> None:
    abstains = {"expect": {"status": "abstained"}}
    found = measure(
        [
            right(id="a"),
            wrong(id="b"),
            wrong(id="c", known="blind"),
            right(id="d", known="no longer"),
            wrong(id="e", **abstains),
            right(id="f", **abstains),
            result(id="g"),
        ]
    )
    assert (found.pairs, found.passed, found.failed, found.known) == (7, 3, 3, 1)
    assert found.pass_rate == pytest.approx(3 / 7, abs=1e-4)
    assert found.exact_citations == 1
    assert found.citation_precision == pytest.approx(10 / 28, abs=1e-4)
    assert found.citation_recall == pytest.approx(2 / 5)
    assert found.found == pytest.approx(4 / 5)
    assert found.reciprocal_rank == pytest.approx(4 / 5)
    assert found.abstention_precision == pytest.approx(1 / 3, abs=1e-4)
    assert found.abstention_recall == pytest.approx(1 / 2)
    assert found.latency_p50_ms == found.latency_p95_ms == 5


def test_nothing_to_measure() -> None:
    found = measure([])
    assert found.pairs == 0
    assert {value for name, value in found if name not in ("pairs", "passed", "failed", "known")} == {None}


def test_percentiles_by_nearest_rank() -> None:
    assert percentile([], 50) is None
    assert [percentile([3, 1, 2], share) for share in (0, 33, 34, 50, 67, 100)] == [1, 1, 2, 2, 3, 3]
