import random

from hypothesis import given
from hypothesis import strategies as st

from assistant.models.reader.bm25 import Bm25, Stemmer
from assistant.models.reader.data.items import MAX_CHARACTERS, Corpus, Item, joined_passage, window
from assistant.models.reader.groups import Group, build_groups
from assistant.models.reader.negatives import Negatives, contains, cut_out, excerpt, target_length
from assistant.models.reader.pools import Pool

TEXTS = [
    "Mines in Nevada produce lithium.",
    "The mine at Mountain Pass produces rare earths.",
    "Magnets are made in Japan.",
]


def groups_of(corpora: list[Corpus], seed: int) -> list[Group]:
    return [group for _, group in build_groups(corpora, seed)]


def test_bm25_ranks_by_rare_shared_stems() -> None:
    index = Bm25(TEXTS, Stemmer())
    assert index.best("which mining site is producing rare earth", 3) == [1, 0]
    assert index.best("zinc", 3) == []
    assert index.best("mines", 1) in ([0], [1])


@given(st.lists(st.integers(1, 400), min_size=1, max_size=12), st.integers(0, 10**6), st.integers(60, 1000))
def test_a_window_holds_what_it_must_and_is_not_too_long(lengths: list[int], seed: int, target: int) -> None:
    rng = random.Random(seed)
    passage = joined_passage("s", "a", "", ["x" * n for n in lengths])
    keep = tuple(sorted(rng.sample(range(len(lengths)), min(2, len(lengths)))))
    indices = window(passage, keep, target, rng)
    shown = excerpt(passage, indices)
    kept = passage.sentences[keep[-1]][1] - passage.sentences[keep[0]][0]
    assert keep[0] in indices
    assert kept > MAX_CHARACTERS or keep[-1] in indices
    assert len(shown.text) <= max(target, MAX_CHARACTERS)
    assert kept > target or len(shown.text) <= target
    assert [shown.text[a:b] for a, b in shown.sentences] == ["x" * lengths[i] for i in indices]


def test_target_lengths_are_short_and_long() -> None:
    rng = random.Random(0)
    lengths = [target_length(rng) for _ in range(2000)]
    assert min(lengths) < 80
    assert max(lengths) > 950
    assert 0.55 < sum(n >= 450 for n in lengths) / 2000 < 0.65


def test_contains_asks_for_whole_words() -> None:
    assert contains("It rose by 12 percent.", ("12",))
    assert not contains("It rose by 120 percent.", ("12",))
    assert contains("THE U.S. ARMY", ("u.s.",))
    assert not contains("anything", ())


def test_cut_out_leaves_neither_gold_nor_the_answer() -> None:
    sentences = [
        "Cerium is soft and grey, as metals of its kind are.",
        "It was found in 1803.",
        "Some say 1803 is too early for it.",
    ]
    passage = joined_passage("s", "a", "t", [*sentences, "It is used to polish glass everywhere."])
    cut = cut_out(excerpt(passage, range(4)), (1,), ("1803",))
    assert cut is not None
    assert cut.text == f"{sentences[0]} It is used to polish glass everywhere."
    assert [cut.text[a:b] for a, b in cut.sentences] == [sentences[0], "It is used to polish glass everywhere."]
    assert cut.indices == (0, 3)
    assert cut_out(excerpt(passage, range(1, 3)), (1,), ("1803",)) is None


def test_altered_questions_name_what_the_passage_does_not() -> None:
    passage = joined_passage("s", "a", "", ["In 1998 Ann Lee sold 40 tons to Bob Ray."])
    item = Item(passage, "How much was sold to Bob Ray in 1998 by whom?", (0,))
    other = Item(passage, "What did they say of Carla Diaz?", (0,))
    pool = Pool([passage], Stemmer())
    negatives = Negatives(Corpus("s", [passage], [item, other]), pool, [passage], Stemmer(), random.Random(0))
    shown = excerpt(passage, range(1))
    altered = {negatives.altered(item, shown) for _ in range(40)}
    assert None not in altered
    assert item.question not in altered
    assert "How much was sold to Carla Diaz in 1998 by whom?" in altered
    assert negatives.altered(Item(passage, "Who sold it?", (0,)), shown) is None


def test_groups_hold_one_positive_first_and_negatives_without_the_answer(small: list[Corpus]) -> None:
    groups = groups_of(small, 0)
    assert len(groups) > 250
    excluded = {item.question.lower(): item for corpus in small for item in corpus.items if not item.broad}
    cut_or_other = 0
    for positive, *others in groups:
        assert positive.answerable
        assert positive.gold
        assert 1 <= len(others) <= 3
        if positive.answer:
            start, end = positive.answer
            assert positive.shown.text[start:end].strip()
        item = excluded.get(positive.question.lower())
        for other in others:
            assert not other.answerable
            assert not other.gold
            assert other.answer is None
            if item and other.question == positive.question:
                cut_or_other += 1
                assert not contains(other.shown.text, item.excluded)
    assert cut_or_other > 300


def test_groups_depend_on_the_seed_alone(small: list[Corpus]) -> None:
    few = [Corpus(c.name, c.passages, c.items[:8]) for c in small]
    assert groups_of(few, 3) == groups_of(few, 3)
    assert groups_of(few, 3) != groups_of(few, 4)
