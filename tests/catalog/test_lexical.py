"""Tests of `assistant.catalog.lexical`."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import text

from assistant.catalog import Catalog
from assistant.catalog.lexical import compounds, content_stems, content_words, heading_text, stem, stems, words
from assistant.catalog.owners import WHOLE, Viewer, Whole
from assistant.errors import StorageError
from assistant.models.fake import HashingEmbedder
from assistant.types import Filters
from tests.material import embed, make_article, piece

EMBEDDER = HashingEmbedder()
ANYTHING = Filters()


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    """Three short articles, which tests leave as they are."""
    opened = Catalog(tmp_path_factory.mktemp("lexical") / "catalog.sqlite")
    for article in (
        make_article("Recycling copper saves energy. The NEAR plant opened.", id="copper", publisher="Metal Monthly"),
        make_article("Tin, tin and tin: the café recycled its cans.", id="tin", published=date(2026, 1, 20)),
        make_article(piece("heading", "Shipping on rivers", 2), "Barges carry ore and grain.", id="river"),
    ):
        opened.put(article, "h", embed(article, EMBEDDER))
    yield opened
    opened.close()


def found(catalog: Catalog, question: str) -> list[str]:
    return [one.split(":")[0] for one, _ in catalog.lexical.search(question, ANYTHING, 10)]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Which plants recycle?", ["copper", "tin"]),
        ("barge", ["river"]),
        ("ship a grain", ["river"]),
        ("CAFÉ", ["tin"]),
        ("cafe", ["tin"]),
        ("metal monthly", ["copper"]),
        ("January 2026", ["tin"]),
        ("zinc", []),
        ("What is the?", ["copper", "tin"]),
        ('copper" OR "tin', ["copper", "tin"]),
        ("NEAR(copper tin)", ["copper", "tin"]),
        ("text:barges", ["river"]),
        ("cop*", []),
    ],
)
def test_search_finds_by_stem_and_reads_no_syntax(catalog: Catalog, question: str, wanted: list[str]) -> None:
    assert sorted(found(catalog, question)) == wanted


_SYNTAX = ['"', "''", "*", "(", "zinc AND", "-tin", "^tin", "{heading} : tin", ";--", "_", "\0", "tin\0", "🜨"]


@pytest.mark.parametrize("question", _SYNTAX)
def test_syntax_characters_are_harmless(catalog: Catalog, question: str) -> None:
    assert found(catalog, question)[:1] == (["tin"] if "tin" in question else [])


@given(st.text())
@example("NOT")
@example('tin" NEAR')
@example("_ __ ___")
def test_no_question_raises(catalog: Catalog, question: str) -> None:
    hits = catalog.lexical.search(question, ANYTHING, 10)
    assert all(score > 0 for _, score in hits)
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)
    assert catalog.lexical.scores(question, [one for one, _ in hits]) == dict(hits)


def test_a_question_of_two_thousand_words_is_searched(catalog: Catalog) -> None:
    question = " ".join(f"w{i}" for i in range(2000)) + " tin"
    assert found(catalog, question) == ["tin"]


def test_the_word_that_is_rarer_weighs_more(catalog: Catalog) -> None:
    assert found(catalog, "recycling copper")[0] == "copper"
    assert found(catalog, "recycled tin")[0] == "tin"


def test_the_limit_holds(catalog: Catalog) -> None:
    assert len(catalog.lexical.search("copper tin barges", ANYTHING, 2)) == 2


def test_scores_are_those_of_the_search(catalog: Catalog) -> None:
    searched = dict(catalog.lexical.search("copper barges", ANYTHING, 10))
    ids = sorted(catalog.passage_ids())
    assert catalog.lexical.scores("copper barges", [*ids, "gone"]) == searched
    assert catalog.lexical.scores("copper barges", []) == {}


def test_document_frequency_counts_passages(catalog: Catalog) -> None:
    assert catalog.lexical.document_frequency(["tin", "recycl", "zinc"]) == {"tin": 1, "recycl": 2, "zinc": 0}
    assert catalog.lexical.document_frequency([]) == {}


def test_document_frequency_of_a_word_with_an_accent(catalog: Catalog) -> None:
    assert catalog.lexical.document_frequency(stems("café")) == {stems("café")[0]: 1}


@given(st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=12), min_size=1, max_size=30))
@example(["generalizations", "oscillators", "agreed", "bled", "sky", "dying", "yes", "controlling", "relational"])
def test_stems_are_those_of_the_index(tmp_path_factory: pytest.TempPathFactory, some: list[str]) -> None:
    opened = Catalog(tmp_path_factory.mktemp("stems") / "catalog.sqlite")
    article = make_article(" ".join(some))
    opened.put(article, "h", embed(article, EMBEDDER))
    missing = [term for term, count in opened.lexical.document_frequency([stem(w) for w in some]).items() if not count]
    opened.close()
    assert missing == []


def test_words_of_two_letters_are_stemmed_as_the_index_does() -> None:
    assert stem("os") == "os"


@pytest.mark.parametrize("method", ["search", "scores", "document_frequency"])
def test_a_broken_catalog_is_a_storage_error(tmp_path: Path, method: str) -> None:
    opened = Catalog(tmp_path / "catalog.sqlite")
    with opened._engine.begin() as connection:
        connection.execute(text("DROP TABLE passages_vocab"))
        connection.execute(text("DROP TABLE passages_fts"))
    calls: dict[str, Callable[[], object]] = {
        "search": lambda: opened.lexical.search("tin", ANYTHING, 1),
        "scores": lambda: opened.lexical.scores("tin", ["x"]),
        "document_frequency": lambda: opened.lexical.document_frequency(["tin"]),
    }
    try:
        with pytest.raises(StorageError):
            calls[method]()
    finally:
        opened.close()


def test_compounds_join_letters_and_numbers() -> None:
    text = "Did HARBOR-3 and DENV-4 of 2019-20, or the F-35B and harbor-3, outdo line 6, a-b and COVID19?"
    assert compounds(text) == ["harbor 3", "denv 4", "f 35b"]


@pytest.fixture
def trials(tmp_path: Path) -> Iterator[Catalog]:
    """Articles that hold the parts of each other's names; one of them is Ann's."""
    opened = Catalog(tmp_path / "catalog.sqlite")
    for id, owner, said in (
        ("three", None, "DENV-3 was met by 3 of 4 in the group, as 4 of them said."),
        ("four", None, "Cases by DENV-4 were few."),
        ("parts", None, "Of 4 groups, DENV was met in 4, and 4 in 4 had met DENV before."),
        ("hers", "ann", "DENV-4 is told of here by Ann."),
    ):
        article = make_article(said, id=id)
        opened.of(owner).put(article, "h", embed(article, EMBEDDER))
    yield opened
    opened.close()


@pytest.mark.parametrize("viewer", [WHOLE, None, "ann"])
def test_a_name_with_a_number_is_found_before_its_parts(trials: Catalog, viewer: Viewer) -> None:
    index = (trials.whole if isinstance(viewer, Whole) else trials.of(viewer)).lexical
    ids = [one.split(":")[0] for one, _ in index.search("what of DENV-4", ANYTHING, 10)]
    assert ids[:1] == ["four"] or ids[:2] in (["hers", "four"], ["four", "hers"])
    assert {"three", "parts"} <= set(ids)
    assert ("hers" in ids) is (viewer is not None)
    scores = index.scores("what of DENV-4", [hit for hit, _ in index.search("what of DENV-4", ANYTHING, 10)])
    assert scores == dict(index.search("what of DENV-4", ANYTHING, 10))


def test_words_and_content_words() -> None:
    assert words("The U.S. 2025-plan; Ünïcode") == ["the", "u", "s", "2025", "plan", "unicode"]
    assert content_words("What are the FIVE directives, the five?") == ["five", "directives"]
    assert content_words("What is it?") == ["what", "is", "it"]
    assert stems("Directives were issued") == ["direct", "were", "issu"]


def test_the_heading_names_the_date_as_a_question_would() -> None:
    assert heading_text(("A", "B"), "P", date(2026, 1, 9)) == "A B P January 2026"
    assert heading_text(("A",), None, None) == "A"
    assert heading_text((), None, date(2025, 12, 31)) == "December 2025"


def test_stems_of_matter_stand_in_order_and_as_often_as_they_are_said() -> None:
    assert content_stems("The mines of the two mining towns") == [
        stem("mines"),
        stem("two"),
        stem("mining"),
        stem("towns"),
    ]
    assert content_stems("of the") == []
