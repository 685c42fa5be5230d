"""Tests of `assistant.locking`."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.errors import BusyError
from assistant.locking import FolderLock, Owner, read_owner

_HOLD = (
    "import sys; from pathlib import Path; from assistant.locking import FolderLock;"
    "held = FolderLock(Path(sys.argv[1]), sys.argv[2] or None); print('held', flush=True); sys.stdin.read()"
)


@pytest.fixture
def hold() -> Iterator[Callable[[Path, str], "subprocess.Popen[str]"]]:
    """Starts a process that holds the lock of a folder until it is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(folder: Path, address: str = "") -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", _HOLD, str(folder), address]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_the_holder_is_named_and_the_folder_made(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path / "new" / "home", "http://127.0.0.1:8080")
    assert read_owner(tmp_path / "new" / "home") == Owner(pid=os.getpid(), address="http://127.0.0.1:8080")
    lock.release()
    assert read_owner(tmp_path / "new" / "home") is None


def test_a_second_process_is_refused_at_once_and_told_who_holds_it(
    tmp_path: Path, hold: Callable[..., "subprocess.Popen[str]"]
) -> None:
    process = hold(tmp_path, "http://127.0.0.1:9999")
    with pytest.raises(BusyError) as raised:
        FolderLock(tmp_path)
    said = str(raised.value)
    assert f"{tmp_path} is in use by process {process.pid}, which serves at http://127.0.0.1:9999:" in said
    assert "ASSISTANT_HOME" in said


def test_a_process_without_an_address_is_named_by_its_id(
    tmp_path: Path, hold: Callable[..., "subprocess.Popen[str]"]
) -> None:
    process = hold(tmp_path)
    with pytest.raises(BusyError, match=rf"by process {process.pid}: wait"):
        FolderLock(tmp_path)


def test_a_killed_process_holds_nothing(tmp_path: Path, hold: Callable[..., "subprocess.Popen[str]"]) -> None:
    process = hold(tmp_path)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert read_owner(tmp_path) == Owner(pid=process.pid)
    lock = FolderLock(tmp_path)
    assert read_owner(tmp_path) == Owner(pid=os.getpid())
    lock.release()


def test_another_lock_in_the_same_process_is_refused_too(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    with pytest.raises(BusyError, match=f"process {os.getpid()}"):
        FolderLock(tmp_path)
    lock.release()
    FolderLock(tmp_path).release()


def test_two_folders_do_not_meddle(tmp_path: Path) -> None:
    first, second = FolderLock(tmp_path / "a"), FolderLock(tmp_path / "b")
    first.release()
    assert read_owner(tmp_path / "b") == Owner(pid=os.getpid())
    second.release()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": "x"}', json.dumps({"address": "a"}), "\0"])
def test_an_owner_that_cannot_be_read_is_unknown(
    tmp_path: Path, content: str, hold: Callable[..., "subprocess.Popen[str]"]
) -> None:
    hold(tmp_path)
    (tmp_path / "owner.json").write_text(content, "utf-8")
    assert read_owner(tmp_path) is None
    with pytest.raises(BusyError, match="in use by another process: wait"):
        FolderLock(tmp_path)
