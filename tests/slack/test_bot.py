"""Tests of `assistant.slack.bot`: what a former process left is finished once; what people do beside asking."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from assistant.catalog import RequestKey, SlackAsk, SlackStore
from assistant.chat import Chat
from assistant.errors import RunError, SettingsError, StorageError
from assistant.pipeline import Assistant
from assistant.slack.bot import Bot
from assistant.slack.options import Options
from assistant.slack.workers import Workers
from tests.chat.gate import Gate

from .fake import ANN, BOT_TOKEN, GENERAL, TEAM, FakeSlack, rate_limited, refused

TIN = "At how many degrees does tin melt?"


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as made:
        yield made


@pytest.fixture
def own(build: Callable[..., Assistant]) -> Assistant:
    return build(threshold=0.0)


class Process:
    """What one process has: a chat and a bot that is not started yet."""

    def __init__(self, assistant: Assistant, slack: FakeSlack, stack: ExitStack) -> None:
        self.chat = stack.enter_context(Chat(assistant, assistant.conversations, patience=0.05))
        self.bot = Bot(self.chat, BOT_TOKEN, Options(suggesting=0.0), api_url=slack.url)
        self.store = self.bot.store


@contextmanager
def process(assistant: Assistant, slack: FakeSlack) -> Iterator[Process]:
    with ExitStack() as stack:
        made = Process(assistant, slack, stack)
        stack.callback(made.bot.stop)
        yield made


def asked(slack: FakeSlack, question: str = TIN) -> SlackAsk:
    ts = slack.mention(question).ts
    return SlackAsk(TEAM, GENERAL, ts, ts, ANN, "mention", question)


def said(slack: FakeSlack, ask: SlackAsk) -> list[str]:
    return [one.text for one in slack.workspace.thread(GENERAL, ask.thread_ts) if one.by_bot]


def finished(slack: FakeSlack, store: SlackStore) -> None:
    slack.until(lambda: not store.open_asks(), 30, "end of all asks")


class TestResuming:
    def test_what_was_only_received_is_answered(self, own: Assistant, slack: FakeSlack) -> None:
        ask = asked(slack)
        with process(own, slack) as former:
            assert former.bot.take(ask, "Ev1")
            assert said(slack, ask) == []
        with process(own, slack) as later:
            later.bot.start()
            assert not later.bot.take(ask, "Ev1")
            finished(slack, later.store)
            assert ["232" in one for one in said(slack, ask)] == [True]
            assert slack.workspace.status(GENERAL, ask.thread_ts) == ""

    def test_what_was_being_answered_is_asked_again_in_its_place(self, own: Assistant, slack: FakeSlack) -> None:
        ask, gate = asked(slack), Gate(own)
        gate.shut()
        with process(own, slack) as former:
            former.bot.start()
            former.bot.take(ask)
            assert gate.reached.acquire(timeout=30)
            slack.until(lambda: former.store.open_asks()[0].state == "answering", 10)
            former.bot.stop()
            conversation = former.store.thread(TEAM, GENERAL, ask.thread_ts) or ""
            slack.until(lambda: former.chat.read(conversation).messages[0].status == "stopped", 30)
            gate.open()
        assert said(slack, ask) == []
        with process(own, slack) as later:
            later.bot.start()
            finished(slack, later.store)
            assert ["232" in one for one in said(slack, ask)] == [True]
            assert [one.status for one in later.chat.read(conversation).messages] == ["done"]
        assert gate.asked.count(TIN) == 2

    def test_what_was_answered_but_not_recorded_here_is_taken_from_the_chat(
        self, own: Assistant, slack: FakeSlack
    ) -> None:
        """The process ended between the answer's keeping and the planning of its posts."""
        ask, gate = asked(slack), Gate(own)
        with process(own, slack) as former:
            former.bot.take(ask)
            conversation = former.chat.create().id
            former.store.bind(TEAM, GENERAL, ask.thread_ts, conversation)
            key = RequestKey("slack/asks", f"{ask.id}:1", ask.id)
            answer = former.chat.send(conversation, TIN, key=key).run.result().message.answer
        with process(own, slack) as later:
            later.bot.start()
            finished(slack, later.store)
            assert answer is not None
            done = later.store.ask(ask.id)
            assert done is not None
            assert (done.state, done.answer_id) == ("done", answer.id)
        assert len(said(slack, ask)) == 1
        assert gate.asked.count(TIN) == 1

    def test_what_was_planned_is_posted_and_not_asked(self, own: Assistant, slack: FakeSlack) -> None:
        ask, gate = asked(slack), Gate(own)
        with process(own, slack) as former:
            former.bot.take(ask)
            former.store.plan(ask.id, [{"text": "one", "blocks": []}, {"text": "two", "blocks": []}])
        with process(own, slack) as later:
            later.bot.start()
            finished(slack, later.store)
        assert said(slack, ask) == ["one", "two"]
        assert gate.asked == []

    def test_one_that_is_interrupted_every_time_is_given_up(self, own: Assistant, slack: FakeSlack) -> None:
        ask = asked(slack)
        with process(own, slack) as former:
            former.bot.take(ask)
            conversation = former.chat.create().id
            former.store.bind(TEAM, GENERAL, ask.thread_ts, conversation)
            gate = Gate(own)
            gate.shut()
            for attempt in (1, 2, 3):
                key = RequestKey("slack/asks", f"{ask.id}:{attempt}", ask.id)
                run = former.chat.send(conversation, TIN, key=key).run
                former.chat.stop(conversation, run.message.id)
            gate.open()
        with process(own, slack) as later:
            later.bot.start()
            finished(slack, later.store)
        assert ["interrupted each time" in one for one in said(slack, ask)] == [True]


class TestTryingAgain:
    @pytest.fixture(autouse=True)
    def _soon(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("assistant.slack.bot.AGAIN", 0.05)

    def test_what_could_not_be_recorded_is_answered_once_it_can_be(
        self, own: Assistant, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        failures = [StorageError("the disk is full: free some space")] * 3
        real = SlackStore.plan

        def plan(self: SlackStore, *args: Any) -> None:
            if failures:
                raise failures.pop()
            real(self, *args)

        monkeypatch.setattr(SlackStore, "plan", plan)
        ask, gate = asked(slack), Gate(own)
        with process(own, slack) as made:
            made.bot.start()
            made.bot.take(ask)
            finished(slack, made.store)
        assert ["232" in one for one in said(slack, ask)] == [True]
        assert (failures, gate.asked.count(TIN)) == ([], 1)

    def test_a_token_that_works_again(self, own: Assistant, slack: FakeSlack) -> None:
        ask = asked(slack)
        slack.faults.add("chat.postMessage", refused("account_inactive"), times=3)
        with process(own, slack) as made:
            made.bot.start()
            made.bot.take(ask)
            finished(slack, made.store)
        assert len(said(slack, ask)) == 1


class TestStopping:
    def test_it_stops_soon_while_slack_wants_it_to_wait(self, own: Assistant, slack: FakeSlack) -> None:
        ask = asked(slack)
        slack.faults.add("chat.postMessage", rate_limited(600))
        with process(own, slack) as former:
            former.bot.start()
            former.bot.take(ask)
            slack.until(lambda: any(call.method == "chat.postMessage" for call in slack.calls), 30)
        with process(own, slack) as later:
            later.bot.start()
            finished(slack, later.store)
        assert len(said(slack, ask)) == 1


class TestToken:
    def test_one_that_does_not_work_is_told_with_the_place_of_a_better_one(
        self, own: Assistant, slack: FakeSlack
    ) -> None:
        with (
            Chat(own, own.conversations) as chat,
            pytest.raises(SettingsError, match=r"SLACK_BOT_TOKEN does not work \(invalid_auth\).*OAuth & Permissions"),
        ):
            Bot(chat, "xoxb-wrong", api_url=slack.url)

    def test_a_slack_that_is_not_there_is_told(self, own: Assistant) -> None:
        with (
            Chat(own, own.conversations) as chat,
            pytest.raises(RunError, match=r"Slack cannot be reached at http://127\.0\.0\.1:1/"),
        ):
            Bot(chat, BOT_TOKEN, api_url="http://127.0.0.1:1/")


class TestWorkers:
    def test_items_of_a_key_are_handled_in_order_and_others_meanwhile(self) -> None:
        handled: list[str] = []
        first, others = threading.Event(), threading.Event()

        def handle(item: str) -> bool:
            if item == "a1":
                assert first.wait(30)
            handled.append(item)
            if item == "b1":
                others.set()
            return True

        workers = Workers(handle, 2, 60)
        for item in ("a1", "a2", "a3", "b1"):
            workers.submit(item[0], item)
        assert others.wait(30)
        assert handled == ["b1"]
        first.set()
        workers.submit("a", "a4")
        assert workers.stop(30)
        assert handled[1:] == [f"a{n}" for n in range(1, len(handled))]

    def test_what_is_not_done_is_handled_again_and_holds_up_nothing(self) -> None:
        handled: list[str] = []
        done = threading.Event()

        def handle(item: str) -> bool:
            handled.append(item)
            if handled.count("a1") == 3:
                done.set()
            return item != "a1" or done.is_set()

        workers = Workers(handle, 1, 0.01)
        for item in ("a1", "a2"):
            workers.submit("a", item)
        assert done.wait(30)
        assert workers.stop(30)
        assert sorted(handled) == ["a1", "a1", "a1", "a2"]
        assert handled[0] == "a1"

    def test_nothing_is_handled_again_once_they_are_stopped(self) -> None:
        handled: list[str] = []
        begun, over = threading.Event(), threading.Event()

        def handle(item: str) -> bool:
            handled.append(item)
            begun.set()
            assert over.wait(30)
            return False

        workers = Workers(handle, 1, 0.01)
        workers.submit("a", "a1")
        assert begun.wait(30)
        assert not workers.stop(0.0)
        over.set()
        assert workers.stop(30)
        assert handled == ["a1"]
