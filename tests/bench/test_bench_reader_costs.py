from pathlib import Path

import pytest

from assistant.models.reader.runtime import READER_FOLDER, PassageInput
from bench import costs
from bench.pipelines import BenchError

INPUTS = {"Does tin melt?": [PassageInput("Metals", "Tin melts. It does so early.", ((0, 10), (11, 28)))] * 2}


def test_a_process_of_its_own_measures_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(costs, "ROUNDS", 1)
    found = costs.measure(READER_FOLDER, INPUTS, threads=1)
    assert set(found) == {"mib", "load_ms", "read_ms", "load_mib", "read_mib"}
    assert found["mib"] == (READER_FOLDER / "model.onnx").stat().st_size / 2**20
    assert found["load_ms"]
    assert found["read_ms"]


def test_medians_are_taken_of_all_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = iter({"load_ms": float(ms), "load_mib": None if ms == 3 else 1.0} for ms in (9, 1, 3, 2, 8))
    monkeypatch.setattr(costs, "_child", lambda *_: next(runs))
    found = costs.measure(READER_FOLDER, INPUTS, threads=1)
    assert (found["load_ms"], found["load_mib"]) == (3.0, None)


def test_a_process_that_fails_is_told(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"(?s)could not be taken: .*does not load"):
        costs.measure(tmp_path, INPUTS, threads=1)


def test_where_the_system_does_not_say_there_is_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(costs, "_STATUS", tmp_path / "none")
    found = costs.take(READER_FOLDER, list(INPUTS.items()), threads=1)
    assert (found["load_mib"], found["read_mib"]) == (None, None)
