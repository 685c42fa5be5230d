"""Tests of `assistant.catalog.slack`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from assistant.catalog import Catalog, SlackAsk, SlackStore
from assistant.errors import StorageError
from assistant.types import Answer, Feedback, Receipt, Vote

ASK = SlackAsk("T1", "C1", "1.1", "1.1", "U1", "mention", "How does tin melt?")


@pytest.fixture
def store(catalog: Catalog) -> SlackStore:
    return SlackStore.beside(catalog.conversations)


def keep(catalog: Catalog, answer_id: str) -> None:
    """Keep an answer with this id."""
    receipt = Receipt(corpus="c", embedding_model="m", reader="r")
    catalog.conversations.keep(
        Answer(id=answer_id, question="q", standalone_question="q", status="abstained", confidence=0.0, receipt=receipt)
    )


def payload(said: str) -> dict[str, object]:
    return {"text": said, "blocks": []}


class TestAsks:
    def test_an_ask_is_kept_as_it_is(self, store: SlackStore) -> None:
        full = replace(ASK, response_url="https://x", answer_id="a", target="D1")
        assert store.take(full)
        assert store.ask(full.id) == full
        assert store.open_asks() == (full,)

    def test_what_is_said_once_is_taken_once(self, store: SlackStore) -> None:
        assert store.take(ASK, "Ev1")
        assert not store.take(replace(ASK, id="other"), "Ev1")
        assert not store.take(replace(ASK, id="other"), "Ev2")
        assert not store.take(replace(ASK, id="other"))
        assert [one.id for one in store.open_asks()] == [ASK.id]

    def test_an_event_counts_even_if_it_seems_to_tell_of_something_else(self, store: SlackStore) -> None:
        assert store.take(ASK, "Ev1")
        assert not store.take(replace(ASK, id="other", message_ts="2.2"), "Ev1")

    @pytest.mark.parametrize(
        "other",
        [
            replace(ASK, id="other", team="T2"),
            replace(ASK, id="other", channel="C2"),
            replace(ASK, id="other", message_ts="2.2"),
        ],
    )
    def test_another_place_or_time_is_another_ask(self, store: SlackStore, other: SlackAsk) -> None:
        store.take(ASK, "Ev1")
        assert store.take(other, "Ev2")
        assert len(store.open_asks()) == 2

    def test_they_are_open_until_their_end_in_the_order_in_which_they_came(self, store: SlackStore) -> None:
        asks = [replace(ASK, id=str(n), message_ts=f"{9 - n}.0") for n in range(5)]
        for one in asks:
            store.take(one)
        store.answering("1", "m1", 2)
        store.plan("2", [payload("x")], "a2")
        store.end("3", "done")
        store.end("4", "failed")
        left = store.open_asks()
        assert [(one.id, one.state) for one in left] == [("0", "received"), ("1", "answering"), ("2", "posting")]
        assert (left[1].message_id, left[1].attempt, left[2].answer_id) == ("m1", 2, "a2")
        assert store.ask("5") is None

    def test_the_ask_of_an_answer_is_the_one_that_got_it(self, store: SlackStore) -> None:
        store.take(replace(ASK, id="share", kind="share", message_ts="share:a", answer_id="a"))
        assert store.asked_with("a") is None
        store.take(ASK)
        store.plan(ASK.id, [payload("x")], "a")
        found = store.asked_with("a")
        assert found is not None
        assert found.id == ASK.id

    def test_what_is_forgotten_can_be_taken_again(self, store: SlackStore) -> None:
        store.take(ASK)
        store.plan(ASK.id, [payload("x")], "a")
        store.forget(ASK.id)
        assert (store.ask(ASK.id), store.posts(ASK.id)) == (None, ())
        assert store.take(replace(ASK, id="other"))

    def test_keys_of_events_are_forgotten_after_days(self, store: SlackStore, catalog: Catalog) -> None:
        store.take(ASK, "Ev1")
        store.forget_events()
        assert not store.take(replace(ASK, id="o", message_ts="2.2"), "Ev1")
        old = (datetime.now(UTC) - timedelta(days=8)).isoformat(timespec="microseconds")
        with catalog._engine.begin() as connection:
            connection.execute(text("UPDATE slack_events SET created = :old"), {"old": old})
        store.forget_events()
        assert store.take(replace(ASK, id="o", message_ts="2.2"), "Ev1")

    def test_the_response_url_is_not_shown(self) -> None:
        assert "secret" not in repr(replace(ASK, response_url="https://hooks/secret"))


class TestThreads:
    def test_a_thread_has_one_conversation_and_forgets_a_deleted_one(self, store: SlackStore, catalog: Catalog) -> None:
        first, second = (catalog.conversations.create().id for _ in range(2))
        assert store.thread("T1", "C1", "1.1") is None
        store.bind("T1", "C1", "1.1", first)
        store.bind("T1", "C1", "1.1", second)
        assert store.thread("T1", "C1", "1.1") == second
        assert store.thread("T2", "C1", "1.1") is None
        catalog.conversations.delete(second)
        assert store.thread("T1", "C1", "1.1") is None

    def test_the_bot_takes_part_from_the_first_ask_on_unless_that_failed(
        self, store: SlackStore, catalog: Catalog
    ) -> None:
        assert not store.takes_part("T1", "C1", "1.1")
        store.take(ASK)
        assert store.takes_part("T1", "C1", "1.1")
        assert not store.takes_part("T1", "C1", "9.9")
        store.end(ASK.id, "failed")
        assert not store.takes_part("T1", "C1", "1.1")
        store.bind("T1", "C1", "1.1", catalog.conversations.create().id)
        assert store.takes_part("T1", "C1", "1.1")


class TestPosts:
    def test_planned_posts_are_kept_in_order_and_the_first_plan_stands(self, store: SlackStore) -> None:
        store.take(ASK)
        store.plan(ASK.id, [payload("one"), payload("“two” 稀土")], "a")
        first, second = store.posts(ASK.id)
        assert (first.state, first.payload, second.payload, second.ordinal) == (
            "planned",
            payload("one"),
            payload("“two” 稀土"),
            1,
        )
        store.plan(ASK.id, [payload("other")])
        assert store.posts(ASK.id) == (first, second)

    def test_a_post_may_have_been_made_once_it_was_tried(self, store: SlackStore) -> None:
        store.take(ASK)
        store.plan(ASK.id, [payload("one")])
        (post,) = store.posts(ASK.id)
        store.sending(post.id)
        assert store.posts(ASK.id)[0].state == "sending"
        store.sent(post.id, "5.5")
        assert (store.posts(ASK.id)[0].state, store.posts(ASK.id)[0].ts) == ("sent", "5.5")

    def test_a_live_post_is_planned_as_one_that_may_have_been_made(self, store: SlackStore) -> None:
        store.take(ASK)
        live = store.go_live(ASK.id)
        assert store.go_live(ASK.id) == live
        store.shown(live.id, "7.7")
        store.plan(ASK.id, [payload("whole"), payload("rest")])
        first, second = store.posts(ASK.id)
        assert (first.id, first.state, first.ts, first.payload) == (live.id, "sending", "7.7", payload("whole"))
        assert (second.state, second.ts) == ("planned", None)

    def test_the_messages_of_a_channel_are_known(self, store: SlackStore) -> None:
        asks = (
            ASK,
            replace(ASK, id="keep", kind="keep", message_ts="keep:a", target="D1"),
            replace(ASK, id="o", channel="C2"),
        )
        for number, ask in enumerate(asks):
            store.take(ask)
            store.plan(ask.id, [payload("x"), payload("y")])
            store.sent(store.posts(ask.id)[0].id, f"{number}.5")
        assert store.known_messages("C1") == {"0.5"}
        assert store.known_messages("D1") == {"1.5"}


class TestVotes:
    def test_the_last_vote_of_each_user_counts(self, store: SlackStore, catalog: Catalog) -> None:
        keep(catalog, "a")
        moment = datetime(2025, 1, 1, tzinfo=UTC)
        cast: list[tuple[str, Vote, str | None]] = [
            ("U1", "up", None),
            ("U2", "down", "wrong"),
            ("U1", "down", "other"),
        ]
        for n, (user, vote, reason) in enumerate(cast):
            created = moment + timedelta(minutes=n)
            store.vote("T1", user, Feedback(answer_id="a", vote=vote, reason=reason, created=created))
        assert {user: (one.vote, one.reason) for user, one in store.votes("a").items()} == {
            "U1": ("down", "other"),
            "U2": ("down", "wrong"),
        }

    def test_there_is_none_on_an_answer_that_is_not_there(self, store: SlackStore) -> None:
        with pytest.raises(StorageError):
            store.vote("T1", "U1", Feedback(answer_id="nope", vote="up", created=datetime.now(UTC)))


@settings(max_examples=12)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=40))
def test_however_events_and_messages_are_paired_each_message_is_asked_at_most_once(
    tmp_path_factory: pytest.TempPathFactory, deliveries: list[tuple[int, int]]
) -> None:
    opened = Catalog(tmp_path_factory.mktemp("c") / "catalog.sqlite")
    try:
        store = SlackStore.beside(opened.conversations)
        events: set[int] = set()
        messages: set[int] = set()
        for event, message in deliveries:
            new = store.take(SlackAsk("T1", "C1", "1.0", f"{message}.0", "U1", "thread", "q"), f"Ev{event}")
            assert new == (event not in events and message not in messages)
            messages |= {message} if event not in events else set()
            events.add(event)
        assert {one.message_ts for one in store.open_asks()} == {f"{one}.0" for one in messages}
    finally:
        opened.close()


def test_a_catalog_that_cannot_be_written_is_told(store: SlackStore, catalog: Catalog) -> None:
    with catalog._engine.begin() as connection:
        connection.execute(text("DROP TABLE slack_asks"))
    calls: tuple[Callable[[], object], ...] = (lambda: store.take(ASK), store.open_asks)
    for call in calls:
        with pytest.raises(StorageError, match="no such table"):
            call()
