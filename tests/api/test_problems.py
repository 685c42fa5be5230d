import logging
from collections.abc import Callable
from http import HTTPStatus

import pytest
from fastapi.testclient import TestClient

from assistant.api.problems import problem_schemas, problems
from assistant.errors import (
    AssistantError,
    BusyError,
    FilterError,
    IndexFailure,
    ModelError,
    NotFoundError,
    QuestionError,
    RunError,
    SourceError,
    StorageError,
    UserError,
)

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("kind", "status", "title"),
    [
        (UserError, 400, "Bad Request"),
        (SourceError, 422, HTTPStatus(422).phrase),
        (QuestionError, 422, "Unprocessable Entity"),
        (FilterError, 422, "Unprocessable Entity"),
        (NotFoundError, 404, "Not Found"),
        (RunError, 500, "Internal Server Error"),
        (ModelError, 500, "Internal Server Error"),
        (BusyError, 503, "Service Unavailable"),
        (StorageError, 503, "Service Unavailable"),
        (IndexFailure, 503, "Service Unavailable"),
        (AssistantError, 500, "Internal Server Error"),
    ],
)
def test_own_errors(
    kind: type[AssistantError], status: int, title: str, failing: Callable[[Exception], TestClient]
) -> None:
    found = failing(kind("the disk /d is full: free some")).get("/v1/articles")
    assert found.status_code == status
    assert found.headers["content-type"] == "application/problem+json"
    assert found.json() == {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": "the disk /d is full: free some",
    }


def test_failures_are_logged_and_mistakes_are_not(
    failing: Callable[[Exception], TestClient], caplog: pytest.LogCaptureFixture
) -> None:
    failing(NotFoundError("no such article")).get("/v1/articles/x")
    assert [record for record in caplog.records if record.name.startswith("assistant.")] == []
    failing(StorageError("the disk is full")).get("/v1/articles/a%1Bb")
    (record,) = [record for record in caplog.records if record.name.startswith("assistant.")]
    assert record.levelno == logging.ERROR
    assert record.getMessage() == "GET /v1/articles/{article_id}: the disk is full"
    assert record.exc_info


def test_an_unexpected_exception_shows_nothing_of_itself(
    failing: Callable[[Exception], TestClient], caplog: pytest.LogCaptureFixture
) -> None:
    found = failing(KeyError("secret")).post("/v1/ask", json={"question": "Who?"})
    problem = found.json()
    assert found.status_code == problem["status"] == 500
    assert found.headers["content-type"] == "application/problem+json"
    assert "secret" not in found.text
    assert "KeyError" not in found.text
    assert problem["instance"].startswith("urn:uuid:")
    assert f"POST /v1/ask raised KeyError: {problem['instance']}" in caplog.messages


def test_an_unexpected_exception_reaches_the_server_which_logs_its_traceback(
    failing: Callable[[Exception], TestClient],
) -> None:
    app = failing(KeyError("secret")).app
    with TestClient(app) as client, pytest.raises(KeyError, match="secret"):
        client.get("/v1/articles")


@pytest.mark.parametrize(
    ("body", "pointer", "detail"),
    [
        (b"", "#", "the body is missing: add it"),
        (b"null", "#", "the body is null, but should be a JSON object"),
        (b"[1]", "#", "the body is a list of 1, but should be a JSON object"),
        (b"{", "#", "the body is no JSON (Expecting property name enclosed in double quotes at character 1): send"),
        (b'{"question":"\x01"}', "#", "the body is no JSON (Invalid control character at character 13): send"),
        (b"{}", "#/question", "question is missing: add it"),
        (b'{"question":null}', "#/question", "question is null, but should be text"),
        (b'{"question":{"a":1}}', "#/question", "question is an object, but should be text"),
        (b'{"question":"q","tone":1}', "#/tone", "tone is an unknown key: leave it out"),
        (b'{"question":"q","a/b~%":1}', "#/a~1b~0%25", "a/b~% is an unknown key: leave it out"),
        (b'{"question":"q","since":"today"}', "#/since", 'since is "today", but should be a date such as "2025-05-27"'),
        (
            b'{"question":"q","until":"2025-02-30"}',
            "#/until",
            'until is "2025-02-30", but should be a date such as "2025-05-27" (day is out of range for month)',
        ),
        (b'{"question":"q","as_of":NaN}', "#/as_of", "as_of is NaN, but should be a date"),
        (b'{"question":"q","as_of":86400}', "#/as_of", "as_of is 86400, but should be a date"),
        (
            b'{"question":"q","since":"2025-05-02","until":"2025-05-01"}',
            "#",
            "since 2025-05-02 is later than until 2025-05-01: swap them",
        ),
        (b'{"question":"q","publisher":5}', "#/publisher", "publisher is 5, but should be text or a list of texts"),
        (b'{"question":"q","article":["a",5]}', "#/article/1", "article.1 is 5, but should be text"),
        (
            b'{"question":"q","article":[' + b",".join([b'"a"'] * 101) + b"]}",
            "#/article",
            "article is a list of 101, but should be at most 100",
        ),
        (b'{"question":"q","limit":0}', "#/limit", "limit is 0, but should be greater than or equal to 1"),
        (b'{"question":"q","limit":true}', "#/limit", "limit is true, but should be a whole number"),
        (b'{"question":"q","limit":"' + b"9" * 90 + b'"}', "#/limit", f'limit is "{"9" * 59}…, but should be a whole'),
    ],
)
def test_invalid_bodies_name_the_field_the_value_and_the_remedy(
    body: bytes, pointer: str, detail: str, client: TestClient
) -> None:
    found = client.post("/v1/search", content=body, headers=JSON)
    problem = found.json()
    assert found.status_code == problem["status"] == 422
    assert found.headers["content-type"] == "application/problem+json"
    assert problem["detail"].startswith(detail)
    assert problem["errors"] == [{"pointer": pointer, "detail": problem["detail"]}]


def test_several_mistakes_are_counted_and_twenty_listed(client: TestClient) -> None:
    problem = client.post("/v1/ask", json={"question": "q"} | {f"k{n}": 1 for n in range(30)}).json()
    assert problem["detail"] == "k0 is an unknown key: leave it out (and 29 more)"
    assert [error["pointer"] for error in problem["errors"]] == [f"#/k{n}" for n in range(20)]


def test_a_body_of_another_type_is_told_the_header(client: TestClient) -> None:
    found = client.post("/v1/ask", content=b'{"question":"q"}', headers={"content-type": "text/plain"})
    assert found.status_code == 422
    assert found.json()["detail"].endswith("send it with the header Content-Type: application/json")


@pytest.mark.parametrize(
    "body",
    [b'{"question":"caf\xe9"}', b"[" * 100_000, b'{"question":' + b"9" * 5000 + b"}"],
    ids=["latin", "deep", "digits"],
)
def test_unreadable_bodies(body: bytes, client: TestClient) -> None:
    found = client.post("/v1/ask", content=body, headers=JSON)
    assert found.status_code == 400
    assert found.json()["detail"] == "the body cannot be read: send a JSON object in UTF-8"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"question":"a\\ud800"}', r"'a\ud800'"),
        (b'{"question":"a\xed\xa0\x80"}', r"'a\ud800'"),
        (b'{"question":"q","since":"\\ud800"}', r'since is "\ud800"'),
        (b'{"question":"q","publisher":"\\ud800"}', r'publisher.0 is "\ud800"'),
        (b'{"question":"q","article":["\\ud800"]}', r'article.0 is "\ud800"'),
        (b'{"question":"q","\\ud800":1}', r'the body is "\ud800"'),
    ],
)
def test_lone_surrogates_are_refused_in_text_that_can_be_encoded(body: bytes, shown: str, client: TestClient) -> None:
    found = client.post("/v1/ask", content=body, headers=JSON)
    assert found.status_code == 422
    assert shown in found.json()["detail"]


def test_own_errors_with_lone_surrogates_can_be_encoded(failing: Callable[[Exception], TestClient]) -> None:
    found = failing(NotFoundError("no article \ud800")).get("/v1/articles")
    assert (found.status_code, found.json()["detail"]) == (404, r"no article \ud800")


@pytest.mark.parametrize(
    ("method", "path", "status", "detail"),
    [
        ("GET", "/nope", 404, "there is nothing at /nope: /openapi.json lists what there is"),
        ("GET", "/v1/articles/a%0Ab", 404, "there is nothing at /v1/articles/a\nb: /openapi.json lists what there is"),
        ("GET", "/v1/ask", 405, "/v1/ask does not answer GET: use POST"),
        ("PATCH", "/health", 405, "/health does not answer PATCH: use GET"),
    ],
)
def test_the_routers_errors(method: str, path: str, status: int, detail: str, client: TestClient) -> None:
    found = client.request(method, path)
    assert (found.status_code, found.json()["detail"]) == (status, detail)
    assert found.headers["content-type"] == "application/problem+json"


def test_405_keeps_the_allow_header(client: TestClient) -> None:
    assert client.delete("/v1/search").headers["allow"] == "POST"


def test_descriptions_refer_to_the_schema_offered() -> None:
    content = problems(404)[404]["content"]
    assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert problem_schemas()["Problem"]["required"] == ["title", "status", "detail"]
