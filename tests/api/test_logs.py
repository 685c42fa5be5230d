"""Tests of `assistant.api.logs`."""

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from assistant.api.logs import BLOT, Blotter, configuration
from assistant.errors import StorageError

CANARY = "zebracanary"
NAMES = ("assistant", "assistant.access", "mcp", "uvicorn", "uvicorn.error")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., io.StringIO]]:
    """Configures logging as a server does; gives what is written to standard error."""
    former = {name: (logging.getLogger(name), vars(logging.getLogger(name)).copy()) for name in NAMES}

    def make(**options: Any) -> io.StringIO:
        stream = io.StringIO()
        monkeypatch.setattr("sys.stderr", stream)
        logging.config.dictConfig(configuration(**options))
        return stream

    yield make
    for one, attributes in former.values():
        vars(one).update(attributes)
        one.manager._clear_cache()  # type: ignore[attr-defined]


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(one) for one in stream.getvalue().splitlines()]


def test_each_request_has_one_line_of_json(written: Callable[..., io.StringIO], client: TestClient) -> None:
    stream = written()
    client.get(f"/v1/articles/prices/2025?q={CANARY}", headers={"x-request-id": "r-1"})
    client.get(f"/{CANARY}")
    first, second = lines(stream)
    assert first["ms"] > 0
    assert first.pop("timestamp").endswith("Z")
    assert {name: value for name, value in first.items() if name != "ms"} == {
        "event": "request",
        "level": "info",
        "logger": "assistant.access",
        "method": "GET",
        "route": "/v1/articles/{article_id}",
        "status": 200,
        "client": "testclient",
        "request_id": "r-1",
    }
    assert (second["route"], second["status"]) == ("unmatched", 404)
    assert CANARY not in stream.getvalue()


def test_no_question_is_ever_logged(
    written: Callable[..., io.StringIO], client: TestClient, failing: Callable[[Exception], TestClient]
) -> None:
    stream = written()
    question = {"question": f"What ties licences to audits, {CANARY}?"}
    chats = {"model": "assistant", "messages": [{"role": "user", "content": question["question"]}]}
    headers = {"authorization": f"Bearer {CANARY}", "cookie": f"session={CANARY}", "idempotency-key": CANARY}
    broken = failing(StorageError("the catalog cannot be read: free some space"))
    for one in (client, broken):
        path = f"/v1/conversations/{client.post('/v1/conversations').json()['id']}"
        one.post("/v1/ask", json=question, headers=headers)
        one.post("/v1/search", json=question)
        one.post(f"{path}/messages", json=question)
        one.post("/v1/chat/completions", json=chats, headers=headers)
        one.get(f"/v1/conversations?q={CANARY}")
        one.post("/v1/ask", json={"question": CANARY * 1000})
        one.post("/v1/ask", content=f'{{"question": "{CANARY}')
    said = stream.getvalue()
    assert sum(one["event"] == "request" for one in lines(stream)) == 16
    assert "the catalog cannot be read" in said
    assert CANARY not in said


def test_a_terminal_gets_lines_to_read(written: Callable[..., io.StringIO], client: TestClient) -> None:
    stream = written(terminal=True)
    client.get("/health")
    (line,) = stream.getvalue().splitlines()
    assert "request" in line
    assert "/health" in line
    with pytest.raises(ValueError, match=r"Expecting value|Extra data"):
        json.loads(line)


def test_tracebacks_show_no_variables(written: Callable[..., io.StringIO]) -> None:
    for terminal in (True, False):
        stream = written(terminal=terminal)
        private = CANARY
        try:
            int("x" + private[:0])
        except ValueError:
            logging.getLogger("assistant.some").exception("it failed")
        assert "Traceback" in stream.getvalue()
        assert CANARY not in stream.getvalue()


def test_lines_about_requests_can_be_left_out(written: Callable[..., io.StringIO], client: TestClient) -> None:
    stream = written(access=False)
    client.get("/health")
    assert stream.getvalue() == ""


def test_secrets_are_blotted_out_even_in_tracebacks(written: Callable[..., io.StringIO]) -> None:
    secret = 'hunter"22' + "\u00e4"
    stream = written(secrets=[secret, "tiny"])
    try:
        raise ValueError("the key does not work", secret)
    except ValueError as error:
        logging.getLogger("assistant.some").error("tiny %s", secret, exc_info=error)
    said = stream.getvalue()
    assert "hunter\\" not in said
    assert said.count(BLOT) >= 2
    assert "tiny" in said


@pytest.mark.parametrize(
    ("line", "blotted"),
    [
        ("Authorization: Bearer abcdefgh1jkl", f"Authorization: Bearer {BLOT}"),
        ("basic dXNlcjpwYXNzd29yZA==", f"basic {BLOT}"),
        ('{"api_key": "abcdefgh1234"}', f'{{"api_key": "{BLOT}"}}'),
        ("openai said: sk-proj-abcdefgh_123 is wrong", f"openai said: {BLOT} is wrong"),
        ("xoxb-123456789-abc and xapp-1-abcdefgh", f"{BLOT} and {BLOT}"),
        ("a basic question about the bearer of news", "a basic question about the bearer of news"),
        ("password=short", "password=short"),
    ],
)
def test_what_looks_like_a_key_is_blotted_out(line: str, blotted: str) -> None:
    assert Blotter()(None, "info", line) == blotted


@given(st.text(min_size=6, max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_no_secret_gets_through(secret: str, before: str, after: str) -> None:
    assert secret not in Blotter([secret])(None, "info", f"{before}{secret}{after}").replace(BLOT, "\0")
