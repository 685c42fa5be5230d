"""`assistant mcp` in a process of its own, spoken to by the SDK's client and by hand."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters, stdio_client

from assistant.factory import build_assistant
from assistant.locking import FolderLock
from assistant.mcp.stdio import _lines
from assistant.models.fake import HashingEmbedder
from assistant.settings import load_settings
from assistant.types import Answer
from tests.cli.conftest import PROGRAM

from .contract import CHECKS, called

ROOT = str(Path(__file__).parents[2])


@pytest.fixture(scope="session")
def home(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that is filled and free."""
    home = tmp_path_factory.mktemp("home")
    build_assistant(load_settings(home=home, corpus=corpus), embedder=HashingEmbedder()).close()
    return home


def test_what_every_client_finds(home: Path, tmp_path: Path) -> None:
    arguments = ["-W", "error", PROGRAM, "--home", str(home), "mcp"]
    server = StdioServerParameters(command=sys.executable, args=arguments, env={"PYTHONPATH": ROOT}, cwd=tmp_path)

    async def run() -> Answer:
        with (tmp_path / "err").open("w") as err:
            async with Client(stdio_client(server, errlog=err)) as client:
                assert client.protocol_version == "2026-07-28"
                for check in CHECKS:
                    await check(client)
                many = [called(client, "ask", question=f"How many directives were issued in {n}?") for n in range(3)]
                assert [found["question"][-2] for found in await asyncio.gather(*many)] == ["0", "1", "2"]
                return Answer.model_validate(await called(client, "ask", question="How many directives were issued?"))

    answer = asyncio.run(run())
    assert (tmp_path / "err").read_text() == ""
    with build_assistant(load_settings(home=home), embedder=HashingEmbedder()) as assistant:
        assert assistant.answer(answer.id).text == answer.text


class ByHand:
    """A process that is written lines to and read lines from."""

    def __init__(self, home: Path) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", PROGRAM, "--home", str(home), "mcp"],
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            env={**os.environ, "PYTHONPATH": ROOT},
        )
        assert self.process.stdin
        assert self.process.stdout
        assert self.process.stderr
        self.stdin, self.stdout, self.stderr = self.process.stdin, self.process.stdout, self.process.stderr

    def send(self, line: bytes) -> None:
        self.stdin.write(line + b"\n")
        self.stdin.flush()

    def request(self, number: int, method: str, **params: object) -> None:
        self.send(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode())

    def response(self) -> Any:
        return json.loads(self.stdout.readline())

    def open(self) -> None:
        self.request(
            0, "initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo={"name": "test", "version": "1"}
        )
        assert self.response()["result"]["serverInfo"]["name"] == "assistant"
        self.send(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}')

    def ended(self) -> tuple[int, bytes, bytes]:
        """Wait for its end; return the exit status and what was left on stdout and stderr."""
        return self.process.wait(60), b"" if self.stdout.closed else self.stdout.read(), self.stderr.read()


@pytest.fixture
def by_hand(home: Path) -> Iterator[ByHand]:
    by_hand = ByHand(home)
    with by_hand.process:
        yield by_hand
        by_hand.process.kill()


def test_nonsense_is_passed_over_and_the_end_of_input_ends_it(by_hand: ByHand, home: Path) -> None:
    by_hand.open()
    for nonsense in (b"", b"nonsense", b"\xff\xfe", b"[]", b'{"jsonrpc": "2.0", "id": 9}', b'"' + b"x" * 300_000):
        by_hand.send(nonsense)
    by_hand.request(1, "tools/call", name="get_article", arguments={"id": "prices/2025"})
    found = by_hand.response()
    assert (found["id"], found["result"]["structuredContent"]["publisher"]) == (1, "Market Wire")
    by_hand.stdin.close()
    assert by_hand.ended() == (0, b"", b"")
    FolderLock(home).release()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_while_it_waits_for_input(by_hand: ByHand, number: signal.Signals, home: Path) -> None:
    by_hand.open()
    if number == signal.SIGTERM:
        by_hand.request(1, "tools/call", name="list_articles", arguments={})
        assert by_hand.response()["id"] == 1
    by_hand.process.send_signal(number)
    assert by_hand.ended() == (0, b"", b"")
    FolderLock(home).release()


def test_a_client_that_is_gone_ends_it(by_hand: ByHand) -> None:
    by_hand.open()
    by_hand.stdout.close()
    by_hand.request(1, "tools/list")
    assert by_hand.ended() == (0, b"", b"")


def test_lines_are_those_that_were_sent() -> None:
    reading, writing = os.pipe()
    os.write(writing, "one\nté".encode()[:-1])
    found = _lines(reading)
    assert next(found) == "one"
    os.write(writing, "é".encode()[-1:] + b"\n\nlast")
    os.close(writing)
    assert list(found) == ["té", "", "last"]
    os.close(reading)
