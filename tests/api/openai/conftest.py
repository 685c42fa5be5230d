"""One server for all tests of this folder, whose answers wait at a gate when a test shuts it, and clients of it."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx2
import pytest
import uvicorn
from fastapi.testclient import TestClient
from openai import OpenAI

from assistant.api import create_app
from assistant.api.server import bind, url_of
from assistant.chat import Chat
from assistant.factory import build_assistant
from assistant.models.fake import HashingEmbedder
from assistant.settings import load_settings
from tests.api.conftest import Live
from tests.chat.gate import Gate


@pytest.fixture(scope="session")
def _server(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    settings = load_settings(home=tmp_path_factory.mktemp("home"), corpus=corpus, threshold=0.0)
    with ExitStack() as stack:
        assistant = stack.enter_context(build_assistant(settings, embedder=HashingEmbedder()))
        gate = Gate(assistant)
        chat = stack.enter_context(Chat(assistant, assistant.conversations))
        listener = stack.enter_context(closing(bind("127.0.0.1", 0)))
        server = uvicorn.Server(uvicorn.Config(create_app(chat), log_config=None, timeout_graceful_shutdown=10))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        url = url_of(listener)
        try:
            with httpx2.Client(base_url=url, timeout=60) as client:
                yield Live(url, chat, gate, client)
        finally:
            server.should_exit = True
            thread.join(60)


@pytest.fixture
def live(_server: Live) -> Iterator[Live]:
    """The server; the gate is open and nothing fails when the test begins."""
    yield _server
    _server.gate.fail = None
    _server.gate.open()
    while _server.gate.reached.acquire(blocking=False):
        pass


@pytest.fixture(scope="session")
def http(chat: Chat) -> Iterator[TestClient]:
    """A client of the application without a server between them."""
    with TestClient(create_app(chat), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def client(live: Live) -> Iterator[OpenAI]:
    """The official client, which is told nothing but the address."""
    with OpenAI(base_url=f"{live.url}/v1", api_key="any", max_retries=0, timeout=60) as made:
        yield made
