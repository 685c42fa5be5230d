"""Tests of `assistant.chat.runs`."""

import threading
from datetime import UTC, datetime

import pytest

from assistant.catalog import StoredMessage
from assistant.chat import Began, Ended, Run
from assistant.chat.runs import UNKNOWN_END, told_again
from assistant.events import Answered, Retrieved, Stated
from assistant.pipeline import Assistant
from assistant.types import Message, MessageStatus, Statement

MESSAGE = Message(
    id="m",
    conversation_id="c",
    created=datetime(2025, 5, 27, tzinfo=UTC),
    question="Why?",
    standalone_question="Why?",
    status="running",
)
STATED = Stated(statement=Statement(text="So.", markers=(1,)), citations=())


def ended(status: MessageStatus = "done") -> Ended:
    return Ended(message=MESSAGE.model_copy(update={"status": status}))


def numbers(run: Run, after: int = 0) -> list[int]:
    return [number for number, _ in run.events(after)]


def test_events_are_numbered_from_one_and_the_last_is_the_end() -> None:
    run = Run(MESSAGE)
    assert (run.last, run.ended, run.since()) == (1, None, [(1, Began(message=MESSAGE))])
    run.emit(Retrieved(hits=()))
    run.emit(STATED)
    number = run.claim()
    assert number == 4
    run.end(number, ended())
    assert (run.ended, run.result()) == (ended(), ended())
    assert list(run.events(2)) == run.since(2) == [(3, STATED), (4, ended())]
    assert numbers(run) == [1, 2, 3, 4]
    assert numbers(run, after=4) == numbers(run, after=9) == []


def test_one_alone_may_end_it_and_nothing_comes_after() -> None:
    run = Run(MESSAGE)
    claims = [run.claim() for _ in range(3)]
    assert claims == [2, None, None]
    run.emit(STATED)
    assert run.last == 1
    run.end(2, ended("stopped"))
    run.emit(STATED)
    assert numbers(run) == [1, 2]


def test_claims_of_many_threads() -> None:
    run = Run(MESSAGE)
    start, claims = threading.Barrier(8), []

    def claim() -> None:
        start.wait()
        claims.append(run.claim())

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(claims, key=str) == [2, *[None] * 7]


def test_readers_are_told_of_each_event_and_may_come_late() -> None:
    run = Run(MESSAGE)
    told: list[int] = []
    got: list[list[int]] = []
    readers = [threading.Thread(target=lambda: got.append(numbers(run))) for _ in range(3)]
    for one in readers:
        one.start()
    with run.reading(lambda: told.append(run.last)):
        run.emit(Retrieved(hits=()))
        run.emit(STATED)
    run.emit(STATED)
    assert told == [2, 3]
    run.end(run.claim() or 0, ended())
    for one in readers:
        one.join(60)
    assert got == [[1, 2, 3, 4, 5]] * 3


def test_a_run_is_abandoned_when_its_last_reader_has_left_for_long() -> None:
    gone: list[Run] = []
    over = threading.Event()

    def abandoned(one: Run) -> None:
        gone.append(one)
        over.set()

    run = Run(MESSAGE, 0.05, abandoned)
    with run.reading(), run.reading():
        pass
    assert over.wait(60)
    assert gone == [run]


def test_a_run_is_not_abandoned_while_it_is_read_or_was_never_read_or_has_ended() -> None:
    gone: list[Run] = []
    unread = Run(MESSAGE, 0.01, gone.append)
    read, back, finished = (Run(MESSAGE, 0.01, gone.append) for _ in range(3))
    with back.reading():
        pass
    with back.reading(), read.reading():
        with read.reading():
            pass
        finished.end(finished.claim() or 0, ended())
        with finished.reading():
            pass
        threading.Event().wait(0.2)
        assert [one for one in (unread, read, finished) if one in gone] == []


def test_an_answered_message_is_told_again_as_it_was_told(assistant: Assistant) -> None:
    live = Run(MESSAGE)
    for event in assistant.stream("What are the three largest tributaries of the Danube?"):
        if isinstance(event, Answered):
            done = MESSAGE.model_copy(update={"status": "done", "answer": event.answer})
            live.end(live.claim() or 0, Ended(message=done))
        else:
            live.emit(event)
    again = told_again(StoredMessage(done, last_event=live.last))
    assert again.since() == live.since()
    assert len(again.since()) > 4


@pytest.mark.parametrize(
    ("status", "last_event", "number"), [("stopped", 5, 5), ("failed", 2, 2), ("failed", None, UNKNOWN_END)]
)
def test_of_an_unanswered_message_the_beginning_and_the_end_are_told(
    status: MessageStatus, last_event: int | None, number: int
) -> None:
    stored = StoredMessage(MESSAGE.model_copy(update={"status": status, "error": "e"}), None, "RunError", last_event)
    run = told_again(stored)
    assert run.since() == [(1, Began(message=MESSAGE)), (number, Ended(message=stored.message, failure="RunError"))]
    assert numbers(run, after=1) == [number]
