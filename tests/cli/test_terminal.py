"""Tests of `assistant.cli.terminal`."""

import io
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from assistant.cli import terminal
from assistant.cli.terminal import clean, one_line, print_json, progress_bar, say, stdin_lines, to_json


def test_clean_strips_what_drives_a_terminal() -> None:
    assert clean("a\x1b[31mb\x9b2J\x07\x00c\x7f\rd") == "a[31mb2Jcd"


def test_clean_keeps_lines_and_letters() -> None:
    assert clean("Zürich\tis\r\nnice 稀土\n") == "Zürich is\nnice 稀土\n"


def test_clean_strips_reordering_and_replaces_surrogates() -> None:
    assert clean("a\u202eb\u2066c\udc80") == "abc\ufffd"


@given(st.text(st.characters(codec=None)))
def test_cleaned_text_can_be_encoded_and_holds_no_control(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert not any((ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 for c in cleaned)


def test_one_line_folds_white_space() -> None:
    assert one_line(" a\n\n b\t\x1bc ") == "a b c"


@given(st.text(st.characters(codec=None)))
def test_json_is_lossless_and_can_be_encoded(text: str) -> None:
    written = to_json({"text": text})
    written.encode("utf-8")
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in written)
    assert json.loads(written) == {"text": text}


def test_json_is_readable() -> None:
    assert to_json({"text": "稀土 é"}) == '{"text": "稀土 é"}'


@pytest.mark.parametrize(("encoding", "written"), [("ascii", b'"\\u00e9"\n'), ("utf-8", '"é"\n'.encode())])
def test_json_suits_the_encoding_of_stdout(monkeypatch: pytest.MonkeyPatch, encoding: str, written: bytes) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    print_json("é")
    assert raw.getvalue() == written


def test_say_writes_one_harmless_line_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    say("[bold]x[/bold] \x1b[31m" + "long " * 40)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("[bold]x[/bold] [31mlong long")
    assert err.count("\n") == 1


def test_stdin_that_is_not_utf8_becomes_surrogates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"caf\xe9\nx"), encoding="utf-8"))
    assert list(stdin_lines()) == ["caf\udce9\n", "x"]


def _console(monkeypatch: pytest.MonkeyPatch, *, terminal_: bool) -> io.StringIO:
    written = io.StringIO()
    monkeypatch.setattr(terminal, "err", Console(file=written, force_terminal=terminal_, width=80, markup=False))
    return written


def test_progress_bar_shows_bytes_and_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    written = _console(monkeypatch, terminal_=True)
    with progress_bar("bytes") as bar:
        bar(500_000, 2_000_000, "[red]report\x1b[31m.pdf")
    assert "[red]report[31m.pdf" in written.getvalue()
    assert "0.5/2.0 MB" in written.getvalue()


def test_progress_bar_cuts_long_names(monkeypatch: pytest.MonkeyPatch) -> None:
    written = _console(monkeypatch, terminal_=True)
    with progress_bar("passages") as bar:
        bar(3, 7, "n" * 100)
    assert "n" * 23 + "…" in written.getvalue()
    assert "n" * 24 not in written.getvalue()
    assert "3/7" in written.getvalue()


def test_progress_bar_is_silent_where_no_one_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    written = _console(monkeypatch, terminal_=False)
    with progress_bar("bytes") as bar:
        bar(1, 2, "x")
    assert written.getvalue() == ""


def test_progress_bar_gives_the_cursor_back_when_the_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    written = _console(monkeypatch, terminal_=True)
    hide, show = "\x1b[?25l", "\x1b[?25h"

    def fail() -> None:
        with progress_bar("bytes") as bar:
            bar(1, 2, "x")
            assert (written.getvalue().count(hide), written.getvalue().count(show)) == (1, 0)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert written.getvalue().count(show) == 1
