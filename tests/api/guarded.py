"""Guarded: an application that asks for keys, people who have them, and what one of them made."""

from collections.abc import Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from assistant.api import create_app
from assistant.api.app import Mounted
from assistant.api.tries import Tries
from assistant.chat import Chat
from assistant.factory import build_assistant
from assistant.mcp import HttpEdge, Served, build_server
from assistant.models.fake import HashingEmbedder
from assistant.settings import load_settings
from tests.chat.gate import Gate

ADDRESS = "http://127.0.0.1:1"
QUESTION = "How many directives were issued at the summit?"
SECRET_QUESTION = "How much gallium does Ann hoard?"
SECRET = "Ann hoards ninety barrels of gallium in Zanzibar."


@dataclass(frozen=True)
class Things:
    """The ids of what someone made."""

    conversation: str
    message: str
    answer: str
    article: str


class Signed:
    """Stands in for an edge that asks its senders itself who they are."""

    @asynccontextmanager
    async def run(self) -> Any:
        yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("signed")(scope, receive, send)


@dataclass(frozen=True)
class Guarded:
    """`client` sends no key by itself."""

    app: FastAPI
    chat: Chat
    gate: Gate
    client: TestClient
    home: Path
    secrets: dict[str, str]

    def key(self, name: str) -> dict[str, str]:
        """Return the header with someone's key."""
        return {"Authorization": f"Bearer {self.secrets[name]}"}

    def add(self, name: str) -> dict[str, str]:
        """Make a key, and return the header with it."""
        self.secrets[name] = self.chat.keystore.add(name)[1]
        return self.key(name)

    def make(self, name: str) -> Things:
        """Let someone upload an article, ask about it in a conversation and outside of any."""
        client, key = self.client, self.key(name)
        (article,) = _sure(client.post("/v1/articles", files={"file": ("hoard.md", SECRET.encode())}, headers=key))
        conversation = _id(client.post("/v1/conversations", json={"title": "Gallium"}, headers=key))
        asked = client.post(
            f"/v1/conversations/{conversation}/messages", json={"question": SECRET_QUESTION}, headers=key
        )
        answer = client.post("/v1/ask", json={"question": SECRET_QUESTION}, headers=key).json()
        assert SECRET in answer["text"]
        return Things(conversation, asked.json()["id"], answer["id"], article)


@contextmanager
def guarded(folder: Path, corpus: Path) -> Iterator[Guarded]:
    """Give one with the keys of Ann and Ben, and that of Cas, which is revoked."""
    settings = load_settings(home=folder / "home", corpus=corpus, threshold=0.0)
    with ExitStack() as stack:
        assistant = stack.enter_context(build_assistant(settings, embedder=HashingEmbedder(), address=ADDRESS))
        gate = Gate(assistant)
        chat = stack.enter_context(Chat(assistant, assistant.conversations, patience=0.05))
        stack.callback(gate.open)
        secrets = {name: chat.keystore.add(name)[1] for name in ("Ann", "Ben", "Cas")}
        chat.keystore.revoke("Cas")
        edge, signed = HttpEdge(build_server(Served(chat), "1")), Signed()
        mounts = [Mounted("/mcp", edge, edge.run), Mounted("/signed", signed, signed.run, apart=True)]
        app = create_app(chat, mounts, keyless=False)
        app.state.authenticator._tries = Tries(most=100_000)
        client = stack.enter_context(TestClient(app, base_url=ADDRESS, raise_server_exceptions=False))
        yield Guarded(app, chat, gate, client, settings.home, secrets)


def _id(response: Any) -> str:
    assert response.is_success, response.text
    return str(response.json()["id"])


def _sure(response: Any) -> list[str]:
    assert response.is_success, response.text
    report = response.json()
    return list(report["added"] or report["unchanged"] or report["updated"])
