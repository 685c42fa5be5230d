"""Tests of `tools.lock`."""

import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import tools.lock
from tools.lock import closure


class Installed:
    """A distribution as importlib.metadata gives it."""

    def __init__(self, version: str, requires: list[str], extras: list[str]) -> None:
        self.version, self.requires, self.metadata = version, requires, self
        self._extras = extras

    def get_all(self, name: str) -> list[str]:
        assert name == "Provides-Extra"
        return self._extras


ENVIRONMENT = {
    "app": Installed("1.0", ["lib-one>=1", "lib-two[fast]; python_version >= '3'", "never; python_version < '3'"], []),
    "lib-one": Installed("1.5+cpu", ["app"], []),
    "lib-two": Installed("2.0b1", ["speed; extra == 'fast'", "tests; extra == 'dev'"], ["fast", "dev"]),
    "speed": Installed("3", [], []),
}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    def distribution(name: str) -> Installed:
        if name not in ENVIRONMENT:
            raise PackageNotFoundError(name)
        return ENVIRONMENT[name]

    monkeypatch.setattr(tools.lock, "distribution", distribution)


@pytest.mark.usefixtures("made")
class TestMadeEnvironment:
    """On distributions made for the test."""

    def test_all_that_is_needed_is_found_at_its_version(self) -> None:
        assert closure(["App"]) == {"app": "1.0", "lib-one": "1.5", "lib-two": "2.0b1", "speed": "3"}

    def test_extras_are_followed_only_where_asked_for(self) -> None:
        assert closure(["lib_two"]) == {"lib-two": "2.0b1"}
        assert closure(["lib_two", "lib-two[FAST]"]) == {"lib-two": "2.0b1", "speed": "3"}
        assert closure(["lib-two[unknown]"]) == {"lib-two": "2.0b1"}

    def test_what_is_missing_is_named(self) -> None:
        with pytest.raises(SystemExit, match=r"^tests is not installed: run `make venv`$"):
            closure(["lib-two[dev]"])

    def test_what_is_too_old_is_named(self) -> None:
        with pytest.raises(SystemExit, match=r"lib-one 1\.5\+cpu is installed, but lib-one>=2 is asked for"):
            closure(["lib-one>=2"])


def test_this_environment_closes() -> None:
    pins = closure(["pydantic", "pytest"])
    assert pins["pydantic"] == version("pydantic")
    assert {"pydantic-core", "typing-extensions", "pluggy"} <= set(pins)
    for name, pin in pins.items():
        assert str(Requirement(f"{name}=={pin}").specifier) == f"=={pin}"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\ndependencies = ["app"]\n[project.optional-dependencies]\ndev = ["lib-two"]\n', "utf-8"
    )
    monkeypatch.setattr(tools.lock, "_ROOT", tmp_path)
    monkeypatch.setattr(tools.lock, "_LOCK", tmp_path / "requirements.lock")

    def main(*args: str) -> int:
        monkeypatch.setattr(sys, "argv", ["lock", *args])
        return tools.lock.main()

    return main


@pytest.mark.usefixtures("made")
def test_the_lock_file_is_written_and_checked(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = tmp_path / "requirements.lock"
    assert run("--check") == 1
    assert run() == 0
    assert lock.read_text("utf-8").splitlines()[1:] == ["app==1.0", "lib-one==1.5", "lib-two==2.0b1", "speed==3"]
    assert run("--check") == 0
    capsys.readouterr()
    lock.write_text(lock.read_text("utf-8").replace("speed==3", "speed==4"), "utf-8")
    assert run("--check") == 1
    assert "out of step (speed==3, speed==4): run `make lock`" in capsys.readouterr().err
