"""Question sets of the folder `shared` beside the project, ingested into data folders of their own."""

import json
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

SHARED = Path(__file__).parents[2] / "shared"


@dataclass(frozen=True)
class EvalSet:
    """The questions of a set: id, question, answerable, gold spans."""

    questions: list[dict[str, Any]]


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


@contextmanager
def open_set(folder: Path, home: Path) -> Iterator[tuple[Catalog, HybridRetriever, Embedder, EvalSet]]:
    """Yield the parts over the articles of `folder`, ingested into `home` on first use."""
    home.mkdir(parents=True, exist_ok=True)
    embedder = load_embedder(load_settings(home=home, models=home.parent / "models"))
    catalog = Catalog(home / "catalog.sqlite")
    catalog.claim_model(embedder.identity)
    index = ChromaIndex(home / "index", embedder.identity)
    ingestion = Ingestion(catalog, index, embedder, Chunker(embedder.count_tokens))
    ingestion.ingest([folder / "articles.jsonl"])
    yield catalog, HybridRetriever(catalog, index, embedder), embedder, EvalSet(read_lines(folder / "questions.jsonl"))
    catalog.close()
