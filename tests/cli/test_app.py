"""Tests of `assistant.cli.app`: global options, help, and what importing it costs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli.app import app

from .conftest import Invoke

_COMMANDS = ["ingest", "watch", "articles", "search", "ask", "chat", "serve", "mcp", "doctor", "index", "eval"]
_SUBCOMMANDS = [
    "articles show", "articles remove", "articles list", "index rebuild", "eval run", "eval add", "eval schema",
]  # fmt: skip
_HEAVY = (
    "torch sentence_transformers fastapi langchain langchain_core trafilatura chromadb onnxruntime sqlalchemy httpx mcp"
)


def test_without_a_command_there_is_help_with_examples(invoke: Invoke) -> None:
    result = invoke()
    assert result.exit_code == 0
    assert 'assistant ask "What are the five directives of the Baogang summit?"' in result.stdout
    assert [name for name in _COMMANDS if f"│ {name} " not in result.stdout] == []


@pytest.mark.parametrize("command", [*_COMMANDS, *_SUBCOMMANDS])
def test_every_command_has_help_within_80_columns(command: str) -> None:
    result = CliRunner().invoke(app, [*command.split(), "--help"])
    assert result.exit_code == 0
    assert f"assistant {command}" in result.stdout.replace("Usage: ", "")
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_version(invoke: Invoke) -> None:
    result = invoke("--version")
    assert result.exit_code == 0
    assert result.stdout.startswith("assistant 0")
    assert result.stdout.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [("bogus",), ("ask", "--bogus"), ("search",), ("ingest",), ("search", "x", "-k", "0")]
)
def test_usage_errors(invoke: Invoke, arguments: tuple[str, ...]) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage: " in result.stderr


def test_home_is_taken_from_the_environment_and_the_option_comes_first(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(home))
    there = CliRunner().invoke(app, ["articles", "--json"])
    assert len(json.loads(there.stdout)) == 4
    elsewhere = CliRunner().invoke(app, ["--home", str(tmp_path / "new"), "articles", "--json"])
    assert json.loads(elsewhere.stdout) == []


def test_an_empty_data_folder_takes_in_the_corpus_and_says_so(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_CORPUS", str(corpus))
    result = CliRunner().invoke(app, ["--home", str(tmp_path / "new"), "articles", "--json"])
    assert len(json.loads(result.stdout)) == 4
    assert "The catalog is empty" in result.stderr


def test_a_setting_that_cannot_work_is_named(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_PORT", "many")
    result = invoke("articles")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ASSISTANT_PORT='many' does not work")


def test_importing_the_command_line_is_light() -> None:
    code = f"import sys, assistant.cli; print([m for m in {_HEAVY.split()} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "assistant", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("assistant 0")
