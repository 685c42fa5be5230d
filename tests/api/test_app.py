import json
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

import assistant.api
from assistant.conversation import MAX_QUESTION


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    found = client.get("/openapi.json")
    assert found.status_code == 200
    return dict(found.json())


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_the_package_offers_the_factory_alone() -> None:
    assert assistant.api.__all__ == ["create_app"]


def test_openapi_lists_the_routes_with_summaries(document: dict[str, Any]) -> None:
    found = operations(document)
    assert set(found) == {
        "POST /v1/ask",
        "POST /v1/search",
        "GET /v1/articles",
        "GET /v1/articles/{article_id}",
        "GET /v1/stats",
        "POST /v1/conversations",
        "GET /v1/conversations",
        "GET /v1/conversations/{conversation_id}",
        "PATCH /v1/conversations/{conversation_id}",
        "DELETE /v1/conversations/{conversation_id}",
        "GET /v1/conversations/{conversation_id}/export",
        "POST /v1/conversations/{conversation_id}/messages",
        "POST /v1/conversations/{conversation_id}/messages/{message_id}/regenerate",
        "POST /v1/conversations/{conversation_id}/messages/{message_id}/stop",
        "GET /v1/conversations/{conversation_id}/messages/{message_id}/events",
        "POST /v1/feedback",
        "GET /v1/answers/{answer_id}",
        "GET /v1/answers/{answer_id}/replay",
        "GET /v1/answers/{answer_id}/suggestions",
        "GET /v1/starters",
        "GET /health",
        "GET /ready",
    }
    assert all(operation["summary"] and operation["description"] for operation in found.values())
    assert found["POST /v1/ask"]["operationId"] == "ask"


def test_openapi_describes_every_error_as_a_problem(document: dict[str, Any]) -> None:
    errors = {
        (name, status): response["content"]
        for name, operation in operations(document).items()
        for status, response in operation["responses"].items()
        if not status.startswith("2")
    }
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert all(content == problem for content in errors.values())
    assert {status for name, status in errors if name == "POST /v1/ask"} == {
        "400",
        "404",
        "409",
        "413",
        "422",
        "500",
        "503",
    }
    assert ("GET /v1/articles/{article_id}", "404") in errors


def test_openapi_refers_only_to_schemas_that_it_holds(document: dict[str, Any]) -> None:
    referred = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    held = set(document["components"]["schemas"])
    assert {"Conversation", "ConversationFacts", "Message", "Feedback", "Replay", "Stopped", "Stats"} <= referred
    assert {"Problem", "InvalidField", "Answer", "Hit", "Article", "ArticleFacts"} <= referred
    assert referred <= held
    assert "HTTPValidationError" not in held


def test_openapi_describes_what_a_request_may_hold(document: dict[str, Any]) -> None:
    schema = document["components"]["schemas"]["SearchRequest"]
    fields = schema["properties"]
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["question"]
    assert fields["question"]["maxLength"] == MAX_QUESTION
    assert (fields["limit"]["minimum"], fields["limit"]["maximum"], fields["limit"]["default"]) == (1, 50, 10)
    assert [one["type"] for one in fields["publisher"]["anyOf"]] == ["string", "array"]
    assert "maxLength" not in fields["publisher"]


def test_openapi_names_the_key_on_every_post_and_the_two_kinds_of_a_messages_response(
    document: dict[str, Any],
) -> None:
    found = operations(document)
    posts = {name: operation for name, operation in found.items() if name.startswith("POST ")}
    keys = {name: [one["name"] for one in operation["parameters"]] for name, operation in posts.items()}
    assert all("Idempotency-Key" in names for names in keys.values())
    sent = found["POST /v1/conversations/{conversation_id}/messages"]["responses"]["200"]
    assert set(sent["content"]) == {"application/json", "text/event-stream"}
    assert sent["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Message"}
    assert "Message-Id" in sent["headers"]


def test_paths_are_exact_so_a_question_is_never_redirected(client: TestClient) -> None:
    assert client.post("/v1/ask/", json={"question": "summit"}, follow_redirects=False).status_code == 404
