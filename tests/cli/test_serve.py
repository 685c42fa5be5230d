"""Tests of `assistant.cli.serve`, and of the other commands while it owns the data folder."""

import json
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.cli.doctor import Examination
from assistant.locking import read_owner
from assistant.types import Answer

from .conftest import Invoke, serving


@pytest.fixture(scope="module")
def shared(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The data folder and the address of a running server."""
    folder = tmp_path_factory.mktemp("served")
    home = shutil.copytree(filled, folder / "home")
    with serving(home, folder) as address:
        yield home, address


@pytest.fixture
def served(shared: tuple[Path, str]) -> str:
    return shared[1]


@pytest.fixture
def home(shared: tuple[Path, str]) -> Path:
    return shared[0]


def test_ask_and_search_go_to_the_server(served: str, invoke: Invoke, home: Path) -> None:
    owner = read_owner(home)
    assert owner
    assert owner.address == served
    asked = invoke("ask", "How many directives were issued?", "--as-of", "2025-06-01", "--json")
    answer = Answer.model_validate(json.loads(asked.stdout))
    assert (asked.exit_code, answer.question) == (0, "How many directives were issued?")
    assert {hit.article_id for hit in answer.passages} == {"summit", "prices/2025"}
    searched = invoke("search", "gallium smelters", "-k", "1")
    assert (searched.exit_code, searched.stderr) == (0, "")
    assert "Gallium is made in Inner Mongolia by two smelters." in searched.stdout


def test_mistakes_are_told_as_without_a_server(invoke: Invoke, tmp_path: Path) -> None:
    unknown = invoke("ask", "why", "--article", "nope")
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert unknown.stderr == "error: no article has the id 'nope': list the articles to see which there are\n"
    assert invoke("ask", "\udce9").exit_code == 2
    (tmp_path / "q.jsonl").write_text('{"id": 1, "question": "?"}\n{"id": 2, "question": "How many directives?"}\n')
    batch = invoke("ask", "--batch", str(tmp_path / "q.jsonl"))
    assert batch.exit_code == 1
    assert ["error" in json.loads(line) for line in batch.stdout.splitlines()] == [True, False]


def test_what_needs_the_folder_says_who_has_it(served: str, invoke: Invoke) -> None:
    result = invoke("index", "rebuild")
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"which serves at {served}" in result.stderr


def test_doctor_asks_the_server(served: str, invoke: Invoke) -> None:
    result = invoke("doctor", "--json")
    found = Examination.model_validate(json.loads(result.stdout))
    assert found.owner
    assert found.stats
    assert (result.exit_code, found.owner.address, found.stats["articles"]) == (0, served, 4)


def test_chat_goes_to_the_server(invoke: Invoke) -> None:
    result = invoke("chat", typed="What is the capital of Peru?\n")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Sources" in result.stdout or "The articles do not say." in result.stdout


def test_a_port_in_use(invoke: Invoke, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = invoke("--home", str(tmp_path), "serve", "--port", str(taken.getsockname()[1]))
    assert (result.exit_code, result.stdout) == (1, "")
    assert re.fullmatch(r"error: 127\.0\.0\.1:\d+ is in use by another program.*\n", result.stderr)


@pytest.mark.parametrize("arguments", [("--port", "70000"), ("--host", "no such host")])
def test_wrong_usage(invoke: Invoke, arguments: tuple[str, str], tmp_path: Path) -> None:
    assert invoke("--home", str(tmp_path), "serve", *arguments).exit_code == 2
