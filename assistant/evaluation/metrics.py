"""Metrics: how near the citations come to what was expected, and figures over many pairs."""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pydantic import Field

from assistant.evaluation.checks import cited_characters
from assistant.evaluation.pairs import Expectation, ExpectedQuote
from assistant.evaluation.spans import Lookup, likeliest, occurrences
from assistant.types import Citation, Frozen, Hit

if TYPE_CHECKING:
    from assistant.evaluation.results import PairResult

Places = set[tuple[str, int]]


class Overlap(Frozen):
    """The citations against the expected quotes in characters, white space aside; each figure in [0, 1].

    `precision` is None where nothing is cited. An expected quote is often a part of the sentence that holds it, and a
    whole sentence is cited, so that a right answer may have a precision well below 1.
    """

    precision: float | None
    recall: float
    f1: float


class Metrics(Frozen):
    """Figures over some pairs; None where no pair counts for one.

    `abstention_precision` is the share of abstentions that were expected, `abstention_recall` the share of expected
    abstentions that were given. `found` is the share of pairs with an expected quote in a ranked passage, and
    `reciprocal_rank` the mean of 1 / rank of the first such passage, 0 where there is none.
    """

    pairs: int = Field(description="pairs that were asked")
    passed: int
    failed: int = Field(description="pairs that fail and are not known to")
    known: int = Field(description="pairs that fail as they are known to")
    pass_rate: float | None = None
    exact_citations: float | None = Field(None, description="share of answers whose citations are all verbatim")
    citation_precision: float | None = None
    citation_recall: float | None = None
    citation_f1: float | None = None
    found: float | None = None
    reciprocal_rank: float | None = None
    abstention_precision: float | None = None
    abstention_recall: float | None = None
    latency_p50_ms: float | None = None
    latency_p95_ms: float | None = None


def overlap(expect: Expectation, citations: Sequence[Citation], lookup: Lookup) -> Overlap | None:
    """Return the overlap with the alternative that fits best, None where no quote is expected."""
    scored = [_overlap(some, citations, lookup) for some in expect.alternatives]
    return max(scored, key=lambda one: (one.f1, one.recall), default=None)


def first_rank(expect: Expectation, passages: Sequence[Hit], lookup: Lookup) -> int | None:
    """Return the rank, from 1, of the first passage that holds an expected quote whole, None where none does."""
    wanted = []
    for quote in expect.all_quotes:
        article = lookup(quote.article)
        if article is not None:
            wanted += [(quote.article, *span) for span in occurrences(article.text, quote.text)]
    for rank, hit in enumerate(passages, 1):
        if any(hit.article_id == name and hit.start <= start and end <= hit.end for name, start, end in wanted):
            return rank
    return None


def measure(results: Iterable["PairResult"]) -> Metrics:
    """Return the figures over `results`, each pair counting once."""
    asked = list(results)
    passed = [one for one in asked if one.passed]
    quoting = [one for one in asked if one.overlap is not None]
    overlaps = [one.overlap for one in quoting if one.overlap is not None]
    abstained = [one for one in asked if one.given is not None and one.given.status == "abstained"]
    unanswerable = [one for one in asked if one.pair.expect.status == "abstained"]
    rightly = sum(one.pair.expect.status == "abstained" for one in abstained)
    times = [one.ms for one in asked if one.ms is not None]
    exact = [check.passed for one in asked for check in one.checks if check.name == "exact"]
    return Metrics(
        pairs=len(asked),
        passed=len(passed),
        failed=sum(one.outcome == "failed" for one in asked),
        known=sum(one.outcome == "known" for one in asked),
        pass_rate=_mean([one.passed for one in asked]),
        exact_citations=_mean(exact),
        citation_precision=_mean([one.precision for one in overlaps if one.precision is not None]),
        citation_recall=_mean([one.recall for one in overlaps]),
        citation_f1=_mean([one.f1 for one in overlaps]),
        found=_mean([one.rank is not None for one in quoting]),
        reciprocal_rank=_mean([1 / one.rank if one.rank else 0.0 for one in quoting]),
        abstention_precision=_share(rightly, len(abstained)),
        abstention_recall=_share(rightly, len(unanswerable)),
        latency_p50_ms=percentile(times, 50),
        latency_p95_ms=percentile(times, 95),
    )


def percentile(values: Sequence[float], percent: float) -> float | None:
    """Return the smallest value that at least `percent` of `values` do not exceed (nearest rank), None of none."""
    if not values:
        return None
    return sorted(values)[max(math.ceil(percent / 100 * len(values)) - 1, 0)]


def _overlap(quotes: Sequence[ExpectedQuote], citations: Sequence[Citation], lookup: Lookup) -> Overlap:
    cited: Places = set()
    expected: Places = set()
    gone = 0
    for article_id in {quote.article for quote in quotes} | {citation.article_id for citation in citations}:
        article = lookup(article_id)
        here = cited_characters(citations, article_id, article.text) if article else set()
        cited |= {(article_id, i) for i in here}
        for quote in quotes:
            if quote.article == article_id:
                span = likeliest(article.text, quote.text, here) if article else None
                expected |= {(article_id, i) for i in span or ()}
                gone += 0 if span is not None else len("".join(quote.text.split()))
    both = len(cited & expected)
    recall = both / (len(expected) + gone)
    precision = both / len(cited) if cited else None
    return Overlap(
        precision=_rounded(precision),
        recall=round(recall, 4),
        f1=round(2 * both / (len(cited) + len(expected) + gone), 4),
    )


def _mean(values: Sequence[float]) -> float | None:
    return _rounded(sum(values) / len(values)) if values else None


def _share(part: int, whole: int) -> float | None:
    return _rounded(part / whole) if whole else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
