from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assistant.answering import Draft
from assistant.catalog import Catalog
from assistant.models.fake import HashingEmbedder
from assistant.retrieval import HybridRetriever, Setting
from assistant.types import Filters, Hit
from bench.searches import AsFound, Deeper, LexicalOnly, dense_only
from tests.material import embed, make_article

EMBEDDER = HashingEmbedder()
QUESTION = "Where does tin melt?"
TEXTS = ["Tin does melt.", "Tin is sold.", "Where it does rain, rivers rise.", "Barges carry grain."]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "catalog.sqlite")
    for number, text in enumerate(TEXTS):
        article = make_article(text, id=f"a{number}", title=f"Number {number}")
        opened.put(article, "h", embed(article, EMBEDDER))
    yield opened
    opened.close()


def test_lexical_only_ranks_as_the_lexical_search_and_finds_nothing_without_a_term(catalog: Catalog) -> None:
    hits = LexicalOnly(catalog, EMBEDDER).retrieve(QUESTION, Filters(), 10)
    assert [hit.id for hit in hits] == [one for one, _ in catalog.lexical.search(QUESTION, Filters(), 10)]
    assert [hit.lexical_score for hit in hits] == sorted((hit.lexical_score for hit in hits), reverse=True)
    assert "a3" not in [hit.article_id for hit in hits]
    assert LexicalOnly(catalog, EMBEDDER).retrieve("Zebras?", Filters(), 10) == []


def test_dense_only_ranks_by_cosine(catalog: Catalog) -> None:
    hits = dense_only(catalog, EMBEDDER).retrieve(QUESTION, Filters(), 10)
    assert len(hits) == len(TEXTS)
    assert [hit.dense_rank for hit in hits] == [1, 2, 3, 4]
    assert [hit.dense_score for hit in hits] == sorted((hit.dense_score for hit in hits), reverse=True)


def test_scores_are_standardised_over_the_candidates(catalog: Catalog) -> None:
    dense = dense_only(catalog, EMBEDDER).retrieve(QUESTION, Filters(), 10)
    assert sum(hit.score for hit in dense) == pytest.approx(0)
    assert sum(hit.score**2 for hit in dense) == pytest.approx(len(dense))
    lexical = LexicalOnly(catalog, EMBEDDER).retrieve(QUESTION, Filters(), 10)
    values = [hit.lexical_score for hit in lexical] + [0.0] * (len(TEXTS) - len(lexical))
    mean = sum(values) / len(values)
    spread = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5
    assert [hit.score for hit in lexical] == pytest.approx(
        [(v - mean) / spread for v in values[: len(lexical)]], abs=1e-5
    )


def test_deeper_returns_more_than_asked_for_never_less(catalog: Catalog) -> None:
    fused = HybridRetriever(catalog, None, EMBEDDER)
    assert len(Deeper(fused, 3).retrieve(QUESTION, Filters(), 1)) == 3
    assert len(Deeper(fused, 1).retrieve(QUESTION, Filters(), 2)) == 2
    assert Deeper(fused, 3).settings == fused.settings


class Backwards:
    """Answers nothing and turns the passages round."""

    name = "backwards"

    @property
    def settings(self) -> dict[str, Setting]:
        return {"threshold": 1.0}

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        del question
        return Draft("abstained", 0.25, (), tuple(reversed(hits)))


def test_as_found_keeps_the_order_of_the_search_and_all_else(catalog: Catalog) -> None:
    hits = dense_only(catalog, EMBEDDER).retrieve(QUESTION, Filters(), 3)
    answerer = AsFound(Backwards())
    assert answerer.answer(QUESTION, hits) == Draft("abstained", 0.25, (), tuple(hits))
    assert (answerer.name, answerer.settings) == ("backwards", {"threshold": 1.0})
