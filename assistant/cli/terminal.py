"""What is written to the terminal: text made harmless, JSON, progress bars."""

import io
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from pydantic import BaseModel
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    ProgressColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as Bar
from rich.text import Text

Unit = Literal["bytes", "passages", "questions"]

out = Console(highlight=False, markup=False, emoji=False)
err = Console(highlight=False, markup=False, emoji=False, stderr=True)

# C0 but for the newline, DEL and C1 drive terminals; bidirectional controls reorder what is read.
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNPRINTED = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_NAME_WIDTH = 24


def clean(text: str) -> str:
    """Return `text` without what a terminal would obey or could not encode; tabs become spaces, newlines stay."""
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", text.replace("\t", " ").replace("\r\n", "\n")))


def one_line(text: str) -> str:
    """Return `text` cleaned, on one line."""
    return clean(" ".join(text.split()))


def say(line: str) -> None:
    """Write a line to stderr: a step, a warning, an error."""
    err.print(Text(one_line(line)), soft_wrap=True)


def to_json(value: BaseModel | object, *, ascii_only: bool = False) -> str:
    """Return `value` as JSON on one line, lossless and without raw control characters or lone surrogates."""
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    dumped = json.dumps(plain, ensure_ascii=ascii_only)
    return _UNPRINTED.sub(lambda found: f"\\u{ord(found[0]):04x}", dumped)


def print_json(value: BaseModel | object) -> None:
    """Write `value` to stdout as one line of JSON."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("_", "-")
    sys.stdout.write(to_json(value, ascii_only=encoding not in ("utf-8", "utf8")) + "\n")
    sys.stdout.flush()


def read_stdin() -> str:
    """Return all of stdin; bytes that are not UTF-8 become lone surrogates, which `ask` refuses by name."""
    return "".join(stdin_lines()).strip()


def stdin_lines() -> Iterator[str]:
    """Yield the lines of stdin, decoded as `read_stdin` does."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")
    yield from sys.stdin


class ProgressBar:
    """`Progress` as a bar on stderr: shown from the first call on, gone at the end, silent where no one looks."""

    def __init__(self, unit: Unit) -> None:
        """Count in `unit`; bytes are shown with a rate."""
        counted: list[ProgressColumn] = [MofNCompleteColumn()]
        if unit == "bytes":
            counted = [DownloadColumn(), TransferSpeedColumn()]
        self._unit = unit
        self._task: TaskID | None = None
        self._bar = Bar(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            *counted,
            TimeRemainingColumn(compact=True),
            console=err,
            transient=True,
            disable=not err.is_terminal,
        )

    def __call__(self, done: int, total: int, what: str) -> None:
        """Show `done` of `total` units and `what` is worked on."""
        name = one_line(what) or self._unit
        name = name if len(name) <= _NAME_WIDTH else name[: _NAME_WIDTH - 1] + "…"
        if self._task is None:
            self._bar.start()
            self._task = self._bar.add_task(name, total=total)
        self._bar.update(self._task, completed=done, total=total, description=name)

    def stop(self) -> None:
        """Take the bar away."""
        self._bar.stop()


@contextmanager
def progress_bar(unit: Unit) -> Iterator[ProgressBar]:
    """Give a bar that is gone when the block ends, however it ends."""
    bar = ProgressBar(unit)
    try:
        yield bar
    finally:
        bar.stop()
