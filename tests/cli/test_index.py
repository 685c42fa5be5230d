"""Tests of `assistant.cli.index`."""

import shutil
from pathlib import Path

from .conftest import Invoke


def test_rebuild_after_the_index_was_lost(invoke: Invoke, home: Path) -> None:
    shutil.rmtree(home / "index")
    result = invoke("index", "rebuild")
    assert result.exit_code == 0
    assert result.stdout == "Index rebuilt: 4 passages.\n"


def test_without_a_command_there_is_help(invoke: Invoke) -> None:
    assert "rebuild" in invoke("index").output
