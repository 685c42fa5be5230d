"""Tests of `assistant.api.openai.routes`: what the OpenAPI document says of them, and the bare responses."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.api.openai.wire import ChatCompletion, Model, Models

BODY = {"model": "assistant", "messages": [{"role": "user", "content": "What ties licences to audits?"}]}


def test_the_responses_are_as_described(http: TestClient) -> None:
    found = http.post("/v1/chat/completions", json=BODY)
    assert (found.status_code, found.headers["content-type"]) == (200, "application/json")
    completion = ChatCompletion.model_validate_json(found.content)
    assert completion.choices[0].message.answer_id == completion.id.removeprefix("chatcmpl-")
    assert Models.model_validate_json(http.get("/v1/models").content) == Models()
    assert Model.model_validate_json(http.get("/v1/models/assistant").content) == Model()


def test_the_same_key_gives_the_same_bytes(http: TestClient) -> None:
    headers = {"idempotency-key": "completion"}
    first, again = (http.post("/v1/chat/completions", json=BODY, headers=headers) for _ in range(2))
    assert (again.status_code, again.content) == (200, first.content)


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/models", "/v1/models/{model}"])
def test_the_document_has_their_errors(http: TestClient, path: str) -> None:
    document = http.get("/openapi.json").json()
    (operation,) = document["paths"][path].values()
    errors: dict[str, Any] = {
        status: one["content"] for status, one in operation["responses"].items() if status != "200"
    }
    assert errors
    schema = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorBody"}}}
    assert all(content == schema for content in errors.values())


def test_the_document_describes_a_request(http: TestClient) -> None:
    document = http.get("/openapi.json").json()
    schema = document["components"]["schemas"]["CompletionRequest"]
    assert schema["required"] == ["model", "messages"]
    assert schema["properties"]["messages"]["minItems"] == 1
    content = document["components"]["schemas"]["ChatMessage"]["properties"]["content"]
    assert {one.get("type") for one in content["anyOf"]} == {"string", "array", "null"}
    sent = document["paths"]["/v1/chat/completions"]["post"]["responses"]["200"]["content"]
    assert set(sent) == {"application/json", "text/event-stream"}


def test_no_schema_takes_the_name_of_another(http: TestClient) -> None:
    schemas = http.get("/openapi.json").json()["components"]["schemas"]
    assert [name for name in schemas if "__" in name] == []
    assert {"TokenUsage", "Usage", "ErrorBody", "Problem"} <= set(schemas)
