"""Question sets of the folder `shared` beside the project, ingested into data folders of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.catalog import Catalog
from assistant.chunking import Chunker
from assistant.factory import load_embedder
from assistant.index import ChromaIndex
from assistant.ingestion import Ingestion
from assistant.models.embedding import Embedder
from assistant.retrieval import HybridRetriever
from assistant.settings import load_settings
from bench.sets import SHARED, read_lines

__all__ = ["SHARED", "EvalSet", "open_set", "read_lines"]


@dataclass(frozen=True)
class EvalSet:
    """The questions of a set: id, question, answerable, gold spans."""

    questions: list[dict[str, Any]]


@contextmanager
def open_set(folder: Path, home: Path) -> Iterator[tuple[Catalog, HybridRetriever, Embedder, EvalSet]]:
    """Yield the parts over the articles of `folder`, ingested into `home` on first use."""
    home.mkdir(parents=True, exist_ok=True)
    embedder = load_embedder(load_settings(home=home, models=home.parent / "models"))
    catalog = Catalog(home / "catalog.sqlite")
    catalog.claim_model(embedder.identity)
    index = ChromaIndex(home / "index", embedder.identity)
    try:
        Ingestion(catalog, index, embedder, Chunker(embedder.count_tokens)).ingest([folder / "articles.jsonl"])
        questions = read_lines(folder / "questions.jsonl")
        yield catalog, HybridRetriever(catalog, index, embedder), embedder, EvalSet(questions)
    finally:
        catalog.close()
