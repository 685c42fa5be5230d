"""A data folder of four articles, and ways to run the command line on it: in this process or in one of its own."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest
from typer.testing import CliRunner, Result

from assistant import factory
from assistant.cli.app import app
from assistant.models.fake import HashingEmbedder
from assistant.settings import load_settings

PROGRAM = str(Path(__file__).with_name("program.py"))

# What must not reach a terminal: colour, window title, C1, reordering; and what Rich would take for markup or emoji.
HOSTILE = "Tungsten \x1b[31mred\x1b]0;owned\x07 \x9b2J \u202eevil [bold]bold[/bold] :smile: [/] tail."

_SUMMIT = """---
id: summit
title: Baogang reform summit
publisher: Baotou Daily
published: 2025-05-27
url: https://example.org/summit
---

## Directives

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
_RECORDS = [
    {"id": "hostile", "title": "Hostile \x1b[32m[red]title[/red]", "text": HOSTILE, "publisher": "Bad\x1b[0m Press"},
    {"id": "undated", "title": "Without a date", "text": "Gallium is made in Inner Mongolia by two smelters."},
]


class Invoke(Protocol):
    """Runs a command in this process on a copy of the data folder."""

    def __call__(self, *args: str, typed: str | bytes | None = None) -> Result:
        """`typed` is what stdin holds."""
        ...


class Start(Protocol):
    """Starts a command in a process of its own on a copy of the data folder, with pipes; it is killed at the end."""

    def __call__(self, *args: str | bytes) -> "subprocess.Popen[bytes]": ...


@contextmanager
def serving(home: Path, folder: Path, *options: str) -> Iterator[str]:
    """Serve `home` from a process that stands in `folder`; yield its address, then check that it ends in order."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    process = subprocess.Popen(
        [sys.executable, PROGRAM, "--home", str(home), "serve", "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=environment,
    )
    try:
        assert process.stderr
        found = re.search(rb"http://[^ ;]+", process.stderr.readline())
        assert found
        yield found[0].decode()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (0, b"")
        assert b"Traceback" not in err
        assert b"assistant_" not in err, "a key or a metric stands in the log"
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "summit.md").write_text(_SUMMIT, "utf-8")
    (folder / "prices.md").write_text(_PRICES, "utf-8")
    (folder / "records.jsonl").write_text("".join(json.dumps(record) + "\n" for record in _RECORDS), "utf-8")
    return folder


@pytest.fixture(scope="session")
def filled(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder that every test gets a copy of."""
    home = tmp_path_factory.mktemp("filled")
    with factory.build_assistant(load_settings(home=home, corpus=corpus), embedder=HashingEmbedder()) as built:
        assert len(built.articles()) == 4
    return home


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    return shutil.copytree(filled, tmp_path / "home")


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests from the developer's settings, and from models that need weights."""
    for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
        monkeypatch.delenv(name)
    for name in ("COLUMNS", "FORCE_COLOR", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setattr(factory, "load_embedder", lambda *_: HashingEmbedder())


@pytest.fixture
def invoke(home: Path) -> Invoke:
    def run(*args: str, typed: str | bytes | None = None) -> Result:
        result = CliRunner().invoke(app, ["--home", str(home), *args], input=typed)
        assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
        assert "Traceback" not in result.output
        return result

    return run


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def run(*args: str | bytes) -> "subprocess.Popen[bytes]":
        pipe = subprocess.PIPE
        command = [sys.executable, "-W", "error::ResourceWarning", PROGRAM, "--home", str(home), *args]
        started.append(subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()
