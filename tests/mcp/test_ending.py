"""The end of a server with /mcp: what is under way gets its time, and nothing holds the server longer."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client, MCPError

from .contract import called
from .test_http import ACCEPT, OPENING

ROOT = str(Path(__file__).parents[2])
# Each question waits for a line on standard input; it says on standard output what befalls it.
SERVER = r"""
import os, sys, threading
from pathlib import Path
from assistant.api import server
from assistant.api.app import Mounted
from assistant.chat import Chat
from assistant.factory import build_assistant
from assistant.mcp import HttpEdge, Served, build_server
from assistant.models.fake import HashingEmbedder
from assistant.settings import load_settings
from tests.chat.gate import Gate

server._GRACE = int(sys.argv[3])
settings = load_settings(home=Path(sys.argv[1]), corpus=Path(sys.argv[2]))
listener = server.bind("127.0.0.1", 0)
with (
    build_assistant(settings, embedder=HashingEmbedder()) as assistant,
    Chat(assistant, assistant.conversations, at_once=2) as chat,
):
    gate = Gate(assistant)
    gate.shut()
    threading.Thread(target=lambda: (sys.stdin.readline(), gate.open()), daemon=True).start()
    tell = lambda: [os.write(1, b"asked\n") for _ in range(2) if gate.reached.acquire()]
    threading.Thread(target=tell, daemon=True).start()
    edge = HttpEdge(build_server(Served(chat), "1"))
    chat.starters = list
    server.serve(chat, listener, mounts=[Mounted("/mcp", edge, edge.run)], notify=lambda line: print(line, flush=True))
    print("ended", flush=True)
"""
Start = Callable[[int], tuple["subprocess.Popen[str]", str]]


@pytest.fixture
def start(corpus: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts a server with so many seconds of grace; gives the process and the URL of its /mcp."""
    processes: list[subprocess.Popen[str]] = []

    def run(grace: int) -> tuple["subprocess.Popen[str]", str]:
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", SERVER, str(tmp_path / "home"), str(corpus), str(grace)],
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            text=True,
            env={**os.environ, "PYTHONPATH": ROOT},
        )
        processes.append(process)
        assert process.stdout
        line = process.stdout.readline()
        assert line.startswith("Serving at "), process.communicate()[1]
        return process, line.removeprefix("Serving at ").partition(";")[0] + "/mcp"

    yield run
    for process in processes:
        process.kill()
        print(*process.communicate())  # shown where a test failed


def test_calls_under_way_are_answered_and_open_sessions_do_not_hold_the_server(start: Start) -> None:
    process, url = start(60)
    opened = httpx2.post(url, json=OPENING, headers=ACCEPT)
    assert opened.status_code == 200

    async def run() -> None:
        async with Client(url, mode="legacy") as one, Client(url) as two:
            asked = await ending(process, url, one, two)
            await asyncio.sleep(1)  # twice what the SDK's streams take to notice a signal
            assert not any(task.done() for task in asked)
            release(process)
            assert [answer["status"] for answer in await asyncio.gather(*asked)] == ["answered", "answered"]

    asyncio.run(run())
    out, err = process.communicate(timeout=50)
    assert (process.returncode, out) == (0, "ended\n")
    assert "Traceback" not in err
    assert err.count('"route": "/mcp", "status": 200') >= 7


def test_calls_that_do_not_end_hold_the_server_no_longer_than_its_grace(start: Start) -> None:
    process, url = start(1)

    async def run() -> None:
        async with Client(url, mode="legacy") as one, Client(url) as two:
            asked = await ending(process, url, one, two)
            assert process.stdout
            assert await asyncio.to_thread(process.stdout.readline) == "ended\n"
            for task in asked:
                with pytest.raises(MCPError):
                    await task

    asyncio.run(run())
    release(process)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "")
    assert "timeout graceful shutdown exceeded" in err


async def ending(process: "subprocess.Popen[str]", url: str, *clients: Client) -> list["asyncio.Task[dict[str, Any]]"]:
    """Let each client ask, and the server end while the questions are at the gate; return the calls."""
    asked = []
    for client in clients:
        await client.list_tools()  # else the client asks for them after the call, to check its result
        asked.append(asyncio.create_task(called(client, "ask", question="How many directives were issued?")))
        assert process.stdout
        assert await asyncio.to_thread(process.stdout.readline) == "asked\n"
    process.send_signal(signal.SIGTERM)
    port = httpx2.URL(url).port or 0
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            return asked
        await asyncio.sleep(0.05)


def release(process: "subprocess.Popen[str]") -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()
