"""Tests of `assistant.models.scripted`: what goes over the wire, seen by a plain HTTP client."""

import itertools
import json
import threading
import time

import httpx
import pytest

from assistant.models.scripted import ChatRequest, Reply, ScriptedModelServer

ASKED = {"model": "m", "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}]}


def post(server: ScriptedModelServer, **more: object) -> httpx.Response:
    return httpx.post(f"{server.url}/chat/completions", json={**ASKED, **more}, timeout=20)


def events(response: httpx.Response) -> list[str]:
    return [line.removeprefix("data: ") for line in response.text.split("\n\n") if line]


def text(events: list[str]) -> str:
    chunks = [json.loads(one) for one in events if one != "[DONE]"]
    return "".join(choice["delta"].get("content") or "" for chunk in chunks for choice in chunk["choices"])


def test_a_text_is_streamed_in_its_pieces() -> None:
    with ScriptedModelServer([Reply(["Tin ", "melts."])]) as server:
        told = events(post(server, stream=True))
    assert text(told) == "Tin melts."
    assert told[-1] == "[DONE]"
    first, second, last = (json.loads(one)["choices"][0] for one in told[:-1])
    assert first["delta"] == {"role": "assistant", "content": "Tin "}
    assert second["delta"] == {"content": "melts."}
    assert last["finish_reason"] == "stop"


def test_tokens_are_told_where_they_are_asked_for() -> None:
    with ScriptedModelServer(Reply("x", tokens=(7, 3))) as server:
        without = events(post(server, stream=True))
        told = events(post(server, stream=True, stream_options={"include_usage": True}))
    assert not any('"usage"' in one for one in without)
    assert json.loads(told[-2])["usage"] == {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}


def test_an_answer_at_once() -> None:
    with ScriptedModelServer([Reply(["Tin ", "melts."]), Reply(refusal="No.", tokens=None)]) as server:
        whole, refused = post(server).json(), post(server).json()
    assert whole["choices"][0]["message"] == {"role": "assistant", "content": "Tin melts.", "refusal": None}
    assert whole["usage"]["total_tokens"] == 120
    assert refused["choices"][0]["message"] == {"role": "assistant", "content": None, "refusal": "No."}
    assert "usage" not in refused


def test_the_script_reads_the_request() -> None:
    def script(request: ChatRequest) -> str:
        return f"{request.system} {request.user} {request.streamed} {request.schema} {request.headers['x-mark']}"

    wanted = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}
    with ScriptedModelServer(script) as server:
        body = {**ASKED, "response_format": wanted}
        told = httpx.post(f"{server.url}/chat/completions", json=body, headers={"X-Mark": "7"}).json()
        assert [one.user for one in server.requests] == ["U"]
    assert told["choices"][0]["message"]["content"] == "S U False {'type': 'object'} 7"


def test_replies_are_given_in_turn_until_there_are_no_more() -> None:
    with ScriptedModelServer(["one", Reply("two")]) as server:
        texts = [text(events(post(server, stream=True))) for _ in range(2)]
        assert post(server, stream=True).status_code == 500
    assert texts == ["one", "two"]


def test_what_the_script_raises_is_raised_on_leaving() -> None:
    def script(request: ChatRequest) -> str:
        raise ValueError(request.user)

    def ask() -> int:
        with ScriptedModelServer(script) as server:
            return post(server).status_code

    with pytest.raises(ValueError, match="U"):
        ask()


def test_a_status_comes_with_its_headers_and_body() -> None:
    replies = [Reply(status=429, headers={"Retry-After": "7"}), Reply(status=503, body=b"<html>")]
    with ScriptedModelServer(replies) as server:
        limited, down = post(server, stream=True), post(server, stream=True)
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "7")
    assert limited.json()["error"]["message"] == "scripted status 429"
    assert (down.status_code, down.text) == (503, "<html>")


def test_models_are_listed_and_other_paths_are_not_there() -> None:
    with ScriptedModelServer("x") as server:
        listed = httpx.get(f"{server.url}/models").json()
        assert httpx.get(f"{server.url}/files").status_code == 404
        assert httpx.post(f"{server.url}/embeddings", json={}).status_code == 404
        assert server.requests == []
    assert [one["id"] for one in listed["data"]] == ["scripted"]


@pytest.mark.parametrize("pieces", [(), ("a", "b")], ids=["before any byte", "in the middle"])
def test_a_cut_is_seen_as_a_connection_that_ends_too_early(pieces: tuple[str, ...]) -> None:
    with ScriptedModelServer(Reply(pieces, ending="cut")) as server, pytest.raises(httpx.RemoteProtocolError):
        post(server, stream=True)


@pytest.mark.parametrize("pieces", [(), ("a", "b")], ids=["before any byte", "in the middle"])
def test_a_reset_is_seen_as_a_reset(pieces: tuple[str, ...]) -> None:
    with ScriptedModelServer(Reply(pieces, ending="reset")) as server, pytest.raises(httpx.ReadError):
        post(server, stream=True)


def test_an_unfinished_stream_ends_well_for_http_alone() -> None:
    with ScriptedModelServer(Reply(["a"], ending="unfinished")) as server:
        told = events(post(server, stream=True))
    assert text(told) == "a"
    assert len(told) == 1


def test_a_malformed_event_is_no_json() -> None:
    with ScriptedModelServer(Reply(["a"], ending="malformed")) as server:
        good, bad, done = events(post(server, stream=True))
    assert json.loads(good)
    assert done == "[DONE]"
    with pytest.raises(json.JSONDecodeError):
        json.loads(bad)


@pytest.mark.parametrize(
    "reply",
    [Reply(itertools.repeat("word ")), Reply(["a"], ending="silent"), Reply(["a", "b"], pause=60)],
    ids=["endless", "silent", "slow"],
)
def test_it_notices_that_the_client_has_gone(reply: Reply) -> None:
    with ScriptedModelServer(reply) as server:
        asked = httpx.stream("POST", f"{server.url}/chat/completions", json={**ASKED, "stream": True}, timeout=20)
        with asked as response:
            assert next(response.iter_bytes())
        (exchange,) = server.exchanges
        assert exchange.over(10)
        assert exchange.cancelled


def test_one_that_reads_to_the_end_has_not_gone() -> None:
    with ScriptedModelServer("x") as server:
        post(server, stream=True)
        (exchange,) = server.exchanges
        assert exchange.over(10)
        assert not exchange.cancelled


def test_leaving_ends_what_is_under_way_and_all_threads() -> None:
    before = set(threading.enumerate())
    failures: list[Exception] = []

    def ask() -> None:
        try:
            post(server, stream=True)
        except httpx.HTTPError as error:
            failures.append(error)

    with ScriptedModelServer(Reply(ending="silent")) as server:
        client = threading.Thread(target=ask)
        client.start()
        idle = httpx.Client()  # connects and keeps its connection
        idle.get(f"{server.url}/models")
        while not server.exchanges:
            time.sleep(0.01)
    client.join(10)
    idle.close()
    assert len(failures) == 1
    assert set(threading.enumerate()) == before
    assert not server.exchanges[0].cancelled
