"""Tests of `assistant.api.origins`."""

import pytest
from fastapi.testclient import TestClient

from assistant.api.app import create_app
from assistant.api.guards import Guards
from assistant.chat import Chat

OTHER = "https://evil.example"


@pytest.fixture(scope="module")
def served(chat: Chat) -> TestClient:
    return TestClient(create_app(chat, guards=Guards(url="https://quotes.example.org")), base_url="http://localhost:80")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://localhost"},
        {"origin": "https://quotes.example.org"},
        {"sec-fetch-site": "same-origin", "origin": "http://localhost"},
        {"sec-fetch-site": "none"},
    ],
)
def test_what_programs_and_the_own_page_send_is_done(served: TestClient, headers: dict[str, str]) -> None:
    assert served.post("/v1/conversations", headers={"host": "localhost", **headers}).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": OTHER},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://localhost:3000"},
        {"origin": "http://localhost.evil.example"},
        {"origin": "http://localhost@evil.example"},
        {"origin": "http://["},
        {"origin": "http://[localhost]"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://localhost"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
        {"sec-fetch-site": "whatever"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH"])
def test_what_other_pages_send_is_not_done(served: TestClient, method: str, headers: dict[str, str]) -> None:
    before = served.get("/v1/conversations?limit=200").json()
    found = served.request(method, "/v1/conversations", headers={"host": "localhost", **headers})
    assert (found.status_code, found.headers["content-type"]) == (403, "application/problem+json")
    assert served.get("/v1/conversations?limit=200").json() == before


def test_links_are_followed_but_nothing_is_loaded_into_other_pages(served: TestClient) -> None:
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert served.get("/", headers=link).status_code == 200
    for mode in ("no-cors", "cors", "same-origin"):
        loaded = {"sec-fetch-site": "cross-site", "sec-fetch-mode": mode}
        assert served.get("/v1/stats", headers=loaded).status_code == 403


def test_no_other_origin_is_allowed(served: TestClient) -> None:
    asked = {"origin": OTHER, "access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    paths = ("/", "/v1/ask", "/v1/conversations", "/v1/articles", "/v1/chat/completions", "/metrics", "/health")
    for path in paths:
        for method in ("OPTIONS", "GET", "POST"):
            found = served.request(method, path, headers=asked)
            assert [name for name in found.headers if name.startswith("access-control-")] == []
            assert method != "OPTIONS" or found.status_code == 405
