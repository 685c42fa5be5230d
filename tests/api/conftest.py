"""One Assistant over two small articles, and clients of the application over it or over a stand-in."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.api import create_app
from assistant.factory import build_assistant
from assistant.models.fake import HashingEmbedder
from assistant.pipeline import Assistant
from assistant.settings import load_settings

_SUMMIT = """---
id: summit
title: Baogang reform summit
publisher: Baotou Daily
published: 2025-05-27
url: https://example.org/summit
---

The Baogang reform summit was held in Baotou on 27 May 2025. Five directives were issued at the summit.

The second directive ties magnet export licences to quarterly audits.
"""
_PRICES = """---
id: prices/2025
title: Oxide prices in April
publisher: Market Wire
published: 2025-04-30
---

Neodymium oxide closed April at 61 dollars a kilogram. Buyers in Japan paid a premium of four dollars.
"""


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two articles: `summit`, and `prices/2025`, whose id holds a slash."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "summit.md").write_text(_SUMMIT, "utf-8")
    (folder / "prices.md").write_text(_PRICES, "utf-8")
    return folder


@pytest.fixture(scope="session")
def assistant(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    settings = load_settings(home=tmp_path_factory.mktemp("home"), corpus=corpus, threshold=0.0)
    with build_assistant(settings, embedder=HashingEmbedder()) as built:
        yield built


@pytest.fixture(scope="session")
def client(assistant: Assistant) -> Iterator[TestClient]:
    with TestClient(create_app(assistant), raise_server_exceptions=False) as client:
        yield client


class Failing(Assistant):
    """An Assistant whose every method raises `error`."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattribute__(self, name: str) -> object:
        if name.startswith("_"):
            return super().__getattribute__(name)
        raise self._error


@pytest.fixture
def failing() -> Iterator[Callable[[Exception], TestClient]]:
    """Makes a client of an application whose Assistant raises the given error whenever it is touched."""
    with ExitStack() as stack:

        def make(error: Exception) -> TestClient:
            return stack.enter_context(TestClient(create_app(Failing(error)), raise_server_exceptions=False))

        yield make
