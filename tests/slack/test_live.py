"""Tests of `assistant.slack.live`."""

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from assistant.catalog import Catalog, SlackAsk, SlackStore
from assistant.slack.calls import Calls
from assistant.slack.live import MOST, Live, Streams
from assistant.slack.outbox import metadata_of
from assistant.types import Statement

from .fake import ANN, BOT_TOKEN, GENERAL, TEAM, FakeSlack, Fault, Message, dropped, lost, rate_limited, refused

REST: dict[str, Any] = {"text": "t", "blocks": [{"type": "divider"}]}


def statement(n: int, text: str = "Tin melts.") -> Statement:
    return Statement(text=f"{text} {n}", markers=(n,))


SAID = [statement(n) for n in range(1, 5)]


class Stage:
    """A thread with a question in it, and what shows the answer there."""

    def __init__(self, slack: FakeSlack, store: SlackStore) -> None:
        ts = slack.mention("q").ts
        self.slack, self.store = slack, store
        self.ask = SlackAsk(TEAM, GENERAL, ts, ts, ANN, "mention", "q")
        store.take(self.ask)
        self.streams = Streams()
        self.live = Live(Calls(BOT_TOKEN, slack.url), store, self.ask, self.streams)

    def messages(self) -> list[Message]:
        return [one for one in self.slack.workspace.shown(GENERAL) if one.by_bot]

    def finish(self, statements: list[Statement]) -> bool:
        self.store.plan(self.ask.id, [REST])
        return self.live.finish(statements, REST)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    catalog = Catalog(tmp_path / "catalog.sqlite")
    with FakeSlack() as slack:
        yield Stage(slack, SlackStore.beside(catalog.conversations))
    catalog.close()


def test_statements_are_streamed_and_the_rest_stands_below(stage: Stage) -> None:
    stage.live.show(SAID[:1])
    (post,) = stage.store.posts(stage.ask.id)
    (message,) = stage.messages()
    assert (post.state, post.ts, message.streaming) == ("live", message.ts, True)
    assert message.appended == ("Tin melts. 1 \\[1\\]\n\n",)
    assert (message.arguments["recipient_user_id"], message.arguments["recipient_team_id"]) == (ANN, TEAM)
    assert stage.finish(SAID)
    (message,) = stage.messages()
    assert (message.streaming, list(message.blocks)) == (False, REST["blocks"])
    assert "".join(message.appended) == "".join(f"Tin melts. {n} \\[{n}\\]\n\n" for n in range(1, 5))
    assert message.metadata == metadata_of(post)
    assert stage.store.posts(stage.ask.id)[0].state == "sent"


def test_what_comes_too_soon_is_shown_with_what_comes_later(stage: Stage) -> None:
    for count in range(1, 5):
        stage.live.show(SAID[:count])
    assert len(stage.messages()[0].appended) <= 2
    stage.finish(SAID)
    assert "".join(stage.messages()[0].appended).count("Tin melts.") == 4


def test_without_streaming_a_message_is_posted_and_changed_no_more_than_every_one_and_a_half_seconds(
    stage: Stage,
) -> None:
    stage.slack.without_streams()
    end = time.monotonic() + 3.5
    shown = 1
    while time.monotonic() < end:
        stage.live.show(SAID[:shown])
        shown = min(shown + 1, 4)
        time.sleep(0.2)
    (message,) = stage.messages()
    assert "Tin melts. 4" in message.blocks[0]["text"]
    times = [call.at for call in stage.slack.called("chat.postMessage", "chat.update")]
    assert len(times) >= 2
    assert all(later - sooner >= 1.5 for sooner, later in pairwise(times))
    assert not stage.finish(SAID)
    assert not stage.streams.there
    assert stage.store.posts(stage.ask.id)[0].ts == message.ts


@pytest.mark.parametrize("fault", [lost(), dropped(), rate_limited(60), refused("is_archived")])
@pytest.mark.parametrize("method", ["chat.startStream", "chat.stopStream"])
def test_no_failure_is_raised_and_the_recorded_post_is_left_to_be_sent(stage: Stage, method: str, fault: Fault) -> None:
    if (method, fault) == ("chat.stopStream", rate_limited(60)):
        pytest.skip("the end is waited for")
    stage.slack.faults.add(method, fault)
    stage.slack.faults.add("chat.postMessage", refused("is_archived"))
    stage.live.show(SAID[:1])
    assert not stage.finish(SAID)
    assert stage.store.posts(stage.ask.id)[0].state == "sending"


def test_other_statements_than_those_shown_are_not_put_below_them(stage: Stage) -> None:
    stage.live.show(SAID[:2])
    assert not stage.finish([statement(9), *SAID])
    assert stage.messages()[0].streaming


def test_long_statements_go_in_several_calls(stage: Stage) -> None:
    many = [statement(n, "Tin melts at many degrees. " * 100) for n in range(1, 10)]
    stage.live.show(many)
    assert stage.finish(many)
    (message,) = stage.messages()
    assert max(map(len, message.appended)) <= MOST
    assert "".join(message.appended).count("Tin melts at many degrees.") == 900


def test_where_only_one_user_sees_the_answer_nothing_is_shown_before_it_is_whole(stage: Stage) -> None:
    ask = SlackAsk(TEAM, GENERAL, "command:t", "command:t", ANN, "command", "q", "https://x.example")
    live = Live(Calls(BOT_TOKEN, stage.slack.url), stage.store, ask, Streams())
    live.show(SAID)
    assert not live.finish(SAID, REST)
    assert stage.slack.calls == []
