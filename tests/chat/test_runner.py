"""Tests of `assistant.chat.runner`; `test_chat` has what becomes of its runs in a conversation."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from assistant.chat.runner import Runner
from assistant.conversation import Standalone
from assistant.errors import StorageError
from assistant.pipeline import Assistant
from assistant.types import Answer, Message, MessageStatus

from .gate import Gate

LENGTH = "How many kilometres is the length of the Danube?"


class Records:
    """Keeps how messages ended."""

    def __init__(self) -> None:
        self.ended: list[tuple[str, MessageStatus, str | None]] = []
        self.fail: StorageError | None = None

    def of(self, message: Message) -> Callable[..., Message]:
        def record(
            status: MessageStatus, _last: int, /, *, answer: Answer | None, failure: str | None, error: str | None
        ) -> Message:
            if self.fail is not None:
                raise self.fail
            self.ended.append((message.id, status, failure))
            return message.model_copy(update={"status": status, "answer": answer, "error": error})

        return record


@pytest.fixture
def given() -> list[Answer]:
    return []


@pytest.fixture
def records() -> Records:
    return Records()


@pytest.fixture
def runner(own: Assistant, gate: Gate, given: list[Answer]) -> Iterator[Runner]:
    made = Runner(own, 1, given.append)
    yield made
    gate.open()
    made.close()


def message(name: str) -> Message:
    return Message(id=name, conversation_id="", created=datetime.now(UTC), question=LENGTH, status="running")


def asked() -> Standalone:
    return Standalone(question=LENGTH)


def test_a_run_is_found_until_it_has_ended(runner: Runner, records: Records, given: list[Answer], gate: Gate) -> None:
    gate.shut()
    first = message("first")
    run = runner.begin(first, asked(), records.of(first), 0.0)
    assert (runner.find("first"), runner.under_way, runner.find("other")) == (run, (run,), None)
    gate.open()
    answer = run.result().message.answer
    assert answer
    assert (runner.find("first"), runner.under_way) == (None, ())
    assert (records.ended, given) == ([("first", "done", None)], [answer])


def test_what_cannot_be_added_leaves_no_run(runner: Runner, records: Records, gate: Gate) -> None:
    def fail() -> None:
        assert runner.find("first")
        raise StorageError("the disk is full: free some")

    first = message("first")
    with pytest.raises(StorageError):
        runner.begin(first, asked(), records.of(first), 0.0, fail)
    assert (runner.under_way, records.ended, gate.asked) == ((), [], [])


def test_those_that_wait_are_stopped_and_the_one_whose_turn_it_is_goes_on(
    runner: Runner, records: Records, given: list[Answer], gate: Gate
) -> None:
    gate.shut()
    messages = [message(name) for name in ("first", "second")]
    first, second = (runner.begin(one, asked(), records.of(one), 0.0) for one in messages)
    assert gate.reached.acquire(timeout=60)
    runner.stop_waiting()
    assert second.result().message.status == "stopped"
    assert first.ended is None
    gate.open()
    assert first.result().message.status == "done"
    assert records.ended == [("second", "stopped", None), ("first", "done", None)]
    assert len(given) == len(gate.asked) == 1
    assert not runner.stop(first)


def test_an_answer_that_was_not_kept_was_not_given(runner: Runner, records: Records, given: list[Answer]) -> None:
    records.fail = StorageError("the disk is full: free some")
    first = message("first")
    ended = runner.begin(first, asked(), records.of(first), 0.0).result()
    assert (ended.failure, ended.message.status, ended.message.answer) == ("StorageError", "failed", None)
    assert (given, runner.under_way) == ([], ())
