"""Tests of `assistant.api.openai.errors`: errors that do not come from what a request asks for."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.api.openai.errors import ended_otherwise
from assistant.chat import Ended
from assistant.errors import AssistantError, BusyError, ModelError, StorageError
from assistant.types import Message

PATH = "/v1/chat/completions"
JSON = {"content-type": "application/json"}
BODY = {"model": "assistant", "messages": [{"role": "user", "content": "What is tin?"}]}
MESSAGE = Message(id="m", conversation_id="", created=datetime(2025, 5, 27, tzinfo=UTC), question="?", status="failed")


@pytest.mark.parametrize(
    ("body", "status", "message", "code"),
    [
        (b"", 400, "the body is missing: add it", "missing_required_parameter"),
        (b"{", 400, "the body is no JSON (Expecting property name", "invalid_json"),
        (b"[1]", 400, "the body is a list of 1, but should be a JSON object", "invalid_value"),
        (b"{}", 400, "model is missing: add it (and 1 more)", "missing_required_parameter"),
        (b'{"model":"caf\xe9"}', 400, "the body cannot be read: send a JSON object in UTF-8", None),
        (b" " * 1_000_001, 413, "the body is larger than 1,000,000 bytes: send a smaller one", None),
        (
            b'{"model":"assistant","messages":[{"role":"user","content":"\\ud800"}]}',
            400,
            'messages.0.content.0.text is "\\ud800", but should be text without lone surrogates',
            "invalid_value",
        ),
    ],
    ids=["empty", "broken", "list", "missing", "latin", "large", "surrogate"],
)
def test_bodies_that_cannot_be(http: TestClient, body: bytes, status: int, message: str, code: str | None) -> None:
    found = http.post(PATH, content=body, headers=JSON)
    assert (found.status_code, found.headers["content-type"]) == (status, "application/json")
    error = found.json()["error"]
    assert error["message"].startswith(message)
    assert (error["type"], error["code"]) == ("invalid_request_error", code)


def test_the_routers_errors_and_the_headers_they_have(http: TestClient) -> None:
    found = http.get(PATH)
    assert (found.status_code, found.headers["allow"]) == (405, "POST")
    assert found.json() == {
        "error": {
            "message": f"{PATH} does not answer GET: use POST",
            "type": "invalid_request_error",
            "param": None,
            "code": None,
        }
    }
    long = http.post(PATH, json=BODY, headers={"idempotency-key": "x" * 256})
    assert (long.status_code, long.json()["error"]["param"]) == (400, "Idempotency-Key")


def test_other_routes_keep_their_problems(http: TestClient) -> None:
    for found in (http.post("/v1/ask", json={}), http.get("/v1/chat/nothing"), http.get("/v1/articles/nothing")):
        assert found.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (StorageError("the disk is full: free some"), 503, "the disk is full: free some"),
        (BusyError("held by 5: stop it"), 503, "held by 5: stop it"),
        (ModelError("no weights: prepare them"), 500, "no weights: prepare them"),
        (AssistantError("no: again"), 500, "no: again"),
    ],
)
def test_failures(failing: Callable[[Exception], TestClient], error: Exception, status: int, message: str) -> None:
    found = failing(error).post(PATH, json=BODY)
    assert found.status_code == status
    assert found.json() == {"error": {"message": message, "type": "server_error", "param": None, "code": None}}


def test_an_unexpected_exception_shows_nothing_of_itself(
    failing: Callable[[Exception], TestClient], caplog: pytest.LogCaptureFixture
) -> None:
    found = failing(KeyError("secret")).post(PATH, json=BODY)
    error = found.json()["error"]
    assert (found.status_code, error["type"]) == (500, "server_error")
    assert "secret" not in found.text
    instance = error["message"].partition("(")[2].rstrip(")")
    assert instance.startswith("urn:uuid:")
    assert f"POST {PATH} raised KeyError: {instance}" in caplog.messages


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        ({"status": "done"}, None),
        ({"status": "stopped"}, (503, "server_error", "stopped")),
        ({"status": "failed", "failure": "StorageError"}, (503, "server_error", None)),
        ({"status": "failed", "failure": "WritingError"}, (500, "server_error", None)),
        ({"status": "failed", "failure": "NotFoundError"}, (404, "invalid_request_error", "not_found")),
    ],
)
def test_ends_without_an_answer(ended: dict[str, Any], expected: tuple[int, str, str | None] | None) -> None:
    update = {"status": ended["status"], "error": "no: again"}
    found = ended_otherwise(Ended(message=MESSAGE.model_copy(update=update), failure=ended.get("failure")))
    assert (found and (found[0].value, found[1].error.type, found[1].error.code)) == expected
