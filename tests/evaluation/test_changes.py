"""Tests of `assistant.evaluation.changes`; `test_run` has whole runs."""

from typing import Any

import pytest

from assistant.evaluation.changes import Broken, compare
from assistant.evaluation.report import Report
from assistant.evaluation.results import PairResult

from .material import ARTICLES, HALVES, RIVER, TIN, answer, hit, report, result, right, wrong

NEWER = TIN.model_copy(update={"sha256": "new"})
HITS = [hit(TIN, HALVES[0], 0), hit(TIN, HALVES[1], 1)]


def break_of(old: PairResult, new: PairResult, before: dict[str, Any] | None = None, **after: Any) -> Broken:
    """What the break of the one pair is laid to."""
    found = compare(report(old, **(before or {})), report(new, **after), {old.pair.id})
    assert len(found.broken) == 1
    return found.broken[0]


def refused(hits: list[Any] | None = None, **receipt: Any) -> PairResult:
    """A pair that fails, from an answer with such a receipt."""
    given = answer(hits=HITS if hits is None else hits)
    return result(given.model_copy(update={"receipt": given.receipt.model_copy(update=receipt)}))


HELD = result(answer((TIN, HALVES[0]), hits=HITS))


def test_what_became_of_each_pair() -> None:
    before = report(*(right(id=name) for name in ("a", "b", "e", "f", "left-out")), wrong(id="c"), wrong(id="d"))
    after = report(right(id="a"), wrong(id="b"), right(id="c"), wrong(id="d"), wrong(id="e", known="so"), wrong(id="n"))
    found = compare(before, after, {"a", "b", "c", "d", "e", "n", "left-out"})
    assert [one.id for one in found.broken] == ["b"]
    assert (found.fixed, found.still_failing, found.new, found.gone) == (("c",), ("d",), ("n",), ("f",))


def test_a_known_failure_that_is_fixed() -> None:
    assert compare(report(wrong(id="a", known="x")), report(right(id="a", known="x")), {"a"}).fixed == ("a",)


def test_laid_to_the_corpus() -> None:
    found = break_of(HELD, refused(corpus="c2"), articles={"tin": NEWER, "river": RIVER}, corpus="c2")
    assert (found.cause, found.details) == ("corpus", ("tin changed",))
    found = break_of(HELD, refused(corpus="c2"), articles={"river": RIVER}, corpus="c2")
    assert (found.cause, found.details) == ("corpus", ("tin is gone",))


def test_laid_to_an_article_that_is_cited_now() -> None:
    new = result(answer((RIVER, RIVER.text), hits=HITS))
    assert new.given
    receipt = new.given.receipt.model_copy(update={"corpus": "c2"})
    new = new.model_copy(update={"given": new.given.model_copy(update={"receipt": receipt})})
    found = break_of(HELD, new, {"articles": {"tin": TIN}})
    assert (found.cause, found.details) == ("corpus", ("river is new",))


def test_laid_to_other_articles() -> None:
    found = break_of(HELD, refused(corpus="c2"), {"articles": {"tin": TIN}}, articles=ARTICLES)
    assert (found.cause, found.details) == ("corpus (other articles)", ("other articles changed",))


def test_laid_to_the_index() -> None:
    found = break_of(HELD, refused(embedding_model="larger", reader="reader-2"))
    assert found.cause == "index"
    assert found.details == ("embedding model hashing -> larger", "reader reader-1 -> reader-2")
    found = break_of(HELD, refused(division="d2", passage_ids=("tin:0", "river:0")))
    assert found.cause == "index"
    assert found.details == ("articles are cut into passages in another way", "1 of 2 passages differ")
    found = break_of(HELD, refused(), index="none")
    assert (found.cause, found.details) == ("index", ("index in step -> none",))


@pytest.mark.parametrize(
    ("receipt", "after", "details"),
    [
        ({}, {}, ("no receipt differs",)),
        ({"settings": {"threshold": 0.7}}, {}, ("threshold 0.5 -> 0.7",)),
        ({"settings": {"threshold": 0.5, "share": 1}}, {}, ("share None -> 1",)),
        ({"passage_ids": ("tin:1", "tin:0")}, {}, ("the same passages in another order",)),
        ({"passage_ids": ("tin:0", "river:0")}, {}, ("1 of 2 passages differ",)),
        ({"reader": "reader-2"}, {}, ("reader reader-1 -> reader-2",)),
        ({}, {"version": "0.2.0"}, ("version 0.1.0 -> 0.2.0",)),
        (
            {"reader": "reader-2", "passage_ids": ("tin:1", "tin:0")},
            {},
            ("reader reader-1 -> reader-2", "the same passages in another order"),
        ),
    ],
)
def test_laid_to_code_or_settings(receipt: dict[str, Any], after: dict[str, Any], details: tuple[str, ...]) -> None:
    found = break_of(HELD, refused(**receipt), **after)
    assert (found.cause, found.details) == ("code or settings", details)


def test_laid_to_the_pair_itself() -> None:
    new = result(answer((TIN, HALVES[0]), hits=HITS), expect={"status": "answered", "contains": ["lead"]})
    found = break_of(HELD, new)
    assert (found.cause, found.details) == ("pair", ("the pair's expect changed",))
    assert break_of(HELD, wrong(question="What does tin do?", tags=["new"])).details[0] == "the pair's question changed"


def test_a_question_that_fails_now_has_the_receipt_of_the_run() -> None:
    found = break_of(HELD, result(), reader="reader-2")
    assert (found.cause, found.details) == ("code or settings", ("reader reader-1 -> reader-2",))
    assert break_of(HELD, result(), articles={"river": RIVER}, corpus="c2").cause == "corpus"


def test_filters_are_no_setting() -> None:
    filtered = refused(settings={"threshold": 0.5, "filters": "{}"})
    assert break_of(HELD, filtered).details == ("no receipt differs",)


def test_a_report_beside_itself_shows_no_change() -> None:
    same: Report = report(right(id="a"), wrong(id="b"))
    found = compare(same, same, {"a", "b"})
    assert (found.broken, found.fixed, found.new, found.gone) == ((), (), (), ())
    assert found.still_failing == ("b",)
