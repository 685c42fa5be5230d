"""Tests of `assistant.sources.failure`."""

import pytest
from pydantic import ValidationError

from assistant.sources.failure import SourceFailure


def test_lines_count_from_one_and_files_have_none() -> None:
    assert SourceFailure(path="a.md", reason="empty").line is None
    assert SourceFailure(path="a.jsonl", reason="not JSON", line=1).line == 1
    with pytest.raises(ValidationError):
        SourceFailure(path="a.jsonl", reason="not JSON", line=0)


def test_is_frozen() -> None:
    with pytest.raises(ValidationError):
        SourceFailure(path="a", reason="b").reason = "c"  # type: ignore[misc]
