"""Tests of `assistant.evaluation.places`."""

from typing import Any

import pytest

from assistant.errors import EvaluationError
from assistant.evaluation.places import check_places, excused_by

from .material import ARTICLES, RIVER, TIN, entry, look_up, lookup_of, report, right

NEWER = TIN.model_copy(update={"text": "Tin melts at 231 degrees Celsius.", "sha256": "new"})


def test_what_is_in_place_is_fine() -> None:
    check_places([entry(), entry("b", expect={"status": "answered", "cites": ["tin"], "avoids": ["river"]})], look_up)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"expect": {"status": "answered", "quotes": [{"article": "tin", "text": "231 degrees"}]}},
            "'231 degrees' is not in tin: quote the article as it stands",
        ),
        (
            {"expect": {"status": "answered", "any_of": [[{"article": "lead", "text": "x"}]]}},
            "no article has the id 'lead': correct it, or ingest the article",
        ),
        ({"expect": {"status": "answered", "cites": ["tin", "led"]}}, "no article has the id 'led'"),
        ({"expect": {"status": "answered", "avoids": ["led"]}}, "no article has the id 'led'"),
        ({"filters": {"article": ["led"]}}, "no article has the id 'led'"),
    ],
)
def test_what_is_not_there_is_named_with_file_and_line(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        check_places([entry("ok"), entry("bad", **given)], look_up)
    assert str(caught.value).startswith(f"pairs.yaml:1: {sentence}")


def test_a_pair_that_held_is_excused_where_its_article_changed_or_went() -> None:
    before = report(right(id="old"))
    changed, gone = lookup_of(NEWER, RIVER), lookup_of(RIVER)
    for lookup in (changed, gone):
        check_places([entry("old")], lookup, excused_by(before, lookup))
        for baseline in (None, report(right(id="other")), report(right(id="old"), articles={"river": RIVER})):
            with pytest.raises(EvaluationError):
                check_places([entry("old")], lookup, excused_by(baseline, lookup))


def test_a_pair_is_not_excused_where_its_article_is_as_it_was() -> None:
    wrong = entry("old", expect={"status": "answered", "quotes": [{"article": "tin", "text": "231 degrees"}]})
    with pytest.raises(EvaluationError):
        check_places([wrong], look_up, excused_by(report(right(id="old"), articles=ARTICLES), look_up))
