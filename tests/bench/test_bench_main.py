import subprocess
import sys
from pathlib import Path

import pytest

from bench import sets
from bench.__main__ import Bench, main
from bench.pipelines import BenchError
from bench.start import imported


def test_without_shared_one_sentence_says_what_is_needed_and_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shared = tmp_path / "shared"
    monkeypatch.setattr(sets, "SHARED", shared)
    assert main(["--sets", "seed"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert str(shared) in said.err
    assert "eval/score.py and 3 more files" in said.err


@pytest.mark.parametrize("wrong", [["--sets", "squad"], ["--limit", "0"], ["--limit", "many"]])
def test_wrong_usage_ends_with_2(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2
    assert wrong[1] in capsys.readouterr().err


def test_children_see_no_setting_of_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_THRESHOLD", "0.9")
    monkeypatch.setenv("ASSISTANT_READER", "bundled")
    bench = Bench(tmp_path, tmp_path / "models", threads=2, limit=None, reader=None)
    assert {name for name in bench.environment if name.startswith("ASSISTANT_")} == {"ASSISTANT_MODELS"}
    chosen = Bench(tmp_path, tmp_path / "models", threads=2, limit=None, reader="none")
    assert chosen.environment["ASSISTANT_READER"] == "none"


def test_a_child_that_fails_is_named(tmp_path: Path) -> None:
    bench = Bench(tmp_path, tmp_path / "models", threads=2, limit=None, reader=None)
    with pytest.raises(BenchError, match=r"no_such_module ended with exit code 1"):
        bench.child("no_such_module")


def test_torch_is_found_among_imports_only_by_its_own_name() -> None:
    told = "import time:       914 |       5283 |   torchlike\nimport time:  1 |  2 |     torch.nn\nnote | torch"
    assert not imported("torch", told)
    assert imported("torch", told + "\nimport time:       629 |        629 |   torch\n")


def test_the_parent_process_stays_small() -> None:
    code = "import sys, bench.__main__; print(*{'torch', 'onnxruntime', 'chromadb', 'numpy'} & set(sys.modules))"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
