"""Tests of `assistant.evaluation.files`."""

from pathlib import Path

import pytest

from assistant.errors import EvaluationError
from assistant.evaluation.files import write_whole


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_whole(path, b"one")
    assert path.stat().st_mode & 0o777 == 0o644
    path.chmod(0o600)
    write_whole(path, b"two")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"two", 0o600)
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EvaluationError, match=r"cannot be written \(No such file or directory\): choose another"):
        write_whole(tmp_path / "nope" / "a", b"")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("assistant.evaluation.files.os.fsync", fail)
    (tmp_path / "a").write_bytes(b"kept")
    with pytest.raises(EvaluationError, match="No space left"):
        write_whole(tmp_path / "a", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"kept"}
