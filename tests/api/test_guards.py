"""Tests of `assistant.api.guards`: what every response bears, and what no request gets past."""

from collections.abc import Callable, Iterator, Mapping

import pytest
from fastapi.testclient import TestClient

from assistant.api.app import create_app
from assistant.api.guards import Guards
from assistant.api.hosts import allowed_hosts
from assistant.api.limits import MAX_BODY
from assistant.api.pages import HEADERS
from assistant.api.request_ids import HEADER
from assistant.chat import Chat
from assistant.conversation import MAX_QUESTION

POSTS = ("/v1/ask", "/v1/search", "/v1/chat/completions", "/v1/conversations", "/v1/feedback")


def guarded(headers: Mapping[str, str]) -> bool:
    return {name: headers.get(name) for name in HEADERS} == HEADERS and HEADER in headers


@pytest.fixture(scope="module")
def served(chat: Chat) -> Iterator[TestClient]:
    app = create_app(chat, guards=Guards(hosts=allowed_hosts("127.0.0.1")))
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/c/none", 200),
        ("GET", "/static/js/main.js", 200),
        ("GET", "/static/none", 404),
        ("GET", "/health", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/metrics", 200),
        ("GET", "/nowhere", 404),
        ("GET", "/v1/articles/none", 404),
        ("PUT", "/v1/ask", 405),
        ("POST", "/v1/ask", 422),
        ("GET", "/v1/models/none", 404),
        ("OPTIONS", "/v1/ask", 405),
    ],
)
def test_every_response_bears_the_headers(served: TestClient, method: str, path: str, status: int) -> None:
    found = served.request(method, path)
    assert found.status_code == status
    assert guarded(found.headers)


def test_so_do_refusals_and_failures(served: TestClient, failing: Callable[[Exception], TestClient]) -> None:
    refused = [
        served.get("/health", headers={"host": "evil.example"}),
        served.post("/v1/conversations", headers={"origin": "https://evil.example"}),
        served.post("/v1/ask", content=b" " * (MAX_BODY + 1), headers={"content-type": "application/json"}),
        failing(ValueError("bad luck")).get("/v1/stats"),
    ]
    assert [one.status_code for one in refused] == [421, 403, 413, 500]
    assert all(guarded(one.headers) for one in refused)


@pytest.mark.parametrize("path", POSTS)
def test_bodies_of_more_than_a_megabyte_are_refused(served: TestClient, path: str) -> None:
    body = b'{"question":"' + b"a" * MAX_BODY + b'"}'
    assert served.post(path, content=body, headers={"content-type": "application/json"}).status_code == 413


def test_questions_of_more_than_four_thousand_characters_are_refused(served: TestClient) -> None:
    assert MAX_QUESTION == 4000
    long, longest = "summit " * 572, ("summit " * 572)[:MAX_QUESTION]
    path = f"/v1/conversations/{served.post('/v1/conversations').json()['id']}/messages"
    for where in ("/v1/ask", "/v1/search", path):
        found = served.post(where, json={"question": long})
        assert (found.status_code, found.headers["content-type"]) == (422, "application/problem+json")
        assert found.json()["detail"] == "the question is 4,004 characters long: ask in at most 4,000"
        assert served.post(where, json={"question": longest}).status_code == 200
    chats = {"model": "assistant", "messages": [{"role": "user", "content": long}]}
    theirs = served.post("/v1/chat/completions", json=chats)
    assert (theirs.status_code, theirs.json()["error"]["param"]) == (400, "messages")
