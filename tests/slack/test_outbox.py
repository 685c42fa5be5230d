"""Tests of `assistant.slack.outbox`: whatever happens on the way, each post is there once."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from assistant.catalog import Catalog, SlackAsk, SlackStore, StoredPost
from assistant.errors import Stopped
from assistant.slack.calls import Calls, SlackRefusal
from assistant.slack.outbox import Outbox, metadata_of

from .fake import (
    ANN,
    BOT,
    BOT_TOKEN,
    GENERAL,
    TEAM,
    FakeSlack,
    Fault,
    dropped,
    lost,
    rate_limited,
    refused,
    server_error,
)

PAYLOAD: dict[str, Any] = {
    "text": "Tin.",
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "*Tin.*"}}],
}


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as made:
        yield made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SlackStore]:
    catalog = Catalog(tmp_path / "catalog.sqlite")
    yield SlackStore.beside(catalog.conversations)
    catalog.close()


@pytest.fixture
def calls(slack: FakeSlack) -> Calls:
    return Calls(BOT_TOKEN, slack.url)


@pytest.fixture
def outbox(calls: Calls, store: SlackStore) -> Outbox:
    return Outbox(calls, store, BOT)


@pytest.fixture
def ask(slack: FakeSlack, store: SlackStore) -> SlackAsk:
    ts = slack.mention("How does tin melt?").ts
    made = SlackAsk(TEAM, GENERAL, ts, ts, ANN, "mention", "How does tin melt?")
    store.take(made)
    return made


def planned(store: SlackStore, ask: SlackAsk, count: int = 1) -> StoredPost:
    store.plan(ask.id, [PAYLOAD] * count)
    return store.posts(ask.id)[0]


def said(slack: FakeSlack) -> list[str]:
    return [one.text for one in slack.workspace.shown(GENERAL) if one.by_bot]


def methods(slack: FakeSlack) -> list[str]:
    return [call.method for call in slack.calls]


def test_a_post_bears_its_id_and_no_preview(slack: FakeSlack, store: SlackStore, outbox: Outbox, ask: SlackAsk) -> None:
    post = planned(store, ask)
    ts = outbox.send(ask, post)
    (message,) = (one for one in slack.workspace.shown(GENERAL) if one.by_bot)
    assert (message.ts, message.thread_ts, message.metadata) == (ts, ask.thread_ts, metadata_of(post))
    assert (message.arguments["unfurl_links"], message.arguments["unfurl_media"]) == (False, False)
    assert (store.posts(ask.id)[0].state, store.posts(ask.id)[0].ts) == ("sent", ts)
    assert outbox.send(ask, store.posts(ask.id)[0]) == ts
    assert methods(slack) == ["chat.postMessage"]


@pytest.mark.parametrize(
    ("fault", "tried"), [(lost(), 1), (server_error(performed=True), 1), (dropped(), 2), (server_error(503), 2)]
)
def test_after_an_unclear_failure_it_looks_before_it_posts_again(
    slack: FakeSlack, store: SlackStore, outbox: Outbox, ask: SlackAsk, fault: Fault, tried: int
) -> None:
    slack.faults.add("chat.postMessage", fault)
    outbox.send(ask, planned(store, ask))
    assert said(slack) == ["Tin."]
    assert (
        methods(slack) == ["chat.postMessage", "conversations.replies", "chat.postMessage"][: tried * 2 - (tried - 1)]
    )


def test_what_may_have_been_posted_before_a_crash_is_found_among_many(
    slack: FakeSlack, store: SlackStore, calls: Calls, outbox: Outbox, ask: SlackAsk
) -> None:
    post = planned(store, ask)
    calls.call(
        "chat.postMessage",
        {"channel": GENERAL, "thread_ts": ask.thread_ts, "text": "Tin.", "metadata": metadata_of(post)},
    )
    for n in range(230):
        slack.say(f"noise {n}", thread_ts=ask.thread_ts)
    store.sending(post.id)
    outbox.send(ask, store.posts(ask.id)[0])
    assert said(slack) == ["Tin."]
    assert methods(slack).count("chat.postMessage") == 1


@pytest.mark.parametrize("streaming", [True, False])
def test_a_message_that_was_begun_before_a_crash_becomes_the_post(
    slack: FakeSlack, store: SlackStore, calls: Calls, outbox: Outbox, ask: SlackAsk, streaming: bool
) -> None:
    """It is not recorded where it stands: the process ended before it was told."""
    live = store.go_live(ask.id)
    where = {"channel": GENERAL, "thread_ts": ask.thread_ts}
    if streaming:
        who = {"recipient_user_id": ANN, "recipient_team_id": TEAM}
        calls.call("chat.startStream", where | who | {"markdown_text": "Ti"})
    else:
        calls.call("chat.postMessage", where | {"text": "Ti", "metadata": metadata_of(live, live=True)})
    outbox.send(ask, planned(store, ask))
    (message,) = (one for one in slack.workspace.shown(GENERAL) if one.by_bot)
    assert (message.text, list(message.blocks), message.streaming) == ("Tin.", PAYLOAD["blocks"], False)
    assert message.metadata == metadata_of(live)


def test_the_wait_that_slack_asks_for_is_kept(
    slack: FakeSlack, store: SlackStore, outbox: Outbox, ask: SlackAsk
) -> None:
    slack.faults.add("chat.postMessage", rate_limited(2))
    outbox.send(ask, planned(store, ask))
    first, second = (call.at for call in slack.calls)
    assert second - first >= 2.0
    assert said(slack) == ["Tin."]


def test_messages_in_a_channel_are_a_second_apart(
    slack: FakeSlack, store: SlackStore, outbox: Outbox, ask: SlackAsk
) -> None:
    planned(store, ask, 3)
    threads = [threading.Thread(target=outbox.send, args=(ask, post)) for post in store.posts(ask.id)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    times = [call.at for call in slack.called("chat.postMessage")]
    assert len(times) == 3
    assert all(later - sooner >= 1.0 for sooner, later in pairwise(times))


def test_blocks_that_slack_does_not_take_are_left_out(
    slack: FakeSlack, store: SlackStore, outbox: Outbox, ask: SlackAsk
) -> None:
    store.plan(ask.id, [{"text": "Tin.", "blocks": [{"type": "nonsense"}]}])
    outbox.send(ask, store.posts(ask.id)[0])
    assert said(slack) == ["Tin."]


def test_a_message_that_somebody_removed_is_posted_anew(
    slack: FakeSlack, store: SlackStore, outbox: Outbox, ask: SlackAsk
) -> None:
    store.shown(store.go_live(ask.id).id, "1.000001")
    outbox.send(ask, planned(store, ask))
    assert said(slack) == ["Tin."]


def test_a_refusal_is_raised_with_slacks_word(
    slack: FakeSlack, store: SlackStore, outbox: Outbox, ask: SlackAsk
) -> None:
    slack.faults.add("chat.postMessage", refused("is_archived"))
    with pytest.raises(SlackRefusal, match="is_archived") as raised:
        outbox.send(ask, planned(store, ask))
    assert raised.value.code == "is_archived"


def test_it_stops_while_it_waits_and_goes_on_later(
    slack: FakeSlack, store: SlackStore, calls: Calls, outbox: Outbox, ask: SlackAsk
) -> None:
    slack.faults.add("chat.postMessage", rate_limited(600))
    post = planned(store, ask)
    threading.Timer(0.3, calls.stopping.set).start()
    with pytest.raises(Stopped):
        outbox.send(ask, post)
    Outbox(Calls(BOT_TOKEN, slack.url), store, BOT).send(ask, store.posts(ask.id)[0])
    assert said(slack) == ["Tin."]


class TestEphemeral:
    def whisper(self, slack: FakeSlack, store: SlackStore) -> SlackAsk:
        command = slack.slash("q")
        url = command.delivery.payload["response_url"]
        made = SlackAsk(TEAM, GENERAL, "command:t", "command:t", ANN, "command", "q", url)
        store.take(made)
        return made

    def test_it_goes_through_the_response_url(self, slack: FakeSlack, store: SlackStore, outbox: Outbox) -> None:
        ask = self.whisper(slack, store)
        assert outbox.send(ask, planned(store, ask)) is None
        assert [one.text for one in slack.private(ANN)] == ["Tin."]
        assert said(slack) == []
        assert store.posts(ask.id)[0].state == "sent"

    def test_else_into_the_channel_for_its_user(self, slack: FakeSlack, store: SlackStore, outbox: Outbox) -> None:
        ask = self.whisper(slack, store)
        outbox.send(replace(ask, response_url=f"{ask.response_url}x"), planned(store, ask))
        assert [one.text for one in slack.private(ANN)] == ["Tin."]
        assert methods(slack) == ["response_url", "chat.postEphemeral"]
