"""Question sets, the project's own and those in the folder `shared` beside it, ingested into folders of their own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.catalog import Catalog
from assistant.chunking import Chunker
from assistant.factory import load_embedder
from assistant.index import ChromaIndex
from assistant.ingestion import Ingestion
from assistant.models.embedding import Embedder
from assistant.retrieval import HybridRetriever
from assistant.settings import load_settings
from bench.pipelines import BenchError
from bench.sets import SHARED, read_lines

__all__ = ["SHARED", "EvalSet", "open_pairs", "open_set", "read_lines"]

_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class EvalSet:
    """The questions of a set: id, question, answerable, gold spans."""

    questions: list[dict[str, Any]]


Parts = tuple[Catalog, HybridRetriever, Embedder, EvalSet]


def open_set(folder: Path, home: Path) -> AbstractContextManager[Parts]:
    """Give the parts over the articles of `folder`, ingested into `home` on first use, and its questions."""
    return open_files([folder / "articles.jsonl"], home, lambda _: read_lines(folder / "questions.jsonl"))


def open_pairs(home: Path) -> AbstractContextManager[Parts]:
    """Give the parts over the project's own articles, and its fixed question-answer pairs as questions.

    The gold spans of a pair are all the quotes that any right answer may hold; a pair's `fact` names what it asks for,
    so that several wordings of one question can be kept together.
    """
    return open_files([_ROOT / "corpus"], home, lambda catalog: [_question(pair, catalog) for pair in _pairs()])


@contextmanager
def open_files(
    sources: Sequence[Path], home: Path, questions: Callable[[Catalog], list[dict[str, Any]]]
) -> Iterator[Parts]:
    """Give the parts over the articles in `sources`, ingested into `home` on first use, and what `questions` gives.

    Raises BenchError when an article cannot be read, for then the figures would be of less.
    """
    home.mkdir(parents=True, exist_ok=True)
    embedder = load_embedder(load_settings(home=home, models=home.parent / "models"))
    catalog = Catalog(home / "catalog.sqlite")
    catalog.claim_model(embedder.identity)
    index = ChromaIndex(home / "index", embedder.identity)
    try:
        report = Ingestion(catalog, index, embedder, Chunker(embedder.count_tokens)).ingest(sources)
        if report.failed:
            raise BenchError(f"{len(report.failed)} articles failed, first {report.failed[0]}")
        yield catalog, HybridRetriever(catalog, index, embedder), embedder, EvalSet(questions(catalog))
    finally:
        index.close()
        catalog.close()


def _pairs() -> list[dict[str, Any]]:
    files = sorted(path for path in (_ROOT / "tests" / "qa").glob("*.yaml") if path.name != "thresholds.yaml")
    return [pair for file in files for pair in yaml.safe_load(file.read_text("utf-8"))]


def _question(pair: dict[str, Any], catalog: Catalog) -> dict[str, Any]:
    expect = pair["expect"]
    alternatives = expect.get("any_of") or [expect.get("quotes") or []]
    quotes = [quote for some in alternatives for quote in some]
    gold = []
    for quote in quotes:
        text = catalog.article(quote["article"]).text
        start = text.find(quote["text"])
        if start < 0:
            raise ValueError(f"pair {pair['id']}: {quote['text']!r} is not in {quote['article']}")
        gold.append({"article_id": quote["article"], "start": start, "end": start + len(quote["text"])})
    return {
        "id": pair["id"],
        "question": pair["question"],
        "answerable": expect["status"] == "answered",
        "gold": gold,
        "fact": quotes[0]["text"] if quotes else pair["id"],
    }
