"""Posting: limits, paces, failures and streams; nothing is posted twice, lost, or shown before it is verified."""

from functools import partial
from itertools import pairwise
from typing import Any

from assistant.answering import Outcome
from tests.browser.writing import ScriptedWriter

from .conftest import Open
from .desk import LEDGER, PAGE, Desk, Dictation, Manner, make_slack
from .fake import ANN, BEN, TEAM, Asked, Call, Fault, Message, dropped, lost, rate_limited, refused, server_error
from .reading import button_ids, everything, seen, sources, statements
from .test_asking import MELTS, TIN

_POSTS = ("chat.postMessage", "chat.update", "chat.startStream", "chat.appendStream", "chat.stopStream")


def calls_of(desk: Desk, channel: str, *methods: str) -> list[Call]:
    """Return the calls that concern a channel, failed ones too."""
    return [call for call in desk.slack.calls if call.method in methods and call.given.get("channel") == channel]


def _is_in(channel: str, given: dict[str, Any]) -> bool:
    return bool(given.get("channel") == channel)


FAULTS = {
    "lost": lost(),
    "dropped": dropped(),
    "500 before": server_error(500),
    "503 after": server_error(503, performed=True),
    "429": rate_limited(1),
    "fatal_error": refused("fatal_error"),
}


class TestFailures:
    def ask_each(self, desk: Desk, faults: dict[str, tuple[str, Fault]]) -> dict[str, Asked]:
        """Ask in a channel for each fault, at once; return what was asked when nothing is left to be done."""
        asked = {}
        for name, (method, fault) in faults.items():
            channel = desk.channel()
            desk.slack.faults.add(method, fault, when=partial(_is_in, channel))
            asked[name] = desk.slack.mention(TIN, channel=channel)
        for one in asked.values():
            desk.answered(one, seconds=30)
        desk.idle()
        return asked

    def test_a_post_that_fails(self, desk: Desk) -> None:
        asked = self.ask_each(desk, {name: ("chat.postMessage", fault) for name, fault in FAULTS.items()})
        threads = {name: desk.thread(one) for name, one in asked.items()}
        assert {name: len(thread) for name, thread in threads.items()} == dict.fromkeys(asked, 1)
        assert [name for name, thread in threads.items() if MELTS not in statements(thread)] == []
        statuses = {desk.slack.workspace.status(one.channel, one.ts) for one in asked.values()}
        assert statuses == {""}

    def test_a_stream_that_fails(self, desk: Desk) -> None:
        desk.assistant._writer = Dictation()
        try:
            asked = self.ask_each(
                desk,
                {
                    f"{method}: {name}": (f"chat.{method}", fault)
                    for method in ("startStream", "appendStream", "stopStream")
                    for name, fault in (FAULTS | {"refused": refused("message_not_in_streaming_state")}).items()
                },
            )
        finally:
            desk.assistant._writer = None
        threads = {name: desk.thread(one) for name, one in asked.items()}
        assert {name: len(thread) for name, thread in threads.items()} == dict.fromkeys(asked, 1)
        said = {name: tuple(one.text for one in statements(thread)) for name, thread in threads.items()}
        assert said == dict.fromkeys(asked, Dictation.lines)
        assert [name for name, thread in threads.items() if not sources(thread)] == []

    def test_too_many_requests_are_followed_by_the_wait_that_was_asked_for(self, desk: Desk) -> None:
        channel = desk.channel()
        desk.slack.faults.add("chat.postMessage", rate_limited(2), when=partial(_is_in, channel))
        asked = desk.slack.mention(TIN, channel=channel)
        desk.answered(asked, seconds=20)
        first, second = calls_of(desk, channel, *_POSTS)
        assert second.at - first.at >= 2

    def test_it_looks_through_a_long_thread_before_it_posts_again(self, desk: Desk) -> None:
        channel = desk.channel()
        parent = desk.slack.say("A long talk.", channel=channel)
        for number in range(60):
            desk.slack.workspace.add(Message(channel, desk.slack.workspace.ts(), BEN, str(number), parent.ts))
        desk.slack.faults.add("chat.postMessage", lost(), when=partial(_is_in, channel))
        asked = desk.slack.mention(TIN, channel=channel, thread_ts=parent.ts)
        desk.answered(asked, seconds=20)
        desk.idle()
        assert len(desk.answers(asked)) == 1
        assert calls_of(desk, channel, "conversations.replies")

    def test_a_status_that_cannot_be_set_is_no_reason_to_be_silent(self, desk: Desk) -> None:
        desk.slack.faults.add("assistant.threads.setStatus", refused("missing_scope"), times=float("inf"))
        desk.slack.faults.add("users.info", server_error())
        assert MELTS in statements(desk.answered(desk.slack.mention(TIN, desk.slack.user(), desk.channel())))


class TestPace:
    def test_one_message_a_second_in_a_channel(self, open_desk: Open) -> None:
        desk = open_desk(manner=Manner(paced=True))
        channel = desk.channel()
        for asked in [desk.slack.mention(TIN, channel=channel) for _ in range(3)]:
            desk.answered(asked, seconds=20)
        times = [call.at for call in calls_of(desk, channel, "chat.postMessage")]
        assert len(times) == 3
        # The clocks are those of two threads.
        assert min(after - before for before, after in pairwise(times)) > 0.95

    def test_updates_are_apart(self, open_desk: Open) -> None:
        slack = make_slack()
        slack.without_streams()
        desk = open_desk(slack=slack, manner=Manner(paced=True))
        desk.assistant._writer = Dictation()
        channel = desk.channel()
        replies = desk.answered(desk.slack.mention(TIN, channel=channel), seconds=20)
        assert [one.text for one in statements(replies)] == list(Dictation.lines)
        times = [call.at for call in calls_of(desk, channel, "chat.postMessage", "chat.update") if call.error is None]
        assert len(times) >= 2
        assert min(after - before for before, after in pairwise(times)) > 1.45


class TestLong:
    def test_an_answer_of_20000_characters(self, desk: Desk) -> None:
        asked = desk.slack.mention(f"What does the {LEDGER} say?", channel=desk.channel())
        desk.answered(asked, seconds=30)
        desk.idle()
        replies = desk.slack.replies(asked)
        answer = desk.given(replies)
        assert sum(len(one.text) for one in answer.statements) > 20_000
        shown = everything(replies)
        for one in answer.statements:
            assert shown.count(seen(one.text)) == 2, "once as a statement, once as its source's quote"
        quotes = sources(replies)
        assert [one.marker for one in quotes] == [one.marker for one in answer.citations]
        assert [one.quote for one in quotes] == [seen(one.quote) for one in answer.citations]
        assert sum("vote_up" in button_ids(one) for one in replies) == 1
        assert f"{PAGE}/a/{answer.id}" in "\n".join(desk.texts(replies))
        assert {one.thread_ts for one in replies} == {asked.ts}

    def test_an_ephemeral_answer_of_20000_characters(self, desk: Desk) -> None:
        user = desk.slack.user()
        desk.shown(desk.slack.slash(f"What does the {LEDGER} say?", user, desk.channel()), seconds=30)
        desk.idle()
        shown = desk.slack.private(user)
        answer = desk.given(shown)
        assert [one.marker for one in sources(shown)] == [one.marker for one in answer.citations]


class TestStreams:
    def test_statements_are_streamed_as_they_are_verified(self, desk: Desk, writer: ScriptedWriter) -> None:
        writer.lines = [("Tin melts at 232 degrees.", [0]), ("That makes it easy to cast.", [0])]
        writer.valve.hold(0)
        channel = desk.channel()
        asked = desk.slack.mention(TIN, channel=channel)
        desk.until(lambda: desk.slack.workspace.status(channel, asked.ts), "status")
        assert desk.thread(asked) == []
        writer.valve.hold(1)
        desk.until(lambda: "Tin melts at 232 degrees." in everything(desk.thread(asked)), "first statement")
        assert "easy to cast" not in everything(desk.thread(asked))
        writer.valve.open()
        (reply,) = desk.answered(asked)
        assert [one.text for one in statements([reply])] == [line for line, _ in writer.lines]
        (start,) = calls_of(desk, channel, "chat.startStream")
        asker = {name: start.given[name] for name in ("recipient_team_id", "recipient_user_id", "thread_ts")}
        assert asker == {"recipient_team_id": TEAM, "recipient_user_id": ANN, "thread_ts": asked.ts}
        assert max(len(text) for text in reply.appended) <= 12_000

    def test_a_workspace_that_refuses_streams_here(self, desk: Desk, writer: ScriptedWriter) -> None:
        desk.slack.without_streams("method_not_supported_for_channel_type")
        writer.lines = [("Tin melts at 232 degrees.", [0]), ("That makes it easy to cast.", [0])]
        writer.valve.hold(1)
        asked = desk.slack.mention(TIN, channel=desk.channel())
        desk.until(lambda: "Tin melts at 232 degrees." in everything(desk.thread(asked)), "first statement")
        writer.valve.open()
        assert [one.text for one in statements(desk.answered(asked))] == [line for line, _ in writer.lines]

    def test_what_a_model_wrote_and_then_broke_off_is_replaced(self, desk: Desk, writer: ScriptedWriter) -> None:
        writer.lines = [("Tin melts at 232 degrees and is cheap.", [0])]
        writer.outcome = Outcome(fallback="The language model broke off.")
        asked = desk.slack.mention(TIN, channel=desk.channel())
        desk.answered(asked)
        desk.idle()
        replies = desk.slack.replies(asked)
        answer = desk.given(replies)
        assert "is cheap" not in everything(replies)
        assert answer.fallback is not None
        assert MELTS in statements(replies)
        assert "broke off" in everything(replies)


class TestManners:
    def test_links_are_not_unfolded_and_names_are_not_linked(self, desk: Desk) -> None:
        channel = desk.channel()
        desk.answered(desk.slack.mention(TIN, channel=channel))
        for call in calls_of(desk, channel, "chat.postMessage"):
            assert call.given["unfurl_links"] is False
            assert call.given["unfurl_media"] is False
            assert not call.given.get("link_names")
            assert call.given.get("parse") in (None, "none")

    def test_the_text_is_a_true_summary(self, desk: Desk) -> None:
        (message, *_) = desk.answered(desk.slack.mention(TIN, channel=desk.channel()))
        assert "Tin melts at 232 degrees Celsius." in seen(message.text)
        assert len(message.text) <= 4_000

    def test_an_abstention_says_so_and_shows_the_nearest_passages(self, open_desk: Open) -> None:
        desk = open_desk(threshold=1.0)
        replies = desk.answered(desk.slack.mention(TIN))
        shown = everything(replies)
        assert "do not say" in shown
        assert "Nearest passages" in shown
        assert statements(replies) == []
