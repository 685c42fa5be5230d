"""Tests that the settings that are secret are told to nobody, whatever goes wrong."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from assistant import factory
from assistant.cli.app import app
from assistant.errors import SettingsError
from assistant.models.fake import HashingEmbedder
from assistant.models.scripted import ChatRequest, Reply, ScriptedModelServer
from assistant.settings import Settings, load_settings
from tests.cli.conftest import PROGRAM
from tests.conftest import write_corpus

NAMES = [name for name, field in Settings.model_fields.items() if SecretStr.__name__ in str(field.annotation)]
# Of no form that is known for keys, so that nothing is found by its look alone.
PLANTED = {name: f"planted{n}Zq7mWvB2xK9" for n, name in enumerate(NAMES)}
VARIABLES = {
    str(Settings.model_fields[name].validation_alias or f"ASSISTANT_{name.upper()}"): secret
    for name, secret in PLANTED.items()
}
STATUSES = (400, 401, 403, 404, 422, 429, 500, 503)


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, secret in VARIABLES.items():
        monkeypatch.setenv(name, secret)


def leaked(*texts: str) -> list[str]:
    return [f"{name} in {one[:300]}" for name, secret in PLANTED.items() for one in texts if secret[:12] in one]


def test_there_are_secrets() -> None:
    assert {"llm_api_key", "slack_bot_token", "slack_app_token", "slack_signing_secret"} <= set(NAMES)


@pytest.mark.usefixtures("planted")
def test_settings_do_not_show_them() -> None:
    settings = load_settings()
    assert all(getattr(settings, name).get_secret_value() == secret for name, secret in PLANTED.items())
    assert leaked(repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()) == []


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("wrong", ["port", *NAMES])
def test_a_setting_that_does_not_work_is_told_without_them(wrong: str) -> None:
    class Strange:
        def __repr__(self) -> str:
            return PLANTED[NAMES[0]]

    name = str(Settings.model_fields[wrong].validation_alias or wrong)
    with pytest.raises(SettingsError) as raised:
        load_settings(**{name: Strange() if wrong in NAMES else 70000})
    assert leaked(str(raised.value)) == []
    if wrong not in NAMES:
        assert leaked("".join(traceback.format_exception(raised.value))) == []


@pytest.mark.usefixtures("planted")
def test_doctor_does_not_show_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factory, "load_embedder", lambda *_: HashingEmbedder())
    monkeypatch.chdir(tmp_path)
    for arguments in (["doctor"], ["doctor", "--json"], ["--debug", "doctor"]):
        result = CliRunner().invoke(app, ["--home", str(tmp_path / "home"), *arguments])
        assert "LLM_API_KEY" in result.output
        assert leaked(result.output) == []


def telling(request: ChatRequest) -> Reply:
    """Refuse in another way each time, and repeat the key that was sent, as some providers do."""
    found = re.search(r"<<(\d+)>>", request.user)
    status = int(found[1]) if found else 500
    key = request.headers.get("authorization", "").removeprefix("Bearer ")
    error = {"message": f"this key is wrong: {key}", "type": key, "param": key, "code": key}
    return Reply(status=status, body=json.dumps({"error": error}).encode())


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Any]]:
    """The address of a server whose language model refuses, and what gives all that the server wrote once it ended."""
    folder = tmp_path_factory.mktemp("told")
    write_corpus(folder / "articles")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ASSISTANT_", "SLACK_"))}
    # With the signing secret it would ask Slack who the token belongs to.
    environment |= {name: value for name, value in VARIABLES.items() if name != "SLACK_SIGNING_SECRET"}
    with ScriptedModelServer(telling) as model:
        environment |= {
            "ASSISTANT_CORPUS": str(folder / "articles"),
            "ASSISTANT_THRESHOLD": "0",
            "ASSISTANT_LLM": "openai:scripted",
            "ASSISTANT_LLM_BASE_URL": model.url,
        }
        for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "ASSISTANT_OTLP_ENDPOINT"):
            environment.pop(name, None)
        process = subprocess.Popen(
            [sys.executable, PROGRAM, "--debug", "--home", str(folder / "home"), "serve", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=environment,
        )
        written: list[str] = []

        def ended() -> str:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                out, err = process.communicate(timeout=60)
                written.extend((out.decode(), err.decode()))
            return "\n".join(written)

        try:
            assert process.stderr
            address = None
            while address is None:
                line = process.stderr.readline().decode()
                assert line, written
                written.append(line)
                address = re.search(r"http://127[^ ;]+", line)
            yield address[0], ended
        finally:
            process.kill()
            process.communicate()
            shutil.rmtree(folder, ignore_errors=True)


def test_a_server_tells_and_logs_none_of_them(told: tuple[str, Any]) -> None:
    address, ended = told
    seen = []
    with httpx2.Client(base_url=address, timeout=120) as client:
        for status in STATUSES:
            answered = client.post("/v1/ask", json={"question": f"At how many degrees does tin melt? <<{status}>>"})
            assert answered.status_code == 200
            assert answered.json()["fallback"], answered.text
            seen.append(answered.text)
        conversation = client.post("/v1/conversations").json()["id"]
        messages = f"/v1/conversations/{conversation}/messages"
        for accept in ("application/json", "text/event-stream"):
            asked = {"question": "At how many degrees does tin melt? <<422>>"}
            seen.append(client.post(messages, json=asked, headers={"Accept": accept}).text)
        paths = ("/metrics", "/ready", "/v1/stats", "/openapi.json", "/health", "/v1/nothing", "/v1/articles/x")
        seen += [client.get(path).text for path in paths]
        seen.append(client.post("/v1/ask", content=b"{", headers={"Content-Type": "application/json"}).text)
        seen.append(client.get(f"/v1/conversations/{conversation}/export").text)
    written = ended()
    assert "request" in written
    assert leaked(*seen, written) == []
