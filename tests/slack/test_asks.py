"""Tests of `assistant.slack.asks`."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.catalog import SlackAsk
from assistant.slack.asks import Ignored, ask_of_action, ask_of_command, ask_of_event, is_ts, question_of

BOT = "U0BOT"
URL = "https://hooks.slack.example/r"


def event(**facts: Any) -> dict[str, Any]:
    """An event that mentions the bot in a channel, with these facts in place of its own."""
    told = {"type": "app_mention", "channel": "C1", "user": "U1", "ts": "1.000001", "text": f"<@{BOT}> What melts?"}
    return {"team_id": "T1", "event_id": "Ev1", "event": {**told, **facts}}


def message(**facts: Any) -> dict[str, Any]:
    """A message in a channel that mentions nobody."""
    return event(**{"type": "message", "channel_type": "channel", "text": "What melts?", **facts})


def action(action_id: str, value: str, *, thread: str | None = "1.1", ephemeral: bool = False) -> dict[str, Any]:
    """The press of a button of a message in C1."""
    container = {"message_ts": "2.2", "channel_id": "C1", "is_ephemeral": ephemeral}
    return {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "container": container | ({"thread_ts": thread} if thread else {}),
        "response_url": URL,
        "actions": [{"action_id": action_id, "value": value}],
    }


def taken(asked: SlackAsk | Ignored) -> SlackAsk:
    assert isinstance(asked, SlackAsk), asked
    return asked


def never(*_: str) -> bool:
    return False


def always(*_: str) -> bool:
    return True


class TestEvents:
    def test_a_mention_begins_a_thread(self) -> None:
        asked = taken(ask_of_event(event(), BOT, never))
        assert (asked.kind, asked.question, asked.team, asked.channel, asked.user) == (
            "mention",
            "What melts?",
            "T1",
            "C1",
            "U1",
        )
        assert (asked.thread_ts, asked.message_ts, asked.ephemeral) == ("1.000001", "1.000001", False)

    def test_a_mention_in_a_thread_stays_there(self) -> None:
        assert taken(ask_of_event(event(thread_ts="0.5"), BOT, never)).thread_ts == "0.5"

    def test_both_events_of_a_mention_are_the_same_ask(self) -> None:
        first = taken(ask_of_event(event(), BOT, never))
        second = taken(ask_of_event(message(text=f"<@{BOT}> What melts?"), BOT, never))
        assert (first.kind, first.question, first.message_ts) == (second.kind, second.question, second.message_ts)

    def test_a_direct_message_needs_no_mention(self) -> None:
        asked = taken(ask_of_event(message(channel="D1", channel_type="im"), BOT, never))
        assert (asked.kind, asked.thread_ts, asked.question) == ("direct", "1.000001", "What melts?")

    def test_a_thread_is_looked_up_by_team_channel_and_thread(self) -> None:
        seen: list[tuple[str, ...]] = []

        def takes_part(*place: str) -> bool:
            seen.append(place)
            return True

        asked = taken(ask_of_event(message(thread_ts="0.5"), BOT, takes_part))
        assert (asked.kind, seen) == ("thread", [("T1", "C1", "0.5")])

    def test_an_empty_mention_is_an_ask_without_a_question(self) -> None:
        assert taken(ask_of_event(event(text=f" <@{BOT}> "), BOT, never)).question == ""

    @pytest.mark.parametrize(
        "facts",
        [
            {"subtype": "message_changed"},
            {"subtype": "message_deleted"},
            {"subtype": "channel_join"},
            {"subtype": "bot_message"},
            {"bot_id": "B1"},
            {"hidden": True},
            {"user": BOT},
            {"edited": {"user": "U1"}},
            {"user": None},
            {"ts": "now"},
            {"channel": ""},
            {"thread_ts": "x"},
            {"text": "What melts?"},
            {"type": "reaction_added"},
        ],
    )
    def test_what_asks_nothing_is_ignored_with_the_reason(self, facts: dict[str, Any]) -> None:
        asked = ask_of_event(message(**{"text": f"<@{BOT}> What melts?", **facts}), BOT, always)
        assert isinstance(asked, Ignored)
        assert asked.reason

    @pytest.mark.parametrize("text", ["<@U2> what do you think?", "", "  "])
    def test_in_a_thread_of_the_bot_others_may_be_spoken_to(self, text: str) -> None:
        assert isinstance(ask_of_event(message(thread_ts="0.5", text=text), BOT, always), Ignored)

    def test_a_file_with_a_question_is_a_question(self) -> None:
        assert taken(ask_of_event(event(subtype="file_share"), BOT, never)).question == "What melts?"


class TestQuestions:
    @pytest.mark.parametrize(
        ("text", "question"),
        [
            (f"<@{BOT}>: what melts?", "what melts?"),
            (f"hey <@{BOT}> what melts?", "hey   what melts?"),
            (f"<@{BOT}|assistant> a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
            ("see <https://x.example/a?b=1&amp;c=2|the page>", "see the page"),
            ("see <https://x.example/a?b=1&amp;c=2>", "see https://x.example/a?b=1&c=2"),
            ("<#C1|general> and <!here> and <@U2>", "#general and  and"),
            ("write to <mailto:a@b.example|a@b.example>", "write to a@b.example"),
            ("&amp;lt;", "&lt;"),
            ("<!subteam^S1|@experts> know", "@experts know"),
        ],
    )
    def test_what_slack_writes_is_read_as_text(self, text: str, question: str) -> None:
        assert question_of(text, BOT) == question

    @given(st.text(), st.text())
    def test_the_bots_name_is_never_left(self, before: str, after: str) -> None:
        assert f"<@{BOT}>" not in question_of(f"{before}<@{BOT}>{after}".replace("&", ""), BOT)


class TestCommands:
    FORM = {"team_id": "T1", "channel_id": "C1", "user_id": "U1", "trigger_id": "t", "response_url": URL}  # noqa: RUF012

    def test_a_command_is_answered_to_its_user_alone(self) -> None:
        asked = taken(ask_of_command({**self.FORM, "text": " What melts? "}, BOT))
        assert (asked.kind, asked.question, asked.response_url, asked.ephemeral) == (
            "command",
            "What melts?",
            URL,
            True,
        )
        assert asked.message_ts == asked.thread_ts == "command:t"
        assert not is_ts(asked.thread_ts)

    @pytest.mark.parametrize("name", FORM)
    def test_what_is_missing_makes_it_none(self, name: str) -> None:
        assert isinstance(ask_of_command({**self.FORM, name: ""}, BOT), Ignored)


class TestActions:
    FOLLOW_UP = json.dumps({"answer_id": "a1", "question": "Why?"})

    def origin(self, answer_id: str) -> str | None:
        return {"a1": "command:t"}.get(answer_id)

    def test_a_follow_up_is_asked_in_the_thread_of_its_button(self) -> None:
        asked = taken(ask_of_action(action("follow_up:1", self.FOLLOW_UP), self.origin))
        assert (asked.kind, asked.question, asked.thread_ts, asked.answer_id) == ("follow_up", "Why?", "1.1", None)
        again = taken(ask_of_action({**action("follow_up:1", self.FOLLOW_UP), "user": {"id": "U2"}}, self.origin))
        assert asked.message_ts == again.message_ts

    def test_below_a_message_without_a_thread_one_begins(self) -> None:
        assert taken(ask_of_action(action("follow_up:1", self.FOLLOW_UP, thread=None), self.origin)).thread_ts == "2.2"

    def test_a_follow_up_of_an_ephemeral_answer_is_answered_as_that_was(self) -> None:
        asked = taken(ask_of_action(action("follow_up:1", self.FOLLOW_UP, ephemeral=True), self.origin))
        assert (asked.thread_ts, asked.response_url) == ("command:t", URL)

    @pytest.mark.parametrize(
        ("name", "kind", "key", "thread"),
        [
            ("share", "share", "share:a1", ""),
            ("keep", "keep", "keep:a1:U1", ""),
            ("need_human", "human", "human:a1", "1.1"),
        ],
    )
    def test_what_is_done_with_an_answer_is_done_once(self, name: str, kind: str, key: str, thread: str) -> None:
        asked = taken(ask_of_action(action(name, "a1"), self.origin))
        assert (asked.kind, asked.message_ts, asked.thread_ts, asked.answer_id) == (kind, key, thread, "a1")
        assert (asked.response_url, asked.ephemeral) == (URL, False)

    @pytest.mark.parametrize(
        "pressed",
        [
            action("other", "x"),
            action("share", ""),
            action("follow_up:1", "no JSON"),
            action("follow_up:1", '{"answer_id": 1}'),
            action("follow_up:1", "[" * 5000),
            action("share", "a1", thread="no ts"),
            {"actions": []},
            {},
        ],
    )
    def test_what_asks_nothing_is_ignored(self, pressed: dict[str, Any]) -> None:
        assert isinstance(ask_of_action(pressed, self.origin), Ignored)


_NAMES = st.sampled_from(
    "type subtype channel user ts thread_ts text bot_id edited team_id event actions action_id value container"
    " message_ts is_ephemeral response_url trigger_id channel_id user_id id team message channel_type".split()
)
_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=8),
    st.sampled_from(["message", "app_mention", "1.1", "share", "follow_up:0", f"<@{BOT}>", "im", "C1", "U1"]),
)
_JSON = st.recursive(
    _LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_NAMES, inner)), max_leaves=25
)


@given(st.dictionaries(_NAMES, _JSON), st.booleans())
def test_no_payload_raises(body: dict[str, Any], takes_part: bool) -> None:
    for asked in (
        ask_of_event(body, BOT, lambda *_: takes_part),
        ask_of_command(body, BOT),
        ask_of_action(body, lambda _: None),
    ):
        if isinstance(asked, SlackAsk):
            assert asked.team
            assert asked.channel
            assert asked.user
            assert asked.user != BOT
        else:
            assert asked.reason
