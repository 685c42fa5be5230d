import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

import assistant.api
from assistant.api.app import Mounted, create_app
from assistant.api.limits import MAX_BODY
from assistant.api.pages import HEADERS
from assistant.chat import Chat
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
        "POST /v1/articles",
        "GET /v1/articles/{article_id}",
        "DELETE /v1/articles/{article_id}",
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
        "POST /v1/chat/completions",
        "GET /v1/models",
        "GET /v1/models/{model}",
        "GET /metrics",
        "GET /health",
        "GET /ready",
        "POST /v1/session",
        "GET /v1/session",
        "DELETE /v1/session",
    }
    assert all(operation["summary"] and operation["description"] for operation in found.values())
    assert found["POST /v1/ask"]["operationId"] == "ask"


def test_openapi_describes_every_error_as_a_problem_but_those_of_openais_routes(document: dict[str, Any]) -> None:
    errors = {
        (name, status): response["content"]
        for name, operation in operations(document).items()
        for status, response in operation["responses"].items()
        if not status.startswith("2") and "/chat/completions" not in name and "/models" not in name
    }
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert all(content == problem for content in errors.values())
    assert {status for name, status in errors if name == "POST /v1/ask"} == {
        "400",
        "401",
        "404",
        "409",
        "413",
        "422",
        "429",
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
    del posts["POST /v1/session"]  # what it gives is a secret, and kept nowhere
    # Whoever signs in twice has two sessions.
    keys = {
        name: [one["name"] for one in operation.get("parameters", ())]
        for name, operation in posts.items()
        if name != "POST /v1/session"
    }
    assert all("Idempotency-Key" in names for names in keys.values())
    sent = found["POST /v1/conversations/{conversation_id}/messages"]["responses"]["200"]
    assert set(sent["content"]) == {"application/json", "text/event-stream"}
    assert sent["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Message"}
    assert "Message-Id" in sent["headers"]


def test_paths_are_exact_so_a_question_is_never_redirected(client: TestClient) -> None:
    assert client.post("/v1/ask/", json={"question": "summit"}, follow_redirects=False).status_code == 404


class Echo:
    """An application that tells what it was sent; it notes between which times it could."""

    def __init__(self) -> None:
        self.events: list[str] = []

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        self.events.append("began")
        yield
        self.events.append("ended")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = (await receive())["body"]
        self.events.append(f"{scope['method']} {scope['path']}")
        if body == b"teapot":
            raise HTTPException(418, "this is no coffee pot: ask for tea")
        await Response(body)(scope, receive, send)


def test_what_is_mounted_stands_under_the_limits_headers_and_problems_of_the_rest(chat: Chat) -> None:
    echo = Echo()
    with TestClient(create_app(chat, [Mounted("/echo", echo, echo.run)])) as client:
        assert echo.events == ["began"]
        found = client.post("/echo", content=b"hello")
        assert (found.status_code, found.content) == (200, b"hello")
        assert {name: found.headers[name] for name in HEADERS} == HEADERS
        refused = client.put("/echo", content=b"teapot")
        assert (refused.status_code, refused.headers["content-type"]) == (418, "application/problem+json")
        assert refused.json()["detail"] == "this is no coffee pot: ask for tea"
        assert client.post("/echo", content=b" " * (MAX_BODY + 1)).status_code == 413
        assert [client.post(path).status_code for path in ("/echo/", "/echo/a", "/Echo")] == [404, 404, 404]
        assert "/echo" not in client.get("/openapi.json").json()["paths"]
        assert client.get("/health").status_code == 200
    assert echo.events == ["began", "POST /echo", "PUT /echo", "ended"]
