"""Tests of `assistant.cli.session`."""

from pathlib import Path

import pytest

from assistant.cli.remote import Remote
from assistant.cli.session import Session
from assistant.errors import BusyError, SettingsError
from assistant.locking import FolderLock, read_owner
from assistant.pipeline import Assistant

from .conftest import Invoke, Start


def test_options_come_before_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", "/elsewhere")
    monkeypatch.setenv("ASSISTANT_PORT", "1234")
    settings = Session(home=tmp_path).settings(port=None, host="::1")
    assert (settings.home, settings.port, settings.host) == (tmp_path, 1234, "::1")
    assert Session().settings().home == Path("/elsewhere")


def test_an_option_that_cannot_work() -> None:
    with pytest.raises(SettingsError, match="ASSISTANT_PORT"):
        Session().settings(port=-1)


def test_the_assistant_owns_the_folder_and_gives_it_back(home: Path) -> None:
    with Session(home).assistant(address="http://127.0.0.1:9") as assistant:
        owner = read_owner(home)
        assert owner
        assert owner.address == "http://127.0.0.1:9"
        assert len(assistant.articles()) == 4
    FolderLock(home).release()


def test_a_free_folder_is_opened_here(home: Path) -> None:
    with Session(home).source() as source:
        assert isinstance(source, Assistant)


def test_an_address_that_a_killed_server_left_is_not_asked(home: Path) -> None:
    (home / "owner.json").write_text('{"pid": 1, "address": "http://127.0.0.1:9"}')
    with Session(home).source() as source:
        assert isinstance(source, Assistant)


def test_the_folder_of_a_server_is_left_to_it(home: Path) -> None:
    lock = FolderLock(home, "http://127.0.0.1:9")
    with Session(home).source() as source:
        assert isinstance(source, Remote)
    assert read_owner(home) is not None
    lock.release()


def test_the_folder_of_another_process_without_an_address(home: Path) -> None:
    lock = FolderLock(home)
    with pytest.raises(BusyError), Session(home).source():
        pytest.fail("the folder is in use")
    lock.release()


def test_a_server_that_was_killed_is_not_asked(start: Start, home: Path, invoke: Invoke) -> None:
    process = start("serve", "--port", "0")
    assert process.stderr
    process.stderr.readline()
    process.kill()
    process.wait()
    owner = read_owner(home)
    assert owner
    assert owner.address
    assert invoke("ask", "How many directives were issued?", "--json").exit_code == 0
