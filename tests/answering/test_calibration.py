"""Tests of `assistant.answering.calibration`."""

from pathlib import Path

import pytest

from assistant.answering.calibration import FILE_NAME, Calibration, calibrated_threshold
from assistant.errors import SettingsError, StorageError

KEPT = Calibration(reader="reader-1", threshold=0.4, risk=0.05, answerable=30, unanswerable=10, corpus="c1")


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    assert Calibration.load(tmp_path) is None
    assert KEPT.save(tmp_path) == tmp_path / FILE_NAME
    assert Calibration.load(tmp_path) == KEPT
    newer = KEPT.model_copy(update={"threshold": 0.5, "risk": None})
    newer.save(tmp_path)
    assert Calibration.load(tmp_path) == newer
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_the_threshold_of_another_reader_is_none(tmp_path: Path) -> None:
    assert calibrated_threshold(tmp_path, "reader-1") is None
    KEPT.save(tmp_path)
    assert calibrated_threshold(tmp_path, "reader-1") == 0.4
    assert calibrated_threshold(tmp_path, "reader-2") is None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff", b"[]", b'{"reader": "x"}', KEPT.model_dump_json().replace("0.4", "1.4").encode()]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(SettingsError, match=r"calibration\.json is no calibration that can be read: remove it, or run"):
        calibrated_threshold(tmp_path, "reader-1")


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"calibration\.json cannot be written \(No such file"):
        KEPT.save(tmp_path / "nope")
