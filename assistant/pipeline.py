"""Assistant: the one function every edge calls, and what stands around it."""

import json
import threading
import time
import unicodedata
import uuid
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant.answering import Answerer, Draft, Outcome, Writer
from assistant.catalog import Catalog, ConversationStore
from assistant.citations import Citer, cite, marked_text, markers_of, sides_of
from assistant.compound import Found, answered, find
from assistant.conversation import MAX_QUESTION, ModelRewriter, Standalone, Turn
from assistant.conversation import standalone as stand_alone
from assistant.errors import NotFoundError, QuestionError, RunError, Stopped
from assistant.events import Answered, Event, Retrieved, Stated, stated_of
from assistant.ingestion import Ingestion, IngestReport, Progress
from assistant.intake import Intake
from assistant.models.pace import Pace
from assistant.retrieval import Retriever
from assistant.spans import span
from assistant.types import (
    Answer,
    Article,
    ArticleFacts,
    Citation,
    Filters,
    Frozen,
    Hit,
    Receipt,
    ShortAnswer,
    Statement,
)

RANKED = 10
NEAREST = 3
_EVERYTHING = Filters()
_GONE = "The articles were replaced or removed while the language model wrote."
_NOTHING_LEFT = "No sentence that the language model wrote is supported by the articles."


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


Views = Callable[[Catalog], tuple[Retriever, Callable[[str], str]]]


@dataclass
class _Sheet:
    """The citations and statements of an answer, as they come, and the digests of the articles that it is from."""

    corpus: str
    division: str
    citations: list[Citation] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)


class Assistant:
    """Answers questions about the articles of one data folder; methods may be called from several threads."""

    def __init__(
        self,
        catalog: Catalog,
        retriever: Retriever,
        answerer: Answerer,
        ingestion: Ingestion,
        *,
        writer: Writer | None = None,
        rewriter: ModelRewriter | None = None,
        ranked: int = RANKED,
        correct: Callable[[str], str] = str,
        views: Views | None = None,
        intake: Intake | None = None,
        pace: Pace | None = None,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the parts; `close` gives back what they hold (`factory.build_assistant` picks them).

        `writer` puts answers into its own words and `rewriter` follow-up questions, where there is a language model.
        `ranked`: how many passages an answer is looked for in, and lists. `correct` puts a question's spelling right.
        `views` gives what finds and what corrects for another view of the catalog; without it both stay as they are.
        `intake` takes in what others send; what stands back for questions goes by `pace`.
        """
        self._catalog = catalog
        self._retriever = retriever
        self._answerer = answerer
        self._ingestion = ingestion
        self._writer = writer
        self._rewriter = rewriter
        self._ranked = ranked
        self._correct = correct
        self._views = views
        self._owner: str | None = None
        self._root: Assistant = self
        self._intake = intake
        self._pace = pace or Pace()
        self._close = close

    def of(self, owner: str | None) -> "Assistant":
        """Return the same assistant for the owner of a key: it finds what is everybody's and what is theirs.

        As it was built it is for everybody, and finds what is everybody's. Closing it for an owner does nothing.
        """
        root = self._root
        if owner is None:
            return root
        mine = copy(root)
        mine._owner = owner
        mine._catalog = root._catalog.of(owner)
        if root._views is not None:
            mine._retriever, mine._correct = root._views(mine._catalog)
        if root._intake is not None:
            mine._intake = root._intake.of(owner)
        mine._close = lambda: None
        return mine

    @property
    def root(self) -> "Assistant":
        """The assistant as it was built, for everybody."""
        return self._root

    def ask(
        self,
        question: str,
        filters: Filters = _EVERYTHING,
        turns: Sequence[Turn] = (),
        standalone: str | Standalone | None = None,
        stop: threading.Event | None = None,
    ) -> Answer:
        """Return the answer to `question` from the articles that pass `filters`.

        `turns` are those of the conversation before it, oldest first; `standalone` is the question as it reads without
        them, made from them where it is None.

        Raises QuestionError for a question that is empty, over 4,000 characters or not text, NotFoundError for a
        filter on an article or a publisher that does not exist, Stopped at the next step after `stop` is set.
        """
        for event in self.stream(question, filters, turns, standalone, stop):
            last = event
        assert isinstance(last, Answered)
        return last.answer

    def stream(
        self,
        question: str,
        filters: Filters = _EVERYTHING,
        turns: Sequence[Turn] = (),
        standalone: str | Standalone | None = None,
        stop: threading.Event | None = None,
    ) -> Iterator[Event]:
        """Yield what `ask` finds while it finds it: the passages, each statement, and the whole answer at the end.

        A statement comes once its quotes are checked. The whole answer holds the same ones, but where its `fallback`
        says that a language model broke off: then others stand in their place. Raises as `ask` does, and Stopped at
        the next step after `stop` is set.
        """
        began = time.perf_counter()
        asked = self.settle(question, turns, standalone)
        if self._rewriter is not None and turns and not isinstance(standalone, str):
            asked = self._reworded(self._rewriter, asked, question, turns, stop)
        with self._pace.asking():
            found = self._find(asked, filters)
        retrieved = time.perf_counter()
        _heed(stop)
        yield Retrieved(hits=found.all_hits)
        with self._pace.asking():
            draft, sheet = self._quoted(asked, filters, found, stop)
        told = 0
        outcome: Outcome | None = None
        if self._writer is not None and draft.status != "abstained":
            written = _Sheet(sheet.corpus, sheet.division)
            for event in self._write(self._writer, asked.question, draft, written, stop):
                if isinstance(event, Stated):
                    told += 1
                    yield event
                else:
                    outcome = event
            if outcome is not None and outcome.fallback is None:
                sheet = written
        done = time.perf_counter()
        _heed(stop)
        answer = self._answer(question, asked, filters, draft, sheet, outcome)
        answer = answer.model_copy(
            update={
                "timings_ms": {
                    "retrieval": round((retrieved - began) * 1000, 3),
                    "answering": round((done - retrieved) * 1000, 3),
                    "total": round((done - began) * 1000, 3),
                }
            }
        )
        if not told:
            for stated in stated_of(answer):
                _heed(stop)
                yield stated
        _heed(stop)
        yield Answered(answer=answer)

    def settle(
        self, question: str, turns: Sequence[Turn] = (), standalone: str | Standalone | None = None
    ) -> Standalone:
        """Return `question` as it is read: in the wording given, else well spelt and without need of the turns before.

        Raises QuestionError as `clean_question` does.
        """
        asked = clean_question(question)
        if isinstance(standalone, Standalone):
            return standalone
        if standalone is not None:
            worded = clean_question(standalone)
            return Standalone(question=worded, rewritten=worded != asked)
        settled = stand_alone(self._correct(asked), turns)
        return settled.model_copy(update={"rewritten": settled.question != asked})

    def _reworded(
        self,
        rewriter: ModelRewriter,
        asked: Standalone,
        question: str,
        turns: Sequence[Turn],
        stop: threading.Event | None,
    ) -> Standalone:
        """Return the question as the language model puts it, as it was settled where that does not work."""
        typed = clean_question(question)
        written = rewriter.rewrite(typed, turns, stop)
        if written is None:
            return asked
        # A question that stands alone is still read by the words of the articles.
        put = self._correct(typed) if written == typed else written
        return asked.model_copy(update={"question": put, "rewritten": put != typed})

    def search(self, question: str, filters: Filters = _EVERYTHING, limit: int = RANKED) -> tuple[Hit, ...]:
        """Return at most `limit` passages, best first. Raises as `ask` does."""
        cleaned = clean_question(question)
        with self._pace.asking(), span("retrieval"), self._catalog.reading():
            return tuple(self._retriever.retrieve(cleaned, filters, limit))

    @property
    def writes(self) -> bool:
        """Whether a language model writes the answers."""
        return self._writer is not None

    @property
    def extractive(self) -> "Assistant":
        """The same assistant without a language model; closing it does nothing."""
        if self._writer is None and self._rewriter is None:
            return self
        plain = copy(self)
        plain._root = plain if self._root is self else self._root.extractive
        plain._writer = plain._rewriter = None
        plain._close = lambda: None
        return plain

    @property
    def conversations(self) -> ConversationStore:
        """What keeps conversations and answers in the same data folder."""
        return self._catalog.conversations

    def answer(self, answer_id: str) -> Answer:
        """Return an answer that was kept, by the server or in a conversation. Raises NotFoundError."""
        return Answer.model_validate_json(self.conversations.answer(answer_id).json)

    def matching(self, filters: Filters) -> tuple[str, ...]:
        """Return the ids of the articles that pass `filters`. Raises NotFoundError as `ask` does."""
        return self._catalog.matching(filters)

    def articles(self) -> tuple[ArticleFacts, ...]:
        """Return all articles, latest publication first, undated ones last."""
        return self._catalog.articles()

    def article(self, article_id: str) -> Article:
        """Return one article with its text. Raises NotFoundError."""
        return self._catalog.article(article_id)

    def ingest(self, paths: Sequence[Path], progress: Progress | None = None) -> IngestReport:
        """Read files and folders into the catalog; what fails is in the report, the rest goes in."""
        return self._ingestion.ingest(paths, progress)

    @property
    def intake(self) -> Intake:
        """What takes in files and URLs that others send. Raises RunError where there is none."""
        if self._intake is None:
            raise RunError("this assistant takes nothing in: build it with an intake")
        return self._intake

    def remove(self, article_id: str) -> ArticleFacts:
        """Remove an article from the catalog and every search. Raises NotFoundError."""
        return self._ingestion.remove(article_id)

    def published_by(self, publisher: str) -> tuple[str, ...]:
        """Return the ids of the articles of a publisher, in any case, whoever put them in."""
        return self._ingestion.published_by(publisher)

    def remove_publisher(self, publisher: str) -> tuple[ArticleFacts, ...]:
        """Remove the articles of a publisher, as `remove` does one. Raises NotFoundError where there is none."""
        return self._ingestion.remove_publisher(publisher)

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

    def _find(self, asked: Standalone, filters: Filters) -> Found:
        def retrieve(question: str) -> Sequence[Hit]:
            if not asked.context:
                return self._retriever.retrieve(question, filters, self._ranked)
            return self._retriever.retrieve(question, filters, self._ranked, context=asked.context)

        with span("retrieval"), self._catalog.reading():
            return find(asked.question, retrieve)

    def _quoted(
        self, asked: Standalone, filters: Filters, found: Found, stop: threading.Event | None
    ) -> tuple[Draft, "_Sheet"]:
        """Return the draft, and its quotes checked, all from one view of the articles."""
        with self._catalog.reading():
            if not self._catalog.holds({(hit.article_id, hit.sha256) for hit in found.all_hits}):
                # An article was replaced or removed between finding and quoting it: ask the corpus as it is now.
                _heed(stop)
                found = self._find(asked, filters)
            with span("reading", passages=len(found.all_hits)):
                draft = answered(found, self._answerer)
            quoted = {one.article_id for one in draft.quotes}
            articles = {article_id: self._catalog.article(article_id) for article_id in sorted(quoted)}
            citations, statements, _ = cite(draft.quotes, articles, self._catalog.copied_by)
            sheet = _Sheet(self._catalog.snapshot(), self._catalog.division(), list(citations), list(statements))
            return draft, sheet

    def _write(
        self, writer: Writer, question: str, draft: Draft, sheet: "_Sheet", stop: threading.Event | None
    ) -> Iterator[Stated | Outcome]:
        """Yield each sentence that the writer writes, kept in `sheet`, and how it ended.

        Where it told one side of what is contested, the others follow in their own words.
        """
        citer = Citer(self._catalog.article, self._catalog.copied_by)
        gone = 0
        for event in writer.write(question, draft, stop):
            _heed(stop)
            if isinstance(event, Outcome):
                outcome = _outcome(event, sheet, gone)
                if outcome.fallback is None:
                    yield from self._other_sides(draft, citer, sheet)
                yield outcome
                return
            try:
                statement, fresh = citer.cite(event.quotes, event.text)
            except (ValueError, NotFoundError):
                gone += 1  # its article was replaced or removed meanwhile
                continue
            sheet.statements.append(statement)
            sheet.citations.extend(fresh)
            yield Stated(statement=statement, citations=fresh)

    def _other_sides(self, draft: Draft, citer: Citer, sheet: "_Sheet") -> Iterator[Stated]:
        """Yield what contradicts the answer in `sheet`, which is added there."""
        sides = [draft.quotes[i] for i in draft.contested]
        untold = [side for side in sides if not markers_of(side, sheet.citations)]
        for side in untold if len(untold) < len(sides) else ():
            try:
                statement, fresh = citer.cite([side])
            except (ValueError, NotFoundError):
                continue  # its article was replaced or removed meanwhile
            sheet.statements.append(statement)
            sheet.citations.extend(fresh)
            yield Stated(statement=statement, citations=fresh)

    def _answer(
        self,
        question: str,
        asked: Standalone,
        filters: Filters,
        draft: Draft,
        sheet: "_Sheet",
        outcome: Outcome | None,
    ) -> Answer:
        written = outcome is not None and outcome.fallback is None
        found = draft.status != "abstained" and (outcome is None or not written or outcome.found)
        return Answer(
            id=uuid.uuid4().hex,
            question=question,
            standalone_question=asked.question,
            status=draft.status if found else "abstained",
            statements=tuple(sheet.statements),
            text=marked_text(sheet.statements),
            short_answer=None if written else _short_answer(draft, sheet.citations),
            contested=sides_of([draft.quotes[i] for i in draft.contested], sheet.citations) if found else (),
            citations=tuple(sheet.citations),
            passages=draft.hits,
            confidence=draft.confidence,
            uncertain=draft.uncertain and found,
            mode="generative" if written else "extractive",
            model=self._writer.name if self._writer is not None and outcome is not None else None,
            dropped=outcome.dropped if outcome else 0,
            fallback=outcome.fallback if outcome else None,
            usage=outcome.usage if outcome else None,
            nearest=() if found else draft.hits[:NEAREST],
            receipt=self._receipt(draft, sheet, filters, asked.context),
        )

    def _receipt(self, draft: Draft, sheet: "_Sheet", filters: Filters, context: Sequence[str]) -> Receipt:
        settings = {**self._answerer.settings, **self._retriever.settings}
        if self._writer is not None:
            settings |= self._writer.settings
        if self._rewriter is not None:
            settings["rewriter"] = self._rewriter.name
        if context:
            settings["context"] = json.dumps(context, ensure_ascii=False)
        if not filters.empty:
            settings["filters"] = json.dumps(filters.model_dump(mode="json", exclude_defaults=True), sort_keys=True)
        return Receipt(
            corpus=sheet.corpus,
            division=sheet.division,
            embedding_model=str(self._retriever.identity),
            reader=self._answerer.name,
            settings=settings,
            passage_ids=tuple(hit.id for hit in draft.hits),
        )


def _outcome(outcome: Outcome, sheet: "_Sheet", gone: int) -> Outcome:
    """Return how writing ended, given what is left of it."""
    dropped = outcome.dropped + gone
    if outcome.fallback is None and outcome.found and not sheet.statements:
        return replace(outcome, dropped=dropped, fallback=_GONE if gone and gone == dropped else _NOTHING_LEFT)
    return replace(outcome, dropped=dropped)


def _heed(stop: threading.Event | None) -> None:
    if stop is not None and stop.is_set():
        raise Stopped("answering was stopped: ask again for the answer")


def _short_answer(draft: Draft, citations: Sequence[Citation]) -> ShortAnswer | None:
    best = None if draft.best is None or draft.contested else citations[draft.best]
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
