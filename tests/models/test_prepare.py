"""Tests of `assistant.models.prepare`."""

import json
import subprocess
from pathlib import Path

import pytest

from assistant.errors import ModelError
from assistant.models import prepare as module
from assistant.models.prepare import DEFAULT_MODEL, export, prepare, prepared_folder


def test_folders_are_named_after_the_model_and_do_not_collide(tmp_path: Path) -> None:
    one, other = prepared_folder("a/Mini LM-v2", tmp_path), prepared_folder("b/Mini LM-v2", tmp_path)
    assert one.parent == tmp_path
    assert one.name.startswith("mini-lm-v2-")
    assert one != other
    assert prepared_folder("a/Mini LM-v2", tmp_path) == one
    assert prepared_folder("/models/../x/", tmp_path).parent == tmp_path


def test_an_unknown_model_is_named_and_leaves_nothing_behind(tmp_path: Path) -> None:
    name = str(tmp_path / "no-such-model")
    calls: list[str] = []
    with pytest.raises(ModelError, match=r"embedding model '.*no-such-model' could not be prepared: ") as raised:
        prepare(name, tmp_path / "cache", lambda: calls.append("starting"))
    assert "\n" not in str(raised.value)
    assert "no-such-model" in str(raised.value).split("could not be prepared: ")[1]
    assert calls == ["starting"]
    assert not list((tmp_path / "cache").glob("*"))


def test_a_child_that_says_nothing_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(command: list[str], **_: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.CompletedProcess(command, -9, "", "")

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(ModelError, match="could not be prepared: no message"):
        prepare("x", tmp_path)


def test_weights_that_are_not_the_known_ones_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"other")
    monkeypatch.setattr("importlib.resources.files", lambda _: tmp_path)
    with pytest.raises(
        ModelError, match=r"model\.safetensors has sha256 d9298a10d1b0.*, expected 53aa51172d14.*: reinstall"
    ):
        export(DEFAULT_MODEL, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.model
def test_a_prepared_model_is_taken_at_once(prepared_models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("a model that is there is prepared again")

    monkeypatch.setattr(subprocess, "run", fail)
    folder = prepare(DEFAULT_MODEL, prepared_models, fail)
    assert folder == prepared_folder(DEFAULT_MODEL, prepared_models)
    assert {"manifest.json", "model.onnx", "tokenizer.json"} <= {file.name for file in folder.iterdir()}
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["identity"]["revision"] == module._PACKAGE_SHA256
    assert (manifest["max_tokens"], manifest["inputs"]) == (256, ["input_ids", "attention_mask"])


def test_the_child_says_one_line_and_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(name: str, folder: Path) -> None:
        raise OSError(f"{name} in {folder.name}: no\nroom")

    monkeypatch.setattr(module, "export", fail)
    monkeypatch.setattr("sys.argv", ["prepare", "x", str(tmp_path / "out")])
    assert module.main() == 1
    assert capsys.readouterr().err == "x in out: no\n"
