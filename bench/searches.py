"""Searches: one search of HybridRetriever alone, more hits than asked for, and answers that keep the search's order."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answering import Answerer, Draft
from assistant.catalog import Catalog
from assistant.models.embedding import Embedder, ModelIdentity
from assistant.retrieval import HybridRetriever, Retriever, Setting
from assistant.types import Filters, Hit

# So much that nothing else decides, but between passages of one lexical score.
_ALL = 1e6


def dense_only(catalog: Catalog, embedder: Embedder) -> HybridRetriever:
    """Return the retriever that ranks by cosine alone.

    Candidates, folding of copies and standardisation are those of the fused ranking, so `Hit.score` is the
    standardised cosine, 0 for the average candidate: the readers' features take its share of the highest.
    """
    return HybridRetriever(catalog, None, embedder, lexical_weight=0.0, sentence_weight=0.0)


class LexicalOnly:
    """`Retriever` that ranks by lexical score alone and finds nothing where no term matches.

    As with `dense_only`, `Hit.score` is the standardised score.
    """

    def __init__(self, catalog: Catalog, embedder: Embedder) -> None:
        """Search `catalog`."""
        self._fused = HybridRetriever(catalog, None, embedder, lexical_weight=_ALL, sentence_weight=0.0)

    @property
    def identity(self) -> ModelIdentity:
        """The embedding model."""
        return self._fused.identity

    @property
    def settings(self) -> dict[str, Setting]:
        """The weights."""
        return self._fused.settings

    def retrieve(self, question: str, filters: Filters, limit: int, context: Sequence[str] = ()) -> list[Hit]:
        """Return at most `limit` hits in which a term matches, best first."""
        hits = self._fused.retrieve(question, filters, limit, context)
        return [hit.model_copy(update={"score": hit.score / _ALL}) for hit in hits if hit.lexical_rank is not None]


class Deeper:
    """`Retriever` that returns `least` hits where fewer are asked for."""

    def __init__(self, retriever: Retriever, least: int) -> None:
        """Retrieve with `retriever`."""
        self._retriever = retriever
        self._least = least

    @property
    def identity(self) -> ModelIdentity:
        """The embedding model."""
        return self._retriever.identity

    @property
    def settings(self) -> dict[str, Setting]:
        """Those of the retriever."""
        return self._retriever.settings

    def retrieve(self, question: str, filters: Filters, limit: int, context: Sequence[str] = ()) -> list[Hit]:
        """Return at most `limit` hits, or `least` where that is more, best first."""
        return self._retriever.retrieve(question, filters, max(limit, self._least), context)


class AsFound:
    """`Answerer` that leaves the passages in the order of the search, whatever its reader makes of them."""

    def __init__(self, answerer: Answerer) -> None:
        """Answer as `answerer`."""
        self._answerer = answerer

    @property
    def name(self) -> str:
        """The answerer's name."""
        return self._answerer.name

    @property
    def settings(self) -> dict[str, Setting]:
        """Those of the answerer."""
        return self._answerer.settings

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        """Return the answerer's draft with `hits` as they came."""
        return replace(self._answerer.answer(question, hits), hits=tuple(hits))
