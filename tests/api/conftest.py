"""One Assistant over two small articles, its Chat, and clients of the application over them or over a stand-in."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from fastapi.testclient import TestClient

from assistant.api import create_app
from assistant.api.server import bind, url_of
from assistant.catalog import Catalog
from assistant.chat import Chat, Run
from assistant.factory import build_assistant, build_chat
from assistant.models.fake import HashingEmbedder
from assistant.pipeline import Assistant
from assistant.settings import load_settings
from tests.chat.gate import Gate

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
def chat(assistant: Assistant) -> Iterator[Chat]:
    with build_chat(assistant) as built:
        yield built


@pytest.fixture(scope="session")
def client(chat: Chat) -> Iterator[TestClient]:
    with TestClient(create_app(chat), raise_server_exceptions=False) as client:
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
def failing(tmp_path: Path) -> Iterator[Callable[[Exception], TestClient]]:
    """Makes a client of an application whose Assistant raises the given error whenever it is touched."""
    with ExitStack() as stack:
        catalog = Catalog(tmp_path / "catalog.sqlite")
        stack.callback(catalog.close)

        def make(error: Exception) -> TestClient:
            chat = stack.enter_context(Chat(Failing(error), catalog.conversations))
            return stack.enter_context(TestClient(create_app(chat), raise_server_exceptions=False))

        yield make


@dataclass(frozen=True)
class Told:
    """One server-sent event."""

    id: str
    event: str
    data: Any


def told(lines: Iterable[str]) -> Iterator[Told]:
    """Read server-sent events as the standard has it; comments are left out."""
    fields: dict[str, str] = {}
    for line in lines:
        if line.startswith(":"):
            continue
        if not line and "data" in fields:
            yield Told(fields["id"], fields["event"], json.loads(fields["data"]))
        if not line:
            fields = {}
            continue
        name, _, value = line.partition(": ")
        fields[name] = value


def left(run: Run) -> str:
    """Wait for the end of a run without being a reader, who would keep it from being abandoned; return its status."""
    while run.ended is None:
        time.sleep(0.02)
    return run.ended.message.status


@dataclass(frozen=True)
class Live:
    """A server in this process, over an assistant of its own whose answers wait at a gate."""

    url: str
    chat: Chat
    gate: Gate
    client: httpx2.Client

    def conversation(self) -> str:
        """Make a conversation and return its path."""
        return f"/v1/conversations/{self.client.post('/v1/conversations').json()['id']}"


@pytest.fixture
def live(corpus: Path, tmp_path: Path) -> Iterator[Live]:
    """A server that streams are read from while they are written; a reader that left is waited for only briefly."""
    settings = load_settings(home=tmp_path / "home", corpus=corpus, threshold=0.0)
    with ExitStack() as stack:
        assistant = stack.enter_context(build_assistant(settings, embedder=HashingEmbedder()))
        gate = Gate(assistant)
        chat = stack.enter_context(Chat(assistant, assistant.conversations, patience=0.05))
        listener = stack.enter_context(closing(bind("127.0.0.1", 0)))
        url = url_of(listener)
        server = uvicorn.Server(uvicorn.Config(create_app(chat), log_config=None, timeout_graceful_shutdown=10))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            with httpx2.Client(base_url=url, timeout=60) as client:
                yield Live(url, chat, gate, client)
        finally:
            gate.open()
            server.should_exit = True
            thread.join(60)
