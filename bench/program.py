"""What the benchmark programs share: their console, their numbers on the command line, and what they say is missing."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench import sets

_PLAIN_WIDTH = 200


def make_console() -> Console:
    """Return a console; where the output is no terminal it is wide enough for every table."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _PLAIN_WIDTH
    return console


def positive(text: str) -> int:
    """Return the number from 1 that `text` is. Raises argparse's error."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number


def lack(gone: Sequence[Path]) -> str:
    """Return the line that names the first of the missing files and says where they belong."""
    return (
        f"The benchmark needs the question sets and scorers in the folder {sets.SHARED}, beside the project's own, "
        f"and does not find {gone[0].relative_to(sets.SHARED)}"
        + (f" and {len(gone) - 1} more files: put them there." if gone[1:] else ": put it there.")
    )
