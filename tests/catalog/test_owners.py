"""Tests of `assistant.catalog.owners`: of whatever is read from a catalog, what others own changes nothing."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.catalog import Catalog
from assistant.errors import AccessError, NotFoundError, SourceError
from assistant.index import ExactIndex
from assistant.models.fake import HashingEmbedder
from assistant.retrieval import HybridRetriever
from assistant.types import Article, Filters
from tests.material import embed, make_article

EMBEDDER = HashingEmbedder()
WORDS = "tin lead zinc silver gallium river smelter melts".split()
LENGTH = 24


def near(changes: dict[int, str]) -> list[str]:
    """One text with some of its words changed: near-copies of it, and of one another."""
    return [changes.get(i, f"{WORDS[i % 7]}{i}") for i in range(LENGTH)]


# Of one length each, since the mean length of a passage is that of all.
TEXTS = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=LENGTH, max_size=LENGTH),
    st.dictionaries(st.integers(0, LENGTH - 1), st.sampled_from(WORDS), max_size=4).map(near),
).map(lambda some: " ".join(some).capitalize() + ".")
OWNERS = st.sampled_from([None, "ann", "ben", "cas"])


def put(catalog: Catalog, article: Article) -> None:
    catalog.put(article, f"hash of {article.id}", embed(article, EMBEDDER))


def filled(path: Path, articles: list[tuple[str, str, str | None]]) -> Catalog:
    catalog = Catalog(path)
    for name, text, owner in articles:
        put(catalog.of(owner), make_article(text, id=name, title="Notes", publisher="Post"))
    return catalog


def published(catalog: Catalog, publisher: str) -> tuple[str, ...] | str:
    """The articles that pass a filter, or why it cannot be."""
    try:
        return catalog.matching(Filters(publisher=(publisher,)))
    except NotFoundError as error:
        return str(error)


def seen(catalog: Catalog, index: ExactIndex) -> dict[str, Any]:
    """Everything that can be read of a catalog."""
    articles = [facts.model_copy(update={"ingested_at": None}) for facts in catalog.articles()]
    retriever = HybridRetriever(catalog.of(None), index, EMBEDDER, exact_up_to=0).over(catalog)
    ids = sorted(catalog.whole.passage_ids())
    lexical = catalog.lexical.search("tin lead river", Filters(), 50)
    hits = retriever.retrieve("which smelter melts tin", Filters(), 20, context=["silver river"])
    return {
        "articles": articles,
        "texts": [catalog.article(one.id).text for one in articles],
        "twins": [catalog.twins(one.id, 9) for one in articles],
        "copies": [catalog.copied_by(one.id, 0, 1000) for one in articles],
        "matching": (catalog.matching(Filters()), published(catalog, "post"), published(catalog, "the post")),
        "stored": sorted(catalog.stored(ids)),
        "passages": catalog.passage_count(),
        "snapshot": (catalog.snapshot(), catalog.division()),
        "words": catalog.word_counts(),
        "frequency": catalog.lexical.document_frequency(WORDS),
        "lexical": {one: pytest.approx(score, abs=1e-9) for one, score in lexical},
        "scores": {one: pytest.approx(score) for one, score in catalog.lexical.scores("gallium", ids).items()},
        "hits": [(hit.id, pytest.approx(hit.score), pytest.approx(hit.lexical_score), hit.copies) for hit in hits],
    }


def indexed(catalog: Catalog) -> ExactIndex:
    index = ExactIndex()
    for ids, articles, vectors in catalog.vectors(sorted(catalog.passage_ids())):
        index.upsert(ids, articles, vectors)
    return index


@settings(max_examples=8)
@given(st.lists(st.tuples(TEXTS, OWNERS), min_size=1, max_size=9), OWNERS)
def test_what_others_own_changes_nothing_that_is_read(
    tmp_path_factory: pytest.TempPathFactory, given_texts: list[tuple[str, str | None]], viewer: str | None
) -> None:
    folder = tmp_path_factory.mktemp("owners")
    articles = [(f"a{n}", text, owner) for n, (text, owner) in enumerate(given_texts)]
    everything = filled(folder / "everything.sqlite", articles)
    visible = filled(folder / "visible.sqlite", [one for one in articles if one[2] in (None, viewer)])
    try:
        left, right = everything.of(viewer), visible.of(viewer)
        assert left.hides() == (len(articles) > len(right.articles()))
        assert not right.hides()
        assert seen(left, indexed(everything)) == seen(right, indexed(visible))
    finally:
        everything.close()
        visible.close()


def test_an_article_is_found_by_its_owner_alone(catalog: Catalog) -> None:
    put(catalog, make_article("Tin melts.", id="tin"))
    put(catalog.of("ann"), make_article("Gallium melts.", id="gallium"))
    assert [one.id for one in catalog.articles()] == ["tin"]
    assert [one.id for one in catalog.of("ann").articles()] == ["gallium", "tin"]
    assert [one.id for one in catalog.of("ann").of(None).articles()] == ["tin"]
    for other in (catalog, catalog.of("ben")):
        with pytest.raises(NotFoundError):
            other.article("gallium")
        with pytest.raises(NotFoundError):
            other.matching(Filters(article=("gallium",)))
        assert other.lexical.search("gallium", Filters(), 9) == []
    assert [one.id for one in catalog.whole.articles()] == ["gallium", "tin"]


def test_nobody_takes_the_place_of_anothers_article(catalog: Catalog) -> None:
    put(catalog, make_article("Tin melts.", id="tin"))
    put(catalog.of("ann"), make_article("Gallium melts.", id="gallium"))
    for other, taken in ((catalog, "gallium"), (catalog.of("ann"), "tin"), (catalog.of("ben"), "gallium")):
        with pytest.raises(SourceError, match="is taken by an article of someone else"):
            put(other, make_article("Something else.", id=taken))
    assert catalog.of("ann").article("gallium").text == "Gallium melts."
    put(catalog.of("ann"), make_article("Gallium melts early.", id="gallium"))
    assert catalog.of("ann").article("gallium").text == "Gallium melts early."


def test_only_ones_own_is_removed(catalog: Catalog) -> None:
    put(catalog, make_article("Tin melts.", id="tin"))
    put(catalog.of("ann"), make_article("Gallium melts.", id="gallium"))
    for other in (catalog, catalog.of("ben")):
        with pytest.raises(NotFoundError):
            other.remove("gallium")
    with pytest.raises(AccessError, match="'tin' is everybody's: only who runs the server may remove it"):
        catalog.of("ann").remove("tin")
    assert len(catalog.whole.articles()) == 2
    catalog.of("ann").remove("gallium")
    catalog.whole.remove("tin")
    assert catalog.whole.articles() == ()


def test_what_is_compared_when_something_comes_in_is_ones_own(catalog: Catalog) -> None:
    put(catalog, make_article("Tin melts.", id="tin"))
    put(catalog.of("ann"), make_article("Gallium melts.", id="gallium"))
    assert list(catalog.content_hashes()) == ["tin"]
    assert list(catalog.whole.content_hashes()) == ["tin"]
    assert list(catalog.of("ann").content_hashes()) == ["gallium"]
    assert list(catalog.of("ben").content_hashes()) == []


def test_no_score_tells_which_words_stand_in_what_is_not_seen(catalog: Catalog) -> None:
    for n, text in enumerate(("Tin melts.", "Lead melts.", "Zinc boils.", "Iron rusts.", "Coal burns.")):
        put(catalog, make_article(text, id=f"a{n}", title="T"))
    before = catalog.lexical.search("tin melts", Filters(), 9)
    for n in range(4):
        put(catalog.of("ann"), make_article("Tin rusts.", id=f"b{n}", title="T"))
    after = catalog.lexical.search("tin melts", Filters(), 9)
    assert [one for one, _ in after] == [one for one, _ in before]
    assert [score for _, score in after] == pytest.approx([score for _, score in before])
    assert catalog.whole.lexical.search("tin melts", Filters(), 9)[0][1] != pytest.approx(before[0][1])
