"""Tests of `assistant.retrieval`."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.catalog import Catalog, Cluster
from assistant.errors import IndexFailure, NotFoundError
from assistant.index import ExactIndex, synchronise
from assistant.models.embedding import Vectors
from assistant.models.fake import HashingEmbedder
from assistant.retrieval import HybridRetriever, fold_copies
from assistant.types import Article, Filters, Hit

from .material import embed, make_article, make_hits, piece

EMBEDDER = HashingEmbedder()
ANYTHING = Filters()
BODY = "The barges on the upper river carry grain and ore in every month but January, when the ice is thick."


class Broken(ExactIndex):
    """An index that answers nothing."""

    def query(self, *_: object) -> list[tuple[str, float]]:
        raise IndexFailure("broken")


class Counting(ExactIndex):
    """An index that keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[int, Sequence[str] | None]] = []

    def query(self, vector: Vectors, limit: int, article_ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        self.asked.append((limit, article_ids))
        return super().query(vector, limit, article_ids)


LONGER = f"{BODY} The locks are opened by hand, and the keeper writes the weight of each barge into a book."
ARTICLES = (
    make_article(
        "Tin melts at 232 degrees.", "Solder is mostly tin.", id="tin", publisher="P", published=date(2024, 1, 1)
    ),
    make_article(BODY, id="river", url="https://rivers.example/", publisher="Q", published=date(2025, 1, 1)),
    make_article("Copper conducts well.", piece("heading", "Costs", 2), "Copper is dear.", id="copper"),
)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "catalog.sqlite")
    yield opened
    opened.close()


def retriever(catalog: Catalog, *articles: Article, index: ExactIndex | None = None) -> HybridRetriever:
    index = ExactIndex() if index is None else index
    for article in articles or ARTICLES:
        catalog.put(article, "h", embed(article, EMBEDDER))
    synchronise(catalog, index)
    return HybridRetriever(catalog, index, EMBEDDER, exact_up_to=0)


def names(hits: Sequence[Hit]) -> list[str]:
    return [hit.article_id for hit in hits]


def test_the_passage_in_question_comes_first_with_the_facts_of_its_article(catalog: Catalog) -> None:
    hits = retriever(catalog).retrieve("Which barges carry grain?", ANYTHING, 10)
    best = hits[0]
    assert best.text == BODY
    assert (best.title, best.publisher, best.published, best.url) == (
        "Title",
        "Q",
        date(2025, 1, 1),
        "https://rivers.example/",
    )
    assert best.sha256 == catalog.article("river").sha256
    assert [s.end for s in best.sentences] == [len(BODY)]
    assert (best.dense_rank, best.lexical_rank, best.reader_score, best.copies) == (1, 1, None, ())


def test_scores_mean_what_they_say(catalog: Catalog) -> None:
    question = "At how many degrees does tin melt?"
    hits = retriever(catalog).retrieve(question, ANYTHING, 10)
    vector = EMBEDDER.embed_questions([question])[0]
    lexical = dict(catalog.lexical.search(question, ANYTHING, 10))
    assert len(hits) == catalog.passage_count() == 4
    for hit in hits:
        stored = catalog.stored([hit.id])[hit.id]
        assert hit.dense_score == pytest.approx(float(vector @ stored.vector), abs=1e-6)
        assert -1 <= hit.dense_score <= 1
        assert hit.lexical_score == pytest.approx(lexical.get(hit.id, 0.0))
        assert (hit.lexical_rank is None) == (hit.lexical_score == 0)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    by_cosine = sorted(hits, key=lambda hit: -hit.dense_score)
    assert [hit.dense_rank for hit in by_cosine] == [1, 2, 3, 4]
    matched = sorted((hit for hit in hits if hit.lexical_rank), key=lambda hit: -hit.lexical_score)
    assert [hit.lexical_rank for hit in matched] == list(range(1, len(matched) + 1))
    assert sum(hit.score for hit in hits) == pytest.approx(0, abs=1e-6)


def test_the_weights_matter_and_are_told(catalog: Catalog) -> None:
    index = ExactIndex()
    plain = retriever(catalog, index=index)
    assert plain.settings == {"lexical_weight": 0.9, "sentence_weight": 0.5}
    dense = HybridRetriever(catalog, index, EMBEDDER, lexical_weight=0, sentence_weight=0, exact_up_to=0)
    question = "Which copper conducts?"
    hits = dense.retrieve(question, ANYTHING, 10)
    assert [hit.dense_rank for hit in hits] == [1, 2, 3, 4]
    cosines = np.array([hit.dense_score for hit in hits])
    assert [hit.score for hit in hits] == pytest.approx(list((cosines - cosines.mean()) / cosines.std()), abs=1e-5)
    assert plain.retrieve(question, ANYTHING, 10)[0].score != pytest.approx(hits[0].score)
    assert plain.identity == EMBEDDER.identity


def test_context_brings_what_the_question_alone_does_not_find_first(catalog: Catalog) -> None:
    one = retriever(catalog)
    question = "And in January?"
    assert one.retrieve("What melts in January?", ANYTHING, 1)[0].article_id == "tin"
    assert names(one.retrieve(question, ANYTHING, 1, context=("Which barges carry grain?",))) == ["river"]
    hits = one.retrieve("Solder?", ANYTHING, 4, context=("Which barges carry grain?",))
    # The question weighs most, the context comes next.
    assert names(hits)[:2] == ["tin", "river"]


def test_a_score_with_context_is_the_weighted_mean_and_the_rest_is_of_the_question(catalog: Catalog) -> None:
    one = retriever(catalog)
    question, first, second = "Is solder tin?", "Copper costs", "Which barges carry ore?"
    # All passages are candidates of each text, so the scores of one are comparable with those of another.
    alone = {text: {hit.id: hit for hit in one.retrieve(text, ANYTHING, 10)} for text in (question, first, second)}
    for hit in one.retrieve(question, ANYTHING, 10, context=(first, second)):
        parts = [alone[text][hit.id].score for text in (question, first, second)]
        assert hit.score == pytest.approx((parts[0] + 0.5 * parts[1] + 0.3 * parts[2]) / 1.8, abs=1e-6)
        assert hit.model_copy(update={"score": 0.0}) == alone[question][hit.id].model_copy(update={"score": 0.0})


def test_without_context_or_with_the_question_itself_the_order_is_the_same(catalog: Catalog) -> None:
    one = retriever(catalog)
    question = "Which copper conducts?"
    plain = one.retrieve(question, ANYTHING, 10)
    assert one.retrieve(question, ANYTHING, 10, context=()) == plain
    again = one.retrieve(question, ANYTHING, 10, context=(question,))
    assert [hit.id for hit in again] == [hit.id for hit in plain]
    assert [hit.score for hit in again] == pytest.approx([hit.score for hit in plain])


def test_context_finds_nothing_that_a_filter_leaves_out(catalog: Catalog) -> None:
    hits = retriever(catalog).retrieve("tin", Filters(publisher=("P",)), 10, context=("barges carry grain",))
    assert set(names(hits)) == {"tin"}


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (Filters(publisher=("p",)), {"tin"}),
        (Filters(since=date(2025, 1, 1)), {"river"}),
        (Filters(as_of=date(2024, 12, 31)), {"tin"}),
        (Filters(article=("copper", "tin")), {"copper", "tin"}),
        (Filters(until=date(1999, 1, 1)), set()),
    ],
)
def test_what_a_filter_leaves_out_is_not_found(catalog: Catalog, filters: Filters, wanted: set[str]) -> None:
    index = Counting()
    hits = retriever(catalog, index=index).retrieve("barges carry tin and copper", filters, 10)
    assert set(names(hits)) == wanted
    assert [set(articles or ()) for _, articles in index.asked] == [wanted]


def test_a_filter_on_an_article_that_does_not_exist(catalog: Catalog) -> None:
    with pytest.raises(NotFoundError, match="'nowhere'"):
        retriever(catalog).retrieve("tin", Filters(article=("nowhere",)), 5)


def test_an_empty_catalog_has_no_hits(catalog: Catalog) -> None:
    assert HybridRetriever(catalog, ExactIndex(), EMBEDDER).retrieve("tin", ANYTHING, 5) == []


@pytest.mark.parametrize("broken", [True, False])
def test_without_a_sound_index_the_same_is_found(catalog: Catalog, broken: bool) -> None:
    sound = retriever(catalog)
    other = HybridRetriever(catalog, Broken() if broken else None, EMBEDDER, exact_up_to=0)
    for question, filters in (("Which barges carry grain?", ANYTHING), ("zebra", Filters(publisher=("P", "Q")))):
        assert other.retrieve(question, filters, 3) == sound.retrieve(question, filters, 3) != []


def test_while_all_passages_can_be_compared_the_index_is_not_asked(catalog: Catalog) -> None:
    index = Counting()
    asked = retriever(catalog, index=index)
    passages = catalog.passage_count()
    for limit, times in ((passages, 0), (passages - 1, 1)):
        index.asked.clear()
        other = HybridRetriever(catalog, index, EMBEDDER, exact_up_to=limit)
        assert other.retrieve("Which barges carry grain?", ANYTHING, 3) == asked.retrieve(
            "Which barges carry grain?", ANYTHING, 3
        )
        assert len(index.asked) == times + 1


def test_an_index_that_lags_behind_names_nothing_that_is_gone(catalog: Catalog) -> None:
    lagging = retriever(catalog)
    catalog.remove("river")
    assert "river" not in names(lagging.retrieve("Which barges carry grain?", ANYTHING, 10))


def test_the_order_is_the_same_every_time_and_whatever_came_first(catalog: Catalog, tmp_path: Path) -> None:
    twins = [make_article(f"Tin {name}.", id=name) for name in "dbca"]
    hits = retriever(catalog, *twins).retrieve("tin", ANYTHING, 10)
    other = Catalog(tmp_path / "other.sqlite")
    again = retriever(other, *reversed(twins)).retrieve("tin", ANYTHING, 10)
    assert [(hit.id, hit.score) for hit in hits] == [(hit.id, hit.score) for hit in again]
    other.close()


def test_the_limit_holds_and_the_first_stay_the_same(catalog: Catalog) -> None:
    one = retriever(catalog)
    many = one.retrieve("tin copper barges", ANYTHING, 10)
    assert [hit.id for hit in one.retrieve("tin copper barges", ANYTHING, 2)] == [hit.id for hit in many[:2]]


def test_the_same_text_under_another_id_takes_one_place(catalog: Catalog) -> None:
    copy = make_article(BODY, id="copy", url="https://copies.example/")
    hits = retriever(catalog, *ARTICLES, copy).retrieve("Which barges carry grain?", ANYTHING, 10)
    assert names(hits).count("river") + names(hits).count("copy") == 1
    assert len(hits) == 4
    (both,) = [hit for hit in hits if hit.text == BODY]
    assert {both.id, *both.copies} == catalog.passage_ids("river") | catalog.passage_ids("copy")


def hit(name: str, body: str, score: float = 0.0) -> Hit:
    return make_hits(make_article(body, id=name), EMBEDDER, score)[0]


def test_copies_are_folded_into_the_best() -> None:
    hits = [
        hit("a", BODY),
        hit("b", "Tin melts."),
        hit("c", BODY.upper()),
        hit("d", f"{BODY} "),
        hit("e", "Tin melts."),
    ]
    folded = fold_copies(hits, 10)
    assert names(folded) == ["a", "b"]
    assert folded[0].copies == (hits[2].id, hits[3].id)
    assert folded[1].copies == (hits[4].id,)


def test_copies_beyond_the_limit_are_named_up_to_the_first_that_does_not_fit() -> None:
    hits = [hit("a", BODY), hit("b", BODY), hit("c", "Tin melts."), hit("d", BODY)]
    folded = fold_copies(hits, 1)
    assert names(folded) == ["a"]
    assert folded[0].copies == (hits[1].id,)


def test_a_passage_that_only_holds_another_is_no_copy() -> None:
    long = f"{BODY} Passengers are carried too, from May until the end of September, on ships of their own."
    assert names(fold_copies([hit("short", BODY), hit("long", long)], 10)) == ["short", "long"]


def test_one_figure_that_differs_in_a_short_passage_is_no_copy() -> None:
    old, new = f"{BODY} It was 12 percent in 2023.", f"{BODY} It was 14 percent in 2024."
    assert names(fold_copies([hit("a", old), hit("b", new)], 10)) == ["a", "b"]


TEXTS = st.sampled_from(
    [BODY, BODY.lower(), "Tin melts.", "Tin melts!", "Lead melts.", "One two three four five six.", "***"]
)


@given(st.lists(TEXTS, max_size=12), st.integers(1, 12))
def test_folding_loses_nothing_and_keeps_the_order(texts: list[str], limit: int) -> None:
    hits = [hit(f"a{i}", body, -i) for i, body in enumerate(texts)]
    folded = fold_copies(hits, limit)
    order = [one.id for one in hits]
    assert len(folded) == min(limit, len({" ".join(t.lower().strip(".!").split()) for t in texts}))
    kept = [one.id for one in folded]
    assert kept == sorted(kept, key=order.index)
    gone = [copy for one in folded for copy in one.copies]
    assert len({*kept, *gone}) == len(kept) + len(gone)
    assert all(order.index(copy) > order.index(one.id) for one in folded for copy in one.copies)
    if len(folded) < limit:
        assert {*kept, *gone} == set(order)
    assert [one.model_copy(update={"copies": ()}) for one in folded] == [one for one in hits if one.id in kept]


def flooded(catalog: Catalog, copies: int) -> HybridRetriever:
    """A retriever over many near-copies, each with another adjective, and the articles beside them."""
    words = "big old new high cold fast calm deep long broad quiet clear steep warm dark".split()
    texts = [LONGER.replace("upper", words[i % len(words)]).replace("thick", words[i % 7]) for i in range(copies)]
    flood = [make_article(text, id=f"copy{i:03}", publisher="Mill") for i, text in enumerate(texts)]
    return retriever(catalog, *ARTICLES, make_article(LONGER, id="longer"), *flood)


@pytest.mark.parametrize("exact", [True, False])
def test_a_flood_of_near_copies_leaves_the_others_their_places(catalog: Catalog, exact: bool) -> None:
    one = flooded(catalog, 110)
    if exact:
        one = HybridRetriever(catalog, None, EMBEDDER)
    hits = one.retrieve("Which barges carry grain and ore on the river?", ANYTHING, 10)
    assert len([name for name in names(hits) if name.startswith("copy")]) <= 2
    assert set(names(hits)) >= {"tin", "copper", "river"}


def test_a_near_copy_with_another_figure_has_a_place_beside_a_flood(catalog: Catalog) -> None:
    told = "The big dam on the upper river was finished by the company after years of work and it is {} metres high."
    flood = [make_article(told.format(90), id=f"copy{i:03}") for i in range(90)]
    genuine = make_article(told.format(75), id="genuine")
    hits = retriever(catalog, genuine, *flood).retrieve("How high is the dam on the upper river?", ANYTHING, 10)
    assert "genuine" in names(hits)
    assert len(hits) <= 3


def told(places: dict[str, Cluster], hits: list[Hit]) -> dict[str, Cluster]:
    """Clusters by passage id, given by article id."""
    return {one.id: places[one.article_id] for one in hits if one.article_id in places}


def test_of_near_copies_two_stay_and_those_with_other_figures() -> None:
    near = [LONGER.replace("opened by hand", word) for word in ("opened slowly", "worked slowly", "worked gladly")]
    hits = [hit("a", LONGER), *(hit(f"b{i}", body) for i, body in enumerate(near))]
    folded = fold_copies(hits, 10)
    assert names(folded) == ["a", "b0"]
    assert sum(len(one.copies) for one in folded) == 2
    other = [hit(f"c{number}", LONGER.replace("each barge", f"{number} barges")) for number in (40, 50)]
    assert names(fold_copies([*hits, *other], 10)) == ["a", "b0", "c40", "c50"]


def test_a_series_takes_half_of_the_places_and_what_is_left() -> None:
    notes = [hit(f"note{i}", f"{LONGER} The price was {90 + i} yuan on day {i}.") for i in range(6)]
    others = [hit(f"other{i}", f"{word} melts.") for i, word in enumerate(("Tin", "Lead", "Zinc"))]
    assert names(fold_copies([*notes, *others], 8)) == [
        *("note0", "note1", "note2", "note3"),
        *("other0", "other1", "other2", "note4"),
    ]
    assert names(fold_copies([*notes, *others], 12)) == names([*notes, *others])
    assert all(not one.copies for one in fold_copies([*notes, *others], 5))


def test_the_oldest_has_a_place_beside_those_that_copy_it_with_other_figures() -> None:
    price = f"{LONGER} It closed at {{}} yuan."
    hits = [*(hit(f"forged{i}", price.format(9000 + i)) for i in range(5)), hit("tin", "Tin melts.")]
    hits.append(hit("genuine", price.format(5000)))
    places = {f"forged{i}": Cluster(1, 9000 + i, oldest=False) for i in range(5)}
    folded = fold_copies(hits, 4, told({**places, "genuine": Cluster(1, 5000, oldest=True)}, hits))
    assert names(folded) == ["forged0", "genuine", "forged1", "tin"]
    assert not any(one.copies for one in folded)


def test_the_oldest_stands_for_those_of_its_very_words_and_beside_those_of_others() -> None:
    hits = [hit("reprint", LONGER), hit("altered", LONGER.replace("opened", "closed")), hit("genuine", LONGER)]
    places = {name: Cluster(1, 7, oldest=name == "genuine") for name in ("reprint", "altered", "genuine")}
    folded = fold_copies(hits, 10, told(places, hits))
    assert names(folded) == ["genuine", "altered"]
    assert folded[0].copies == (hits[0].id,)
