"""Tests of `bench.claims` and `bench.fit_support`."""

import numpy as np
import pytest

from assistant.models.fake import HashingEmbedder
from assistant.verification.support import FEATURES
from bench.claims import ClaimCase, written
from bench.fit_support import fit


def test_every_written_statement_has_the_sentences_it_cites() -> None:
    cases = list(written(HashingEmbedder().count_tokens))
    assert len(cases) > 700
    assert {case.label for case in cases} == {"supported", "not"}
    assert all(case.candidates for case in cases)
    assert 0.3 < np.mean([case.fitted for case in cases]) < 0.7
    halves: dict[str, set[bool]] = {}
    for case in cases:
        halves.setdefault(case.group, set()).add(case.fitted)
    assert all(len(half) == 1 for half in halves.values())


@pytest.mark.parametrize("sets", [1, 3])
def test_what_is_fitted_tells_supported_from_others(sets: int) -> None:
    rng = np.random.default_rng(1)
    cases, rows = [], []
    for i in range(80):
        good = i % 2 == 0
        row = 0.3 * rng.normal(size=(sets, len(FEATURES)))
        row[:, 0] -= 3.0
        row[0, 0] += 6.0 * good
        cases.append(ClaimCase("written", str(i), "x", (), "supported" if good else "not"))
        rows.append(row)
    model = fit(cases, rows)
    found = np.array([float(model.support.predict(some).max()) for some in rows])
    right = np.array([case.label == "supported" for case in cases])
    assert found[right].min() > found[~right].max()
    assert model.support.features == FEATURES
