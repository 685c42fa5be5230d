"""Tests of `assistant.api.events`: messages as server-sent events, over a real connection."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest

from assistant.api import events
from assistant.types import Message

from .conftest import Live, Told, left, told

QUESTION = "What ties magnet export licences to quarterly audits?"
ACCEPT = {"accept": "text/event-stream"}


@contextmanager
def sending(live: Live, path: str, **more: Any) -> Iterator[tuple[httpx2.Response, Iterator[Told]]]:
    """Send a question and give the response and its events as they come."""
    with live.client.stream("POST", f"{path}/messages", json={"question": QUESTION}, headers=ACCEPT | more) as found:
        assert found.status_code == 200
        yield found, told(found.iter_lines())


def follow(live: Live, path: str, message: str, last: str | None = None) -> list[Told]:
    headers = {} if last is None else {"last-event-id": last}
    found = live.client.get(f"{path}/messages/{message}/events", headers=headers)
    assert found.status_code == 200, found.text
    return list(told(found.iter_lines()))


def check(got: list[Told], message: str) -> None:
    """Assert the order, the ids and that there is one end."""
    names = [one.event for one in got]
    assert [one.id for one in got] == [f"{message}:{n}" for n in range(1, len(got) + 1)]
    assert names[:2] == ["message", "retrieval"]
    assert set(names[2:-1]) <= {"statement"}
    assert names[-1] in ("answer", "stopped", "error")


def test_a_message_is_streamed_in_order_and_read_again_the_same(live: Live) -> None:
    path = live.conversation()
    with sending(live, path) as (response, stream):
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-accel-buffering"] == "no"
        message = response.headers["message-id"]
        got = list(stream)
    check(got, message)
    began, retrieval, *statements, ended = got
    assert (began.data["id"], began.data["status"], began.data["answer"]) == (message, "running", None)
    assert began.data["standalone_question"] == QUESTION
    whole = Message.model_validate(ended.data)
    assert whole.answer
    assert ended.event == "answer"
    assert {hit["id"] for hit in retrieval.data["passages"]} == {hit.id for hit in whole.answer.passages}
    assert [(one.data["text"], tuple(one.data["markers"])) for one in statements] == [
        (one.text, one.markers) for one in whole.answer.statements
    ]
    assert [c["marker"] for one in statements for c in one.data["citations"]] == [
        one.marker for one in whole.answer.citations
    ]
    assert live.client.get(path).json()["messages"] == [ended.data]
    assert follow(live, path, message) == got


def test_a_finished_message_is_read_on_after_any_of_its_events(live: Live) -> None:
    path = live.conversation()
    with sending(live, path) as (response, stream):
        message, got = response.headers["message-id"], list(stream)
    for n, one in enumerate(got[:-1]):
        assert follow(live, path, message, one.id) == got[n + 1 :]
    over = live.client.get(f"{path}/messages/{message}/events", headers={"last-event-id": got[-1].id})
    assert (over.status_code, over.content) == (204, b"")


def test_a_running_message_is_read_on_live(live: Live) -> None:
    path = live.conversation()
    live.gate.shut()
    with sending(live, path) as (response, stream):
        message = response.headers["message-id"]
        first, second = next(stream), next(stream)
        assert (first.event, second.event) == ("message", "retrieval")
        with ThreadPoolExecutor(2) as pool:
            late = [pool.submit(follow, live, path, message, last) for last in (None, second.id)]
            assert not any(one.done() for one in late)
            live.gate.open()
            got = [first, second, *stream]
        check(got, message)
        assert late[0].result() == got
        assert late[1].result() == got[2:]


def test_statements_come_before_the_answer_is_kept_and_the_answer_after(live: Live) -> None:
    path = live.conversation()
    with sending(live, path) as (response, stream):
        for one in stream:
            if one.event == "answer":
                assert live.client.get(path).json()["messages"][0]["status"] == "done"
        assert response.headers["message-id"]


@pytest.mark.parametrize(
    ("last", "status", "detail"),
    [
        ("x", 422, "Last-Event-ID is 'x', but should be the id of an event, such as"),
        ("{message}", 422, "should be the id of an event"),
        ("{message}:", 422, "should be the id of an event"),
        ("{message}:-1", 422, "should be the id of an event"),
        ("{message}:1:2", 422, "should be the id of an event"),
        ("{message}:999", 404, "has no event"),
        ("0123456789abcdef0123456789abcdef:1", 404, "leave Last-Event-ID out to have all"),
    ],
)
def test_ids_of_no_event(live: Live, last: str, status: int, detail: str) -> None:
    path = live.conversation()
    with sending(live, path) as (response, stream):
        message = response.headers["message-id"]
        list(stream)
    found = live.client.get(
        f"{path}/messages/{message}/events", headers={"last-event-id": last.format(message=message)}
    )
    assert (found.status_code, found.headers["content-type"]) == (status, "application/problem+json")
    assert detail in found.json()["detail"]


def test_an_explicit_stop_ends_the_stream(live: Live) -> None:
    path = live.conversation()
    live.gate.shut()
    with sending(live, path) as (response, stream):
        message = response.headers["message-id"]
        got = [next(stream), next(stream)]
        stopped = live.client.post(f"{path}/messages/{message}/stop")
        assert (stopped.status_code, stopped.json()) == (202, {"status": "stopped"})
        got += stream
    assert [one.event for one in got] == ["message", "retrieval", "stopped"]
    assert got[-1].data == {}
    live.gate.open()
    again = follow(live, path, message)
    assert again == [got[0], got[2]]
    assert follow(live, path, message, got[1].id) == [got[2]]


def test_a_failure_is_the_last_event_and_stays_it(live: Live) -> None:
    path = live.conversation()
    live.gate.fail = RuntimeError("secret")
    with sending(live, path) as (response, stream):
        message, got = response.headers["message-id"], list(stream)
    check(got, message)
    assert got[-1].event == "error"
    assert (got[-1].data["status"], got[-1].data["title"]) == (500, "Internal Server Error")
    assert "report urn:uuid:" in got[-1].data["detail"]
    assert follow(live, path, message)[-1] == got[-1]


def test_a_client_that_goes_away_stops_its_message_after_a_while(live: Live) -> None:
    path = live.conversation()
    live.gate.shut()
    with sending(live, path) as (response, stream):
        message = response.headers["message-id"]
        next(stream)
    run = live.chat.resume(path.rsplit("/", 1)[-1], message)
    assert left(run) == "stopped"


def test_a_client_that_comes_back_keeps_its_message(live: Live) -> None:
    path = live.conversation()
    live.gate.shut()
    with sending(live, path) as (response, stream):
        message = response.headers["message-id"]
        first = next(stream)
        with ThreadPoolExecutor(1) as pool:
            back = threading.Event()
            run = live.chat.resume(path.rsplit("/", 1)[-1], message)

            def read_on() -> list[Told]:
                with live.client.stream(
                    "GET", f"{path}/messages/{message}/events", headers={"last-event-id": first.id}
                ) as found:
                    stream = told(found.iter_lines())
                    got = [next(stream)]
                    back.set()
                    return [*got, *stream]

            reading = pool.submit(read_on)
            assert back.wait(60)
            response.close()
            threading.Event().wait(0.3)
            assert run.ended is None
            live.gate.open()
            assert reading.result()[-1].event == "answer"


def test_a_silent_stream_is_kept_open_by_comments(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "PING", 0.02)
    path = live.conversation()
    live.gate.shut()
    with live.client.stream("POST", f"{path}/messages", json={"question": QUESTION}, headers=ACCEPT) as found:
        lines = found.iter_lines()
        comments = 0
        for line in lines:
            comments += line.startswith(":")
            if comments == 3:
                break
        live.gate.open()
        assert [one.event for one in told(lines)][-1] == "answer"


def test_fifty_streams_at_once_all_end_well_and_the_server_answers_meanwhile(live: Live) -> None:
    live.gate.shut()
    path = live.conversation()
    limits = httpx2.Limits(max_connections=None)
    with httpx2.Client(base_url=live.url, timeout=120, limits=limits) as client, ThreadPoolExecutor(50) as pool:
        began = threading.Semaphore(0)

        def stream(number: int) -> list[Told]:
            body = {"question": QUESTION, "since": f"2024-01-{1 + number % 28:02}"}
            with client.stream("POST", f"{path}/messages", json=body, headers=ACCEPT) as found:
                assert found.status_code == 200
                events = told(found.iter_lines())
                got = [next(events)]
                began.release()
                return [*got, *events]

        streams = [pool.submit(stream, number) for number in range(50)]
        for _ in streams:
            assert began.acquire(timeout=60)
        assert client.get("/health").json() == {"status": "ok"}
        assert client.get("/v1/stats").json()["articles"] == 2
        assert client.post("/v1/search", json={"question": QUESTION}).json()["hits"]
        assert len(client.get(path).json()["messages"]) == 50
        assert not any(one.done() for one in streams)
        live.gate.open()
        got = [one.result() for one in streams]
    for one in got:
        check(one, one[0].data["id"])
        assert one[-1].event == "answer"
    assert len({one[0].data["id"] for one in got}) == 50
    kept = live.client.get(path).json()["messages"]
    assert {one["status"] for one in kept} == {"done"}
    assert {one["id"] for one in kept} == {one[0].data["id"] for one in got}
