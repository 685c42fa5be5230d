"""Homes: question sets ingested into folders of their own, opened with their questions."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.answering import Answerer
from assistant.catalog import Catalog
from assistant.chunking import Chunker
from assistant.ingestion import Ingestion
from assistant.models.embedding import Embedder
from assistant.pipeline import Assistant
from assistant.retrieval import HybridRetriever, Retriever
from bench import sets
from bench.corpora import Parts, open_files, open_pairs, open_set
from bench.sets import SETS, QuestionSet, Record, fold_of, half_of

PAIRS, FOLLOWUPS = "pairs", "followups"
NAMES = (*SETS, PAIRS, FOLLOWUPS)
# Followups are questions without their conversations: what they lack can be found by none, so only ranking is scored.
Gold = Literal["spans", "facts", "articles"]


@dataclass(frozen=True)
class Home:
    """A question set over its ingested articles.

    `gold` is as in QuestionSet, or "articles": whole articles are gold and nothing but the order of passages is scored.
    With `fitted`, half 0 of the questions fits the SimilarityReader.
    """

    name: str
    gold: Gold
    fitted: bool
    catalog: Catalog
    retriever: HybridRetriever
    embedder: Embedder
    questions: list[Record]

    def assistant(self, answerer: Answerer, retriever: Retriever) -> Assistant:
        """Return an assistant that answers from these articles."""
        chunker = Chunker(self.embedder.count_tokens)
        return Assistant(self.catalog, retriever, answerer, Ingestion(self.catalog, None, self.embedder, chunker))

    def halves(self) -> tuple[list[Record], list[Record]]:
        """Return the questions that are fitted on and the others, each in order."""
        halves: tuple[list[Record], list[Record]] = ([], [])
        for question in self.questions:
            halves[question_half(question)].append(question)
        return halves

    def articles(self) -> list[Record]:
        """Return the articles as the catalog holds them, in which offsets count."""
        return [
            {"id": facts.id, "title": facts.title, "text": self.catalog.article(facts.id).text}
            for facts in self.catalog.articles()
        ]


def question_half(question: Record) -> int:
    """Return the half that a question is in: that of what it asks for, so that the wordings of one are together."""
    return half_of(_key(question))


def question_fold(question: Record, folds: int) -> int:
    """Return the fold that a question is in, likewise."""
    return fold_of(_key(question), folds)


def _key(question: Record) -> str:
    return str(question["fact"] if "fact" in question else question["id"])


def missing(names: Sequence[str]) -> list[Path]:
    """Return what is not there of the scorers and of the named sets."""
    found = sets.missing([name for name in names if name in SETS])
    if FOLLOWUPS in names:
        wanted = [_followups() / name for name in ("articles.jsonl", "questions.jsonl")]
        found += [path for path in wanted if not path.is_file()]
    return found


@contextmanager
def open_home(name: str, folder: Path, limit: int | None = None) -> Iterator[Home]:
    """Give the home of a set, ingested into `folder` on first use, with its first `limit` questions."""
    if name == PAIRS:
        with open_pairs(folder) as parts:
            yield _home(name, "spans", parts, limit, fitted=True)
    elif name == FOLLOWUPS:
        with open_set(_followups(), folder) as (catalog, retriever, embedder, data):
            asked = [_last_alone(question, catalog) for question in data.questions if question["gold"]]
            yield Home(name, "articles", False, catalog, retriever, embedder, asked[:limit])
    elif SETS[name].gold == "spans":
        with open_set(SETS[name].path, folder) as parts:
            yield _home(name, "spans", parts, limit, fitted=SETS[name].fitted)
    else:
        with _open_files(SETS[name], folder, limit) as home:
            yield home


def _home(name: str, gold: Gold, parts: Parts, limit: int | None, *, fitted: bool) -> Home:
    catalog, retriever, embedder, data = parts
    return Home(name, gold, fitted, catalog, retriever, embedder, data.questions[:limit])


@contextmanager
def _open_files(data: QuestionSet, folder: Path, limit: int | None) -> Iterator[Home]:
    with open_files(data.files(), folder, lambda _: data.questions(limit)) as (catalog, retriever, embedder, asked):
        yield Home(data.name, data.gold, data.fitted, catalog, retriever, embedder, asked.questions)


def _followups() -> Path:
    return sets.SHARED / "eval" / FOLLOWUPS


def _last_alone(question: Record, catalog: Catalog) -> Record:
    """Return a conversation's last question as one without a conversation; gold are whole articles."""
    gold = [
        {"article_id": article_id, "start": 0, "end": len(catalog.article(article_id).text)}
        for article_id in question["gold"]
    ]
    return {"id": question["id"], "question": question["question"], "answerable": True, "gold": gold}
