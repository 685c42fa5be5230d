"""A real server over a small corpus, on a thread, whose answers can be held back and whose connections can be cut."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.answering import Writer
from assistant.api import create_app
from assistant.api.server import bind, url_of
from assistant.events import Stated
from assistant.factory import build_assistant, build_chat
from assistant.pipeline import Assistant
from assistant.settings import load_settings
from tests.conftest import write_corpus

HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=2</script>'
HOSTILE_QUESTION = "What does the label of the crate say?"
_HOSTILE = {
    "id": "hostile",
    "title": f"Labels of crates {HOSTILE}",
    "publisher": f"Crate {HOSTILE} Post",
    "published": "2024-09-09",
    "url": "javascript:window.hacked=3",
    "text": f"The label of the crate says {HOSTILE} in red letters.\n\nThe crate itself is made of pine.",
}
# Characters outside the Basic Multilingual Plane before and in the quote: two UTF-16 units, one code point each.
ASTRAL_QUESTION = "How high is the lighthouse of Brant?"
ASTRAL_QUOTE = "The lighthouse of Brant 🗼 is 𝟒𝟐 metres high."
_ASTRAL = {
    "id": "coast/lights",
    "title": "Lights of the coast",
    "publisher": "Coast Courier",
    "published": "2025-02-02",
    "text": f"🌊🌊🌊 Ships pass the coast 🚢 by night.\n\n{ASTRAL_QUOTE} It was built in 1871.",
}


# Seconds in which what was sent before a cut gets to the browser, which drops it otherwise.
_ARRIVING = 0.3


class Valve:
    """Lets statements through: all of them, or so many, then those of the test's choosing."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._left: int | None = None
        self.cuts: list[int] = []

    def hold(self, after: int) -> None:
        """Let `after` statements through, then none until `open`."""
        with self._changed:
            self._left = after

    def open(self) -> None:
        """Let everything through."""
        with self._changed:
            self._left = None
            self._changed.notify_all()

    def cut(self, after: int) -> None:
        """Break off the next event stream after so many events."""
        self.cuts.append(after)

    def pass_one(self, stop: threading.Event | None) -> None:
        """Wait until a statement may pass, or `stop` is set."""
        with self._changed:
            while self._left == 0 and not (stop and stop.is_set()):
                self._changed.wait(0.02)
            if self._left and not (stop and stop.is_set()):
                self._left -= 1


class _Cutting:
    """ASGI middleware that breaks off event streams where the valve says so."""

    def __init__(self, app: ASGIApp, valve: Valve) -> None:
        self._app = app
        self._valve = valve

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left: list[int] = []

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start" and self._valve.cuts:
                if (b"content-type", b"text/event-stream; charset=utf-8") in message["headers"]:
                    left.append(self._valve.cuts.pop(0))
            elif left and message["type"] == "http.response.body":
                if not left[0]:
                    await asyncio.sleep(_ARRIVING)
                    raise ConnectionAbortedError
                left[0] -= 1
            await send(message)

        await self._app(scope, receive, counted)


def _held_back(assistant: Assistant, valve: Valve) -> None:
    stream = assistant.stream

    def held(*args: Any, **kwargs: Any) -> Iterator[Any]:
        for event in stream(*args, **kwargs):
            # The server asks questions of its own, for those that it suggests: they can't be stopped, and take no turn.
            if isinstance(event, Stated) and kwargs.get("stop"):
                valve.pass_one(kwargs["stop"])
            yield event

    assistant.stream = held  # type: ignore[method-assign]


def _write(folder: Path) -> Path:
    write_corpus(folder)
    lines = [json.dumps(one, ensure_ascii=False) for one in (_HOSTILE, _ASTRAL)]
    (folder / "more.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def _with(writer: Writer, built: Assistant) -> Assistant:
    parts = (built._catalog, built._retriever, built._answerer, built._ingestion)
    return Assistant(*parts, writer=writer, ranked=built._ranked, correct=built._correct)


@contextmanager
def serving(folder: Path, models: Path, writer: Writer | None = None) -> Iterator[tuple[str, Valve]]:
    """Serve within; gives the URL and the valve. Answers are extractive without `writer`, which holds itself back."""
    settings = load_settings(home=folder / "home", corpus=_write(folder / "articles"), models=models, threads=1)
    valve = Valve()
    listener = bind("127.0.0.1", 0)
    with build_assistant(settings) as built, build_chat(_with(writer, built) if writer else built) as chat:
        if writer is None:
            _held_back(built, valve)
        app = _Cutting(create_app(chat), valve)
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="critical", access_log=False, timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield url_of(listener), valve
        finally:
            valve.open()
            server.should_exit = True
            thread.join()
