"""Tests of `assistant.locking`."""

import errno
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.errors import BusyError, StorageError
from assistant.locking import FolderLock, Owner, check_free, read_owner

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


def test_a_holder_that_has_not_written_its_name_yet_is_waited_for(
    tmp_path: Path, hold: Callable[..., "subprocess.Popen[str]"]
) -> None:
    process = hold(tmp_path)
    name = (tmp_path / "owner.json").read_bytes()
    gone = Owner(pid=_pid_of_none())
    (tmp_path / "owner.json").write_text(gone.model_dump_json(), "utf-8")  # a killed owner's
    writing = threading.Timer(0.2, lambda: (tmp_path / "owner.json").write_bytes(name))
    writing.start()
    with pytest.raises(BusyError, match=rf"by process {process.pid}:"):
        FolderLock(tmp_path)
    writing.join()


def _pid_of_none() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_every_other_process_is_refused_with_the_holders_pid(
    tmp_path: Path, hold: Callable[..., "subprocess.Popen[str]"]
) -> None:
    process = hold(tmp_path)
    command = [sys.executable, "-c", _HOLD, str(tmp_path), ""]
    tries = [subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    for one in tries:
        _, said = one.communicate(timeout=60)
        assert one.returncode == 1
        assert f"BusyError: the data folder {tmp_path} is in use by process {process.pid}:" in said


class TestCheckFree:
    """The look at the lock that takes nothing."""

    def test_a_folder_in_use_is_told(self, tmp_path: Path, hold: Callable[..., "subprocess.Popen[str]"]) -> None:
        process = hold(tmp_path, "http://127.0.0.1:9")
        with pytest.raises(BusyError, match=rf"by process {process.pid}, which serves at http://127\.0\.0\.1:9:"):
            check_free(tmp_path)

    def test_nothing_is_made_or_held(self, tmp_path: Path) -> None:
        check_free(tmp_path / "nowhere")
        assert not (tmp_path / "nowhere").exists()
        check_free(tmp_path)
        FolderLock(tmp_path).release()
        check_free(tmp_path)
        assert {path.name for path in tmp_path.iterdir()} <= {"lock"}
        FolderLock(tmp_path).release()

    def test_what_a_killed_owner_left_is_no_owner(
        self, tmp_path: Path, hold: Callable[..., "subprocess.Popen[str]"]
    ) -> None:
        process = hold(tmp_path)
        process.kill()
        process.wait()
        check_free(tmp_path)
        # Another program may have got its pid since.
        (tmp_path / "owner.json").write_text(Owner(pid=os.getpid()).model_dump_json(), "utf-8")
        check_free(tmp_path)
        FolderLock(tmp_path).release()


@pytest.mark.parametrize("place", ["filelock", "owner"])
def test_a_folder_that_cannot_be_written_to_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        if place == "filelock":
            patch.setattr(FileLock, "acquire", fail)
        else:
            patch.setattr(Path, "write_text", fail)
        with pytest.raises(StorageError, match=r"cannot be written to \(No space left on device\)"):
            FolderLock(tmp_path)
    FolderLock(tmp_path).release()
