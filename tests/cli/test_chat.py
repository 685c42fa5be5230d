"""Tests of `assistant.cli.chat`: a pipe, and a terminal with its line editor."""

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant.cli.chat import converse
from assistant.types import Filters

from .conftest import PROGRAM, Invoke, Start
from .samples import ABSTENTION, ANSWER, Scripted


def _talk(capsys: pytest.CaptureFixture[str], *lines: str) -> tuple[str, str]:
    converse(Scripted(), Filters(), iter(lines))
    out, err = capsys.readouterr()
    return out, err


def test_answers_have_sources_of_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = _talk(capsys, " why \n", "\n")
    assert err == ""
    assert out == (
        "Five directives were issued. [1]\n\nSources\n[1] Baogang reform summit — Baotou Daily, 2025-05-27\n\n"
    )


def test_each_question_is_asked_after_those_before_it() -> None:
    source = Scripted()
    converse(source, Filters(), iter(["why", "what else", "fail", *["why"] * 6]))
    first, second = ANSWER.question, ABSTENTION.question
    # What failed is no turn, and no more than six are looked back on.
    assert source.turns[:4] == [(), (first,), (first, second), (first, second)]
    assert source.turns[-1] == (second, *[first] * 5)


def test_sources_are_those_of_the_last_answer_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    before, _ = _talk(capsys, "/sources")
    assert before == "There are no sources: ask first.\n\n"
    after, _ = _talk(capsys, "why", "/sources")
    assert "    “Five directives were issued.”\n    https://example.org/summit#" in after
    abstained, _ = _talk(capsys, "why", "what else", "/sources")
    assert abstained.endswith("There are no sources: nothing was cited.\n\n")


def test_quit_ends(capsys: pytest.CaptureFixture[str]) -> None:
    assert _talk(capsys, "/quit", "why") == ("", "")


def test_help_and_unknown_commands(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = _talk(capsys, "/help", "/bogus")
    assert "/sources  the sources of the last answer in full\n" in out
    assert err == "/bogus is no command: /help lists them\n"


def test_a_failure_is_told_and_the_talk_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = _talk(capsys, "fail", "why")
    assert err == "error: it failed: try again\n"
    assert "Five directives were issued. [1]" in out


def test_a_pipe(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_THRESHOLD", "0")
    typed = b"How many directives were issued at the summit?\n/sources\ncaf\xe9\n"
    result = invoke("chat", "--publisher", "baotou daily", typed=typed)
    assert result.exit_code == 0
    assert "“Five directives were issued at the summit.”" in result.stdout
    assert "lone surrogate" in result.stderr
    assert "> " not in result.stdout


def test_a_bad_filter_is_wrong_usage(invoke: Invoke) -> None:
    assert invoke("chat", "--since", "May", typed="why\n").exit_code == 2


def test_interrupt_ends_cleanly(start: Start) -> None:
    process = start("chat")
    assert process.stdin
    assert process.stdout
    process.stdin.write(b"How many directives were issued at the summit?\n")
    process.stdin.flush()
    assert process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")


def _on_terminal(home: Path, *typed: bytes) -> tuple[int, bytes]:
    """Run a chat on a terminal, typing each text once a prompt is shown; return exit code and what was shown."""
    ours, theirs = pty.openpty()
    command = [sys.executable, PROGRAM, "--home", str(home), "chat"]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    shown, left = b"", list(typed)
    deadline = time.monotonic() + 60
    try:
        while time.monotonic() < deadline:
            try:
                shown += os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if left and shown.count(b"> ") > len(typed) - len(left):
                os.write(ours, left.pop(0))
        return process.wait(timeout=10), shown
    finally:
        process.kill()
        process.wait()
        os.close(ours)


@pytest.mark.parametrize(("end", "entries_after"), [(b"/quit\n", 1), (b"\x04", 0)])
def test_a_terminal_remembers_what_was_typed(home: Path, end: bytes, entries_after: int) -> None:
    question = "What is the capital of Peru?"
    code, shown = _on_terminal(home, question.encode() + b"\n", end)
    assert code == 0
    assert b"Ask about the articles; /help lists the commands." in shown
    assert b"Traceback" not in shown
    history = home / "chat_history"
    assert history.read_text().splitlines().count(question) == 1
    assert history.stat().st_mode & 0o077 == 0
    arrow_up = b"\x1b[A"
    code, shown = _on_terminal(home, arrow_up * (1 + entries_after) + b"\n", b"/quit\n")
    assert code == 0
    assert question.encode() in shown
