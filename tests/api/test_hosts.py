"""Tests of `assistant.api.hosts`."""

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from assistant.api.app import create_app
from assistant.api.guards import Guards
from assistant.api.hosts import LOOPBACK, allowed_hosts, foreign, host_of, is_loopback
from assistant.chat import Chat

OWN = allowed_hosts("192.0.2.7", "https://Quotes.example.org:8443/page", ("*.inner.example", "desk."))


@pytest.fixture
def served(chat: Chat) -> TestClient:
    return TestClient(create_app(chat, guards=Guards(hosts=OWN)), base_url="http://localhost")


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8080",
        "LOCALHOST",
        "localhost.",
        "127.0.0.1:1",
        "[::1]:8080",
        "192.0.2.7:8080",
        "quotes.example.org",
        "quotes.example.org:8443",
        "a.inner.example",
        "a.b.inner.example:80",
        "desk",
    ],
)
def test_requests_for_the_servers_own_names_are_answered(served: TestClient, host: str) -> None:
    assert served.get("/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example:localhost",
        "evil.example#localhost",
        "localhost@evil.example",
        "localhost:80:80",
        "inner.example",
        "xinner.example",
        "192.0.2.8",
        "[::2]",
        "[::1",
        "",
        ":8080",
        "quotes.example.org.evil.example",
        "loc\u0430lhost".encode().decode("latin-1"),
    ],
)
def test_requests_for_other_names_are_refused(served: TestClient, host: str) -> None:
    found = served.get("/health", headers=[(b"host", host.encode("latin-1"))])
    assert (found.status_code, found.headers["content-type"]) == (421, "application/problem+json")
    assert "ASSISTANT_ALLOWED_HOSTS" in found.json()["detail"]
    assert found.headers["x-content-type-options"] == "nosniff"


def test_two_hosts_are_none(served: TestClient) -> None:
    assert served.get("/health", headers=[("host", "localhost"), ("host", "localhost")]).status_code == 421


def test_the_form_of_openais_errors_is_kept(served: TestClient) -> None:
    found = served.post("/v1/chat/completions", json={}, headers={"host": "evil.example"})
    assert found.status_code == 421
    assert set(found.json()) == {"error"}


def test_the_address_that_a_connection_came_to_is_allowed(chat: Chat) -> None:
    app = create_app(chat, guards=Guards(hosts=allowed_hosts("0.0.0.0")))
    here = TestClient(app, base_url="http://198.51.100.4:8080")
    assert here.get("/health").status_code == 200
    assert here.get("/health", headers={"host": "198.51.100.5:8080"}).status_code == 421


def test_any_name_is_allowed_where_that_is_set(chat: Chat) -> None:
    client = TestClient(create_app(chat, guards=Guards(hosts=allowed_hosts("0.0.0.0", None, ("*",)))))
    assert client.get("/health", headers={"host": "whatever.example"}).status_code == 200


@given(st.text(max_size=30))
def test_only_a_host_is_a_host(text: str) -> None:
    host = host_of(text)
    assert host is None or not set(host) & set("/@#?\\ \t\r\n%[]")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.2", False),
        ("fe80::1%eth0", False),
        ("localhost", False),
        ("", False),
    ],
)
def test_what_only_this_machine_reaches(host: str, expected: bool) -> None:
    assert is_loopback(host) == expected


def test_which_names_lead_here_from_elsewhere() -> None:
    assert foreign([*LOOPBACK, "127.8.9.1"]) == []
    assert foreign(OWN | {"*"}) == ["*", "*.inner.example", "192.0.2.7", "desk", "quotes.example.org"]
