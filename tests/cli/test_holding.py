"""Tests of `assistant.cli.holding`: articles listed, shown and removed through the server that owns the folder."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import PROGRAM, Invoke, serving


@pytest.fixture(scope="module")
def served(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of a server that wants a key of all but who may read that folder."""
    folder = tmp_path_factory.mktemp("served")
    home = shutil.copytree(filled, folder / "home")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    add = [sys.executable, PROGRAM, "--home", str(home), "keys", "add", "First"]
    subprocess.run(add, check=True, capture_output=True, cwd=folder, env=environment)
    with serving(home, folder):
        yield home


@pytest.fixture
def home(served: Path) -> Path:
    return served


def test_articles_are_listed_shown_and_removed(invoke: Invoke) -> None:
    listed = invoke("articles", "--json")
    assert (listed.exit_code, listed.stderr) == (0, "")
    assert [one["id"] for one in json.loads(listed.stdout)][:2] == ["summit", "prices/2025"]

    shown = invoke("articles", "show", "prices/2025")
    assert "source: /" in shown.stdout
    assert "Buyers in Japan paid a premium of four dollars." in " ".join(shown.stdout.split())
    unknown = invoke("articles", "show", "nope")
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert unknown.stderr.startswith("error: no article has the id 'nope'")

    refused = invoke("articles", "remove", "--publisher", "baotou daily")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "1 article of baotou daily would be removed: add --yes" in refused.stderr
    assert "'Baotou Daily'" in invoke("articles", "remove", "--publisher", "Baotou Dayly", "--yes").stderr
    assert invoke("articles", "remove", "--publisher", "baotou daily", "--yes").stdout == (
        "Removed 1 article of baotou daily.\n"
    )
    removed = invoke("articles", "remove", "prices/2025")
    assert (removed.exit_code, removed.stdout) == (0, "Removed prices/2025: Oxide prices in April\n")
    assert invoke("articles", "remove", "prices/2025").exit_code == 2
    assert {one["id"] for one in json.loads(invoke("articles", "--json").stdout)} == {"hostile", "undated"}


def test_whoever_may_not_read_the_folder_is_told_so(home: Path, invoke: Invoke) -> None:
    (home / "proof").rename(home / "hidden")
    try:
        result = invoke("articles", "remove", "undated")
    finally:
        (home / "hidden").rename(home / "proof")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "does not know this user as one who may read its data folder" in result.stderr
    assert "undated" in invoke("articles", "--json").stdout
