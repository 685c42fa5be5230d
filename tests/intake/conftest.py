"""An intake over a catalog, a sandbox and a World."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.catalog import Catalog
from assistant.chunking import Chunker
from assistant.index import ExactIndex
from assistant.ingestion import Ingestion
from assistant.intake import Intake, WebReader
from assistant.models.fake import HashingEmbedder
from assistant.sources.sandbox import Sandbox
from tests.sources.world import World, a_world

EMBEDDER = HashingEmbedder()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(processes=1) as one:
        yield one


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as one:
        yield one


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path / "catalog.sqlite")
    yield catalog
    catalog.close()


@pytest.fixture
def ingestion(catalog: Catalog) -> Ingestion:
    return Ingestion(catalog, ExactIndex(), EMBEDDER, Chunker(EMBEDDER.count_tokens))


@pytest.fixture
def make(catalog: Catalog, ingestion: Ingestion, sandbox: Sandbox, world: World) -> Callable[..., Intake]:
    def made(most: int = 100, **more: Any) -> Intake:
        web = WebReader(world.fetcher(), sandbox, catalog.pages, most, **more)
        return Intake(ingestion, web, sandbox, catalog.pages)

    return made


@pytest.fixture
def intake(make: Callable[..., Intake]) -> Intake:
    return make()
