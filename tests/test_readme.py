"""The README's Python runs as it stands there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.models.fake import HashingEmbedder

ROOT = Path(__file__).parents[1]


def python_example(named: str) -> str:
    """The README's Python that holds `named`."""
    examples = re.findall(r"^```python\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)
    (found,) = (example for example in examples if named in example)
    return str(found)


def test_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    example = python_example("AssistantRunnable")
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("assistant.factory.load_embedder", lambda *_: HashingEmbedder())

    exec(compile(example, "README.md", "exec"), {})

    printed = capsys.readouterr().out.splitlines()
    assert printed[0].split()[0] in ("answered", "abstained")
    titles = {re.search(r"^title: (.+)$", p.read_text("utf-8"), re.M)[1].strip('"') for p in ROOT.glob("corpus/*.md")}  # type: ignore[index]
    assert len(printed) >= 5
    assert all(any(line.startswith(title) for title in titles) for line in printed[-3:])


@pytest.mark.model
def test_own_pairs_run_as_tests(tmp_path: Path, prepared_models: Path) -> None:
    (tmp_path / "test_own.py").write_text(python_example("pair_params"), "utf-8")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "tin.md").write_text("# Tin\n\nTin melts at 232 degrees Celsius.\n", "utf-8")
    (tmp_path / "my-pairs").mkdir()
    pair = "- id: {}\n  question: At how many degrees Celsius does tin melt?\n  expect: {{status: {}}}\n"
    (tmp_path / "my-pairs" / "tin.yaml").write_text(pair.format("holds", "answered") + pair.format("not", "abstained"))
    environment = {**os.environ, "ASSISTANT_MODELS": str(prepared_models), "PYTEST_ADDOPTS": ""}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_own.py"]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert run.stdout.splitlines()[-1].startswith("1 failed, 1 passed"), run.stdout + run.stderr
    assert "my-pairs/tin.yaml:4" in run.stdout
    assert "status: answered with confidence" in run.stdout


def test_every_setting_is_named() -> None:
    from assistant.settings import Settings

    text = (ROOT / "README.md").read_text("utf-8")
    variables = (
        str(field.validation_alias or f"ASSISTANT_{name.upper()}") for name, field in Settings.model_fields.items()
    )
    assert [name for name in variables if name not in text] == []
