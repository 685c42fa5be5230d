"""Tests of `assistant.cli.doctor`."""

import json
from pathlib import Path

import pytest
from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import SettingsConfigDict
from typer.testing import CliRunner

from assistant.cli.app import app
from assistant.cli.doctor import Examination, describe
from assistant.errors import ModelError
from assistant.locking import FolderLock
from assistant.pipeline import Assistant, Stats
from assistant.settings import Settings

from .conftest import Invoke


def _examined(invoke: Invoke) -> tuple[int, Examination]:
    result = invoke("doctor", "--json")
    assert result.stdout.count("\n") == 1
    return result.exit_code, Examination.model_validate(json.loads(result.stdout))


def test_a_sound_data_folder(invoke: Invoke, home: Path) -> None:
    code, found = _examined(invoke)
    assert (code, found.ok, found.problems, found.owner) == (0, True, (), None)
    assert found.home == str(home)
    assert found.stats
    assert (found.stats["articles"], found.stats["passages"], found.stats["index"]) == (4, 4, "in step")
    assert found.model.prepared is False
    assert found.packages["pydantic"]


def test_where_each_setting_comes_from(invoke: Invoke, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_PASSAGES", "5")
    settings = {one.name: one for one in _examined(invoke)[1].settings}
    assert settings["ASSISTANT_HOME"].model_dump(exclude={"description"}) == {
        "name": "ASSISTANT_HOME",
        "value": str(home),
        "default": "data",
        "origin": "option",
    }
    assert (settings["ASSISTANT_PASSAGES"].value, settings["ASSISTANT_PASSAGES"].origin) == (5, "environment")
    assert (settings["ASSISTANT_PORT"].value, settings["ASSISTANT_PORT"].origin) == (8080, "default")
    assert all(one.description for one in settings.values())


def test_a_secret_is_never_told() -> None:
    class WithSecrets(Settings):
        model_config = SettingsConfigDict(env_prefix="ASSISTANT_", env_file=None)
        api_keys: str = Field("built-in", description="keys")
        password: SecretStr | None = Field(None, description="hidden by its type")
        their_token: str | None = Field(None, validation_alias=AliasChoices("THEIR_TOKEN"), description="token")

    given = WithSecrets(api_keys="hunter2", password=SecretStr("hunter3"))
    settings = {one.name: one for one in describe(given, set())}
    assert [settings[name].value for name in ("ASSISTANT_API_KEYS", "ASSISTANT_PASSWORD", "THEIR_TOKEN")] == [
        "set",
        "set",
        None,
    ]
    shown = str(settings)
    assert not [secret for secret in ("hunter2", "hunter3", "built-in") if secret in shown]


def test_text_for_a_terminal(invoke: Invoke, home: Path) -> None:
    result = invoke("doctor")
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"ASSISTANT_HOME = {home}  (option; default: data)\n    data folder: " in result.stdout
    assert "ASSISTANT_MODELS = not set  (default)\n" in result.stdout
    assert "articles              4\n" in result.stdout
    assert result.stdout.endswith("\nNothing is wrong.\n")


def test_nothing_is_told_of_what_is_not_there(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_CORPUS", "")
    written = invoke("--home", str(tmp_path / "new"), "doctor").stdout
    assert "ASSISTANT_CORPUS = ''  (environment; default: corpus)\n" in written
    assert "note: no articles yet: `assistant ingest PATH` takes some in\n" in written
    assert "published first       none\n" in written
    assert "publishers            none\n" in written


def test_an_index_out_of_step_is_a_problem(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    stats = Assistant.stats
    broken = "7 passages out of step: run `assistant index rebuild`"

    def out_of_step(assistant: Assistant) -> Stats:
        return stats(assistant).model_copy(update={"index": broken})

    monkeypatch.setattr(Assistant, "stats", out_of_step)
    code, found = _examined(invoke)
    assert (code, found.ok, found.problems) == (1, False, (f"index: {broken}",))
    assert f"problem: index: {broken}\n" in invoke("doctor").stdout


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (ModelError("the model does not load"), "the model does not load"),
        (RuntimeError("odd"), "unexpected RuntimeError: odd (`assistant --debug ...` shows where)"),
    ],
)
def test_what_fails_is_a_problem(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch, error: Exception, problem: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("assistant.factory.load_embedder", fail)
    code, found = _examined(invoke)
    assert (code, found.problems, found.stats) == (1, (problem,), None)


def test_a_folder_in_use_is_no_problem(invoke: Invoke, home: Path) -> None:
    lock = FolderLock(home)
    try:
        code, found = _examined(invoke)
    finally:
        lock.release()
    assert (code, found.ok, found.stats) == (0, True, None)
    assert found.owner
    assert found.owner.address is None
    assert "is in use by process" in found.notes[0]


def test_an_owner_whose_server_does_not_answer_is_a_problem(invoke: Invoke, home: Path) -> None:
    lock = FolderLock(home, "http://127.0.0.1:9")
    try:
        code, found = _examined(invoke)
    finally:
        lock.release()
    assert code == 1
    assert found.owner
    assert found.owner.address == "http://127.0.0.1:9"
    assert found.problems[0].startswith(
        "the server at http://127.0.0.1:9, which owns the data folder, cannot be reached"
    )


def test_an_empty_folder_stays_empty(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_CORPUS", str(corpus))
    result = CliRunner().invoke(app, ["--home", str(tmp_path / "new"), "doctor", "--json"])
    found = Examination.model_validate(json.loads(result.stdout))
    assert found.stats
    assert (result.exit_code, found.stats["articles"]) == (0, 0)
    assert found.notes == (f"no articles yet: the first question reads the folder {str(corpus)!r}",)
