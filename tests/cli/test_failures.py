"""Tests of `assistant.cli.failures`: every way to fail, through the command line."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli.app import app
from assistant.cli.failures import CommandError, exit_code, explain
from assistant.errors import AssistantError, BusyError, NotFoundError, RunError
from assistant.pipeline import Assistant

from .conftest import Invoke, Start


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (NotFoundError("no such thing"), 2, "no such thing"),
        (CommandError("not both"), 2, "not both"),
        (BusyError("in use"), 1, "in use"),
        (AssistantError("odd"), 1, "odd"),
        (PermissionError(13, "Permission denied", "/root/x"), 1, "/root/x: Permission denied"),
        (OSError("bare"), 1, "unexpected OSError: bare (`assistant --debug ...` shows where)"),
        (KeyError("k"), 1, "unexpected KeyError: 'k' (`assistant --debug ...` shows where)"),
        (ValueError(), 1, "unexpected ValueError: no message (`assistant --debug ...` shows where)"),
        (ValueError("one\ntwo"), 1, "unexpected ValueError: one (`assistant --debug ...` shows where)"),
    ],
)
def test_error_to_sentence_and_code(error: Exception, code: int, sentence: str) -> None:
    assert (exit_code(error), explain(error)) == (code, sentence)


@pytest.fixture
def failing(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], tuple[int, str, str]]:
    """Runs `ask` while `Assistant.ask` raises."""

    def run(error: BaseException) -> tuple[int, str, str]:
        def ask(*_: object) -> None:
            raise error

        monkeypatch.setattr(Assistant, "ask", ask)
        result = invoke("ask", "why")
        return result.exit_code, result.stdout, result.stderr

    return run


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (RunError("it broke: try again"), (1, "", "error: it broke: try again\n")),
        (NotFoundError("no such \x1b[31mthing"), (2, "", "error: no such [31mthing\n")),
        (
            RuntimeError("surprise"),
            (1, "", "error: unexpected RuntimeError: surprise (`assistant --debug ...` shows where)\n"),
        ),
        (KeyboardInterrupt(), (130, "", "interrupted\n")),
        (BrokenPipeError(32, "Broken pipe"), (1, "", "")),
    ],
)
def test_what_a_command_raises(
    failing: Callable[[BaseException], tuple[int, str, str]], error: BaseException, outcome: tuple[int, str, str]
) -> None:
    assert failing(error) == outcome


def test_debug_shows_where(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(*_: object) -> None:
        raise RuntimeError("surprise")

    monkeypatch.setattr(Assistant, "ask", ask)
    result = CliRunner().invoke(app, ["--debug", "--home", str(home), "ask", "why"])
    assert isinstance(result.exception, RuntimeError)


def test_the_data_folder_is_given_back_after_a_failure(
    failing: Callable[[BaseException], tuple[int, str, str]], invoke: Invoke
) -> None:
    assert failing(RuntimeError("x"))[0] == 1
    assert invoke("articles", "--json").exit_code == 0


def test_a_data_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(app, ["--home", str(tmp_path / "file" / "home"), "articles"])
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert str(tmp_path / "file") in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_lone_surrogate_on_the_command_line(start: Start) -> None:
    process = start("ask", b"caf\xe9")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, b"")
    assert err == rb"error: the question 'caf\udce9' holds a lone surrogate, which is no character: send UTF-8" + b"\n"


def test_a_path_that_is_not_utf8(start: Start) -> None:
    process = start("ingest", b"no\xe9where")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, b"")
    assert err.startswith(b"error: ")
    assert b"Traceback" not in err


def test_a_closed_pipe_ends_quietly(start: Start) -> None:
    process = start("articles", "--json")
    assert process.stdout
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (1, b"")


def test_a_terminal_that_knows_ascii_only(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    process = start("search", "gallium smelters", "-k", "1")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert b"Gallium is made in Inner Mongolia by two smelters." in out


def test_interrupt_while_waiting(start: Start) -> None:
    process = start("ask", "--batch", "-")
    assert process.stdin
    process.stdin.write(b'{"id": 1, "question": "How?"}\n')
    process.stdin.flush()
    while not _reads_stdin(process.pid):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    assert process.stderr
    assert process.stderr.read() == b"interrupted\n"


def _reads_stdin(pid: int) -> bool:
    """Whether the process sleeps in read(2) of file descriptor 0."""
    try:
        number, descriptor, *_ = Path(f"/proc/{pid}/syscall").read_text().split()
    except (OSError, ValueError):
        if os.name != "posix" or not Path("/proc").is_dir():
            pytest.skip("needs /proc")
        return False
    return (number, descriptor) == ("0", "0x0")
