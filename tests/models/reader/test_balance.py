"""Tests of `assistant.models.reader.data.balance`."""

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from assistant.models.reader.bm25 import Stemmer
from assistant.models.reader.data.balance import Manner, balanced, drawn, manner, tenths
from assistant.models.reader.data.items import Item, Passage, joined_passage

STEMMER = Stemmer()
INSIDE = ("old mill wheel", "who built the mill", "Who built the old mill?", "Which wheel turned?")
OUTSIDE = ("colour of tractors", "cinema opening hours", "When do cinemas open?", "Are tractors green?")


def passage_of(number: int) -> Passage:
    texts = [f"The old mill {number} has a wheel, which turned.", "It stands."]
    return joined_passage("asked", f"Mill {number}", f"Mill {number}", texts)


def made(passage: Passage, asked: str, *unasked: str) -> Item:
    return Item(passage, asked, (0,), impossible=unasked)


def worded(question: str, item: Item) -> Manner:
    return manner(question, set(STEMMER.stems(f"{item.passage.title} {item.passage.text}")), STEMMER)


def manners(items: list[Item]) -> tuple[Counter[Manner], Counter[Manner]]:
    right = Counter(worded(item.question, item) for item in items)
    return right, Counter(worded(question, item) for item in items for question in item.impossible)


def test_a_question_is_told_by_its_wording_and_by_how_many_words_the_passage_has() -> None:
    item = made(passage_of(1), "")
    assert worded("old mill wheel", item) == (True, 9)
    assert worded("Which wheels were turning?", item) == (False, 7)
    assert worded("Who runs a cinema?", item) == (False, 0)
    assert worded("Cinema in Bern", item) == (True, 0)


def test_words_are_counted_in_tenths() -> None:
    ten = {str(n) for n in range(10)}
    assert [tenths(ten, {str(n) for n in range(held)}) for held in (0, 1, 7, 9, 10)] == [0, 1, 7, 9, 9]
    assert tenths(set(), ten) == 0


def test_of_the_smaller_kind_all_are_drawn_and_of_the_larger_as_many() -> None:
    rng = random.Random(1)
    assert all(drawn(5, 5, rng) and drawn(3, 9, rng) for _ in range(200))
    assert not any(drawn(5, 0, rng) for _ in range(200))
    assert 150 < sum(drawn(100, 25, rng) for _ in range(800)) < 250


def test_wording_tells_nothing_of_what_is_drawn() -> None:
    rng = random.Random(1)
    passages = [passage_of(n) for n in range(1000)]
    items = [
        made(
            passage,
            rng.choice(INSIDE if rng.random() < 0.8 else OUTSIDE),
            rng.choice(OUTSIDE if rng.random() < 0.7 else INSIDE),
        )
        for passage in passages
        for _ in range(3)
    ]
    before, after = manners(items), manners(balanced(items, random.Random(1)))
    assert max(abs(before[0][key] - before[1][key]) for key in before[0]) > 300
    assert sum(after[0].values()) > 1000
    for key in {*after[0], *after[1]}:
        assert 0.75 < after[0][key] / after[1][key] < 1.34


@given(st.lists(st.tuples(st.sampled_from(INSIDE + OUTSIDE), st.lists(st.sampled_from(INSIDE + OUTSIDE), max_size=4))))
def test_nothing_is_drawn_that_was_not_there(questions: list[tuple[str, list[str]]]) -> None:
    passages = [passage_of(n) for n in range(len(questions) // 2 + 1)]
    items = [made(passages[n // 2], asked, *unasked) for n, (asked, unasked) in enumerate(questions)]
    found = balanced(items, random.Random(1))
    assert all(len(item.impossible) <= 2 for item in found)
    for part in (_asked, _unasked):
        assert not Counter(part(found)) - Counter(part(items))


def _asked(items: list[Item]) -> list[tuple[str, str]]:
    return [(item.passage.title, item.question) for item in items]


def _unasked(items: list[Item]) -> list[tuple[str, str]]:
    return [(item.passage.title, question) for item in items for question in item.impossible]
