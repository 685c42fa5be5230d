"""A small corpus whose ids hold slashes, spaces and more, and a server over it in this process."""

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from assistant.api.app import Mounted, create_app
from assistant.api.guards import Guards
from assistant.api.hosts import allowed_hosts
from assistant.api.server import bind, url_of
from assistant.chat import Chat
from assistant.factory import build_assistant
from assistant.mcp import HttpEdge, Served, build_server
from assistant.models.fake import HashingEmbedder
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
_METALS = {
    "id": "notes on tin & copper/ü 100%",
    "title": "Notes on metals",
    "text": "Tin 𝕊𝕟 melts at 232 degrees Celsius.\n\nCopper melts at 1085 degrees Celsius.",
}


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "summit.md").write_text(_SUMMIT, "utf-8")
    (folder / "prices.md").write_text(_PRICES, "utf-8")
    (folder / "metals.jsonl").write_text(json.dumps(_METALS) + "\n", "utf-8")
    return folder


@dataclass(frozen=True)
class Live:
    """A server in this process that answers one question at a time, each of which may be held up at a gate."""

    url: str
    chat: Chat
    gate: Gate

    @property
    def mcp(self) -> str:
        return f"{self.url}/mcp"


@pytest.fixture(scope="session")
def live(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    settings = load_settings(home=tmp_path_factory.mktemp("home"), corpus=corpus)
    with ExitStack() as stack:
        assistant = stack.enter_context(build_assistant(settings, embedder=HashingEmbedder()))
        gate = Gate(assistant)
        chat = stack.enter_context(Chat(assistant, assistant.conversations, at_once=1))
        listener = stack.enter_context(closing(bind("127.0.0.1", 0)))
        edge = HttpEdge(build_server(Served(chat), "1"))
        guards = Guards(hosts=allowed_hosts("127.0.0.1", None, ["desk.example"]))
        app = create_app(chat, [Mounted("/mcp", edge, edge.run)], guards)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=10))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Live(url_of(listener), chat, gate)
        finally:
            gate.open()
            server.should_exit = True
            thread.join(60)
            assert not thread.is_alive()
