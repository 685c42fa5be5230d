"""Assistant: the one function every edge calls, and what stands around it."""

import json
import time
import unicodedata
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant.answering import Answerer, Draft
from assistant.catalog import Catalog
from assistant.citations import cite
from assistant.errors import NotFoundError, QuestionError, RunError
from assistant.ingestion import Ingestion, IngestReport, Progress
from assistant.retrieval import Retriever
from assistant.types import Answer, Article, ArticleFacts, Citation, Filters, Frozen, Hit, Receipt, ShortAnswer

MAX_QUESTION = 4000
RANKED = 10
NEAREST = 3
_ATTEMPTS = 3
_EVERYTHING = Filters()


class Stats(Frozen):
    """What the data folder holds: counts, the corpus snapshot, the models, and the state of the neighbour index."""

    articles: int
    passages: int
    corpus: str
    embedding_model: str
    reader: str
    index: str
    publishers: tuple[str, ...]
    published_first: str | None
    published_last: str | None


class Assistant:
    """Answers questions about the articles of one data folder; methods may be called from several threads."""

    def __init__(
        self,
        catalog: Catalog,
        retriever: Retriever,
        answerer: Answerer,
        ingestion: Ingestion,
        *,
        ranked: int = RANKED,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the parts; `close` gives back what they hold (`factory.build_assistant` picks them).

        `ranked`: how many passages an answer is looked for in, and lists.
        """
        self._catalog = catalog
        self._retriever = retriever
        self._answerer = answerer
        self._ingestion = ingestion
        self._ranked = ranked
        self._close = close

    def ask(self, question: str, filters: Filters = _EVERYTHING) -> Answer:
        """Return the answer to `question` from the articles that pass `filters`.

        Raises QuestionError for a question that is empty, over 4,000 characters or not text, NotFoundError for a
        filter on an article that does not exist.
        """
        began = time.perf_counter()
        asked = clean_question(question)
        for attempt in range(_ATTEMPTS):
            hits = self._retriever.retrieve(asked, filters, self._ranked)
            found = time.perf_counter()
            try:
                draft = self._answerer.answer(asked, hits)
                quoted = {one.article_id for one in draft.quotes}
                articles = {article_id: self._catalog.article(article_id) for article_id in sorted(quoted)}
                citations, statements, text = cite(draft.quotes, articles)
                break
            except (ValueError, NotFoundError) as error:
                # An article was replaced or removed between finding and quoting it: ask the corpus as it is now.
                if attempt == _ATTEMPTS - 1:
                    raise RunError("the articles changed while the question was answered: ask again") from error
        done = time.perf_counter()
        answered = draft.status != "abstained"
        return Answer(
            id=uuid.uuid4().hex,
            question=question,
            standalone_question=asked,
            status=draft.status,
            statements=statements,
            text=text,
            short_answer=_short_answer(draft, citations),
            citations=citations,
            passages=draft.hits,
            confidence=draft.confidence,
            uncertain=draft.uncertain,
            nearest=() if answered else draft.hits[:NEAREST],
            receipt=self._receipt(draft, filters),
            timings_ms={
                "retrieval": round((found - began) * 1000, 3),
                "answering": round((done - found) * 1000, 3),
                "total": round((done - began) * 1000, 3),
            },
        )

    def search(self, question: str, filters: Filters = _EVERYTHING, limit: int = RANKED) -> tuple[Hit, ...]:
        """Return at most `limit` passages, best first. Raises as `ask` does."""
        return tuple(self._retriever.retrieve(clean_question(question), filters, limit))

    def articles(self) -> tuple[ArticleFacts, ...]:
        """Return all articles, latest publication first, undated ones last."""
        return self._catalog.articles()

    def article(self, article_id: str) -> Article:
        """Return one article with its text. Raises NotFoundError."""
        return self._catalog.article(article_id)

    def ingest(self, paths: Sequence[Path], progress: Progress | None = None) -> IngestReport:
        """Read files and folders into the catalog; what fails is in the report, the rest goes in."""
        return self._ingestion.ingest(paths, progress)

    def remove(self, article_id: str) -> ArticleFacts:
        """Remove an article from the catalog and every search. Raises NotFoundError."""
        return self._ingestion.remove(article_id)

    def rebuild_index(self, progress: Progress | None = None) -> int:
        """Fill the neighbour index from the catalog anew; return the number of passages in it."""
        return self._ingestion.rebuild_index(progress)

    def stats(self) -> Stats:
        """Return what the data folder holds."""
        articles = self._catalog.articles()
        dates = sorted(str(a.published) for a in articles if a.published)
        return Stats(
            articles=len(articles),
            passages=self._catalog.passage_count(),
            corpus=self._catalog.snapshot(),
            embedding_model=str(self._retriever.identity),
            reader=self._answerer.name,
            index=self._ingestion.index_state(),
            publishers=tuple(sorted({a.publisher for a in articles if a.publisher})),
            published_first=dates[0] if dates else None,
            published_last=dates[-1] if dates else None,
        )

    def close(self) -> None:
        """Give back the data folder."""
        self._close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def _receipt(self, draft: Draft, filters: Filters) -> Receipt:
        settings = {**self._answerer.settings, **self._retriever.settings}
        if not filters.empty:
            settings["filters"] = json.dumps(filters.model_dump(mode="json", exclude_defaults=True), sort_keys=True)
        return Receipt(
            corpus=self._catalog.snapshot(),
            embedding_model=str(self._retriever.identity),
            reader=self._answerer.name,
            settings=settings,
            passage_ids=tuple(hit.id for hit in draft.hits),
        )


def _short_answer(draft: Draft, citations: Sequence[Citation]) -> ShortAnswer | None:
    best = None if draft.best is None else citations[draft.best]
    return ShortAnswer(text=" ".join(best.highlighted.split()), marker=best.marker) if best and best.highlight else None


def clean_question(question: str) -> str:
    """Return the question in NFC with white space folded and control characters gone.

    Raises QuestionError when nothing is left, it is longer than 4,000 characters, or it holds a lone surrogate.
    """
    if any("\ud800" <= c <= "\udfff" for c in question):
        raise QuestionError(f"the question {question[:40]!a} holds a lone surrogate, which is no character: send UTF-8")
    if len(question) > MAX_QUESTION:
        raise QuestionError(f"the question is {len(question):,} characters long: ask in at most {MAX_QUESTION:,}")
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in question)
    cleaned = " ".join(unicodedata.normalize("NFC", kept).split())
    if not any(c.isalnum() for c in cleaned):
        raise QuestionError(f"the question {question[:40]!r} holds no word: type a question")
    return cleaned
