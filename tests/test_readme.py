"""The README's Python runs as it stands there."""

import re
import shutil
from pathlib import Path

import pytest

from assistant.models.fake import HashingEmbedder

ROOT = Path(__file__).parents[1]


def test_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("assistant.factory.load_embedder", lambda *_: HashingEmbedder())

    exec(compile(example, "README.md", "exec"), {})

    printed = capsys.readouterr().out.splitlines()
    assert printed[0].split()[0] in ("answered", "abstained")
    titles = {re.search(r"^title: (.+)$", p.read_text("utf-8"), re.M)[1].strip('"') for p in ROOT.glob("corpus/*.md")}  # type: ignore[index]
    assert len(printed) >= 5
    assert all(any(line.startswith(title) for title in titles) for line in printed[-3:])


def test_every_setting_is_named() -> None:
    from assistant.settings import Settings

    text = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in Settings.model_fields if f"ASSISTANT_{name.upper()}" not in text] == []
