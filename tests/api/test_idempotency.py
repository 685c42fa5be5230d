"""Tests of `assistant.api.idempotency` and of every route that takes a key."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.requests import Request

from assistant.api.idempotency import request_key
from assistant.api.wire import AskRequest

from .conftest import Live, told

QUESTION = "What ties magnet export licences to quarterly audits?"
BODY = {"question": QUESTION}


def keyed(name: str, **more: str) -> dict[str, str]:
    return {"idempotency-key": name, **more}


def request(path: str) -> Request:
    return Request({"type": "http", "path": path, "headers": []})


def test_keys_tell_paths_and_what_is_asked_apart() -> None:
    one = AskRequest(question="a", publisher=("P",))
    same = AskRequest.model_validate({"publisher": "P", "question": "a"})
    assert request_key(request("/a"), None, one) is None
    assert request_key(request("/a"), "k", one) == request_key(request("/a"), "k", same)
    others = [
        request_key(request("/b"), "k", one),
        request_key(request("/a"), "l", one),
        request_key(request("/a"), "k", AskRequest(question="b", publisher=("P",))),
        request_key(request("/a"), "k"),
    ]
    assert len({request_key(request("/a"), "k", one), *others}) == 5


def test_the_same_key_gives_the_same_answer(client: TestClient) -> None:
    first = client.post("/v1/ask", json=BODY, headers=keyed("ask"))
    again = client.post("/v1/ask", json=BODY, headers=keyed("ask"))
    assert (again.status_code, again.content) == (200, first.content)
    assert client.post("/v1/ask", json=BODY, headers=keyed("ask2")).json()["id"] != first.json()["id"]
    other = client.post("/v1/ask", json={"question": "What else?"}, headers=keyed("ask"))
    assert (other.status_code, other.headers["content-type"]) == (422, "application/problem+json")
    assert other.json()["detail"] == (
        "the Idempotency-Key 'ask' was sent to /v1/ask with another body: choose a new key for a new request"
    )


def test_a_refused_request_keeps_no_key(client: TestClient) -> None:
    assert client.post("/v1/ask", json={"question": "?"}, headers=keyed("refused")).status_code == 422
    assert client.post("/v1/ask", json=BODY, headers=keyed("refused")).status_code == 200


@pytest.mark.parametrize("name", ["", "x" * 256])
@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search", "/v1/conversations", "/v1/feedback"])
def test_keys_that_cannot_be(client: TestClient, path: str, name: str) -> None:
    body = {"answer_id": "x", "vote": "up"} if path == "/v1/feedback" else {} if "conv" in path else BODY
    found = client.post(path, json=body, headers=keyed(name))
    assert (found.status_code, found.headers["content-type"]) == (422, "application/problem+json")
    assert "idempotency-key is " in found.json()["detail"].lower()


def test_a_question_that_is_no_text_is_refused_with_a_key_too(client: TestClient) -> None:
    headers = keyed("half", **{"content-type": "application/json"})
    found = client.post("/v1/ask", content=b'{"question": "What is \\ud800 here?"}', headers=headers)
    assert found.status_code == 422


def test_the_longest_key(client: TestClient) -> None:
    first, again = (client.post("/v1/conversations", headers=keyed("x" * 255)) for _ in range(2))
    assert (first.status_code, again.content) == (201, first.content)


def test_searching_takes_a_key_and_keeps_nothing(client: TestClient) -> None:
    first = client.post("/v1/search", json=BODY, headers=keyed("search"))
    assert client.post("/v1/search", json=BODY, headers=keyed("search")).json() == first.json()
    assert client.post("/v1/search", json={"question": "else"}, headers=keyed("search")).status_code == 200


def test_one_conversation_one_message_one_vote(client: TestClient) -> None:
    made, again = (client.post("/v1/conversations", json={"title": "T"}, headers=keyed("c")) for _ in range(2))
    assert (again.status_code, again.content) == (201, made.content)
    path = f"/v1/conversations/{made.json()['id']}"
    sent, resent = (client.post(f"{path}/messages", json=BODY, headers=keyed("m")) for _ in range(2))
    assert (resent.status_code, resent.content) == (200, sent.content)
    assert resent.headers["message-id"] == sent.headers["message-id"]
    vote = {"answer_id": sent.json()["answer"]["id"], "vote": "up"}
    judged, rejudged = (client.post("/v1/feedback", json=vote, headers=keyed("f")) for _ in range(2))
    assert (rejudged.status_code, rejudged.content) == (201, judged.content)
    url = f"{path}/messages/{sent.json()['id']}"
    fresh, refreshed = (client.post(f"{url}/regenerate", headers=keyed("r")) for _ in range(2))
    assert (refreshed.status_code, refreshed.content) == (200, fresh.content)
    assert [one["id"] for one in client.get(path).json()["messages"]] == [fresh.json()["id"]]
    assert client.post(f"{path}/messages", json=BODY, headers=keyed("m")).status_code == 404
    assert client.post(f"{path}/messages", json={"question": "x"}, headers=keyed("m")).status_code == 422
    assert client.post("/v1/conversations", json={"title": "U"}, headers=keyed("c")).status_code == 422


def test_a_message_under_way_is_a_conflict_as_json_and_joined_as_a_stream(live: Live) -> None:
    path = live.conversation()
    live.gate.shut()

    def stream() -> list[Any]:
        headers = keyed("m", accept="text/event-stream")
        with live.client.stream("POST", f"{path}/messages", json=BODY, headers=headers) as found:
            return list(told(found.iter_lines()))

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(stream)
        assert live.gate.reached.acquire(timeout=60)
        conflict = live.client.post(f"{path}/messages", json=BODY, headers=keyed("m"))
        assert (conflict.status_code, conflict.headers["content-type"]) == (409, "application/problem+json")
        assert "is being answered: send it again later" in conflict.json()["detail"]
        second = pool.submit(stream)
        live.gate.open()
        assert first.result() == second.result()
    assert first.result()[-1].event == "answer"
    after = live.client.post(f"{path}/messages", json=BODY, headers=keyed("m"))
    assert (after.status_code, after.json()) == (200, first.result()[-1].data)
    assert stream() == first.result()


def test_an_answer_under_way_is_a_conflict(live: Live) -> None:
    live.gate.shut()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(live.client.post, "/v1/ask", json=BODY, headers=keyed("a"))
        assert live.gate.reached.acquire(timeout=60)
        conflict = live.client.post("/v1/ask", json=BODY, headers=keyed("a"))
        assert conflict.status_code == 409
        live.gate.open()
        assert first.result().status_code == 200
    assert live.client.post("/v1/ask", json=BODY, headers=keyed("a")).content == first.result().content


def test_stopping_twice_with_a_key_says_the_same(live: Live) -> None:
    path = live.conversation()
    live.gate.shut()
    with live.client.stream("POST", f"{path}/messages", json=BODY, headers={"accept": "text/event-stream"}) as found:
        url = f"{path}/messages/{found.headers['message-id']}/stop"
        first, again = (live.client.post(url, headers=keyed("s")) for _ in range(2))
    assert (first.status_code, again.status_code, again.content) == (202, 202, first.content)
    assert live.client.post(url).status_code == 200
