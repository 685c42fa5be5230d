"""What the tests of sources share: the invariant of blocks, and the data that lies beside the project."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import pytest

from assistant.sources import read_source
from assistant.types import Article, Block

SHARED = Path(__file__).parents[2].parent / "shared"


class Blocked(Protocol):
    """A text with blocks: an article or a parsed document."""

    @property
    def text(self) -> str: ...

    @property
    def blocks(self) -> Sequence[Block]: ...


def _assert_blocks(document: Blocked) -> None:
    at = 0
    for block in document.blocks:
        assert block.start >= at, f"{block} overlaps the block before it"
        words = document.text[block.start : block.end]
        assert words, f"{block} is empty"
        assert words == words.strip(), f"{block} has white space around it: {words!r}"
        assert not document.text[at : block.start].strip(), f"words before {block} lie in no block"
        if block.kind == "heading":
            assert 1 <= block.level <= 6
        elif block.kind == "list_item":
            assert block.level >= 1
        else:
            assert block.level == 0
        at = block.end
    assert not document.text[at:].strip(), "words after the last block lie in no block"


@pytest.fixture(scope="session")
def assert_blocks() -> Callable[[Blocked], None]:
    """A check that every character but white space lies in exactly one block, in order."""
    return _assert_blocks


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data; the test is skipped where it is missing."""
    if not SHARED.is_dir():
        pytest.skip(f"no shared data in {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def read_one() -> Callable[[Path], Article]:
    """A function that reads the one article of a file, and fails the test where it can't be read."""

    def read(path: Path) -> Article:
        (found,) = read_source(path)
        assert isinstance(found, Article), found
        return found

    return read
