"""Tests of `bench.page`: what it does without a browser."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import uvicorn
from rich.console import Console

from assistant.api import create_app
from assistant.api.server import bind, url_of
from assistant.factory import build_chat
from assistant.pipeline import Assistant
from bench.page import STREAMS, main, many, show


def test_fifty_streams_and_health(build: Callable[..., Assistant]) -> None:
    import threading

    listener = bind("127.0.0.1", 0)
    with build_chat(build(threshold=0.0)) as chat:
        server = uvicorn.Server(uvicorn.Config(create_app(chat), log_level="critical", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            found = asyncio.run(many(url_of(listener)))
        finally:
            server.should_exit = True
            thread.join()
    assert found["errors"] == 0
    assert found["/health requests"] >= 1
    assert found["/health median, ms"] <= found["/health slowest, ms"]


def test_tables_say_what_was_measured() -> None:
    console = Console(width=100, record=True)
    for table in show({"page": [200.0, 300.0, 900.0], "ask": [150.0, 150.0, 160.0]}, {"errors": 0, "/health": 1.25}):
        console.print(table)
    text = " ".join(console.export_text().split())
    assert "Enter to first statement on the page" in text
    assert "2.00" in text
    assert f"{STREAMS} streams at once" in text


def test_without_chromium_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bench.page.CHROMIUM", Path("/nowhere/chromium"))
    monkeypatch.setattr("sys.argv", ["page"])
    assert main() == 1
    assert "/nowhere/chromium" in capsys.readouterr().err
