"""Votes, the dialog behind a vote down, calling a human, and follow-up questions."""

import threading

import pytest

from assistant.types import Feedback

from .conftest import Open
from .desk import OWNER, Desk, Manner
from .fake import ANN, BEN, Message, dropped, rate_limited
from .reading import button_ids, statements
from .test_asking import TIN


def answered(desk: Desk, question: str = TIN) -> Message:
    """Return the message with the buttons of a new answer in a new channel."""
    replies = desk.answered(desk.slack.mention(question, channel=desk.channel()))
    return next(one for one in replies if "vote_up" in button_ids(one))


def reason(reason: str | None, words: str | None) -> dict[str, dict[str, object]]:
    """Return the values of the dialog as Slack submits them."""
    option = {"text": {"type": "plain_text", "text": "x"}, "value": reason} if reason else None
    return {
        "reason": {"reason": {"type": "radio_buttons", "selected_option": option}},
        "text": {"text": {"type": "plain_text_input", "value": words}},
    }


class TestVotes:
    def test_the_last_vote_of_a_user_counts(self, desk: Desk) -> None:
        message = answered(desk)
        answer = desk.given([message])
        desk.slack.press(message, "vote_up")
        desk.until(lambda: desk.votes(answer.id) == {ANN: "up"}, "vote")
        desk.slack.press(message, "vote_down")
        desk.until(lambda: desk.votes(answer.id) == {ANN: "down"}, "second vote")
        desk.slack.press(message, "vote_up", BEN)
        desk.until(lambda: desk.votes(answer.id) == {ANN: "down", BEN: "up"}, "vote of another user")
        assert desk.judged(answer.id) == "up"

    def test_a_vote_delivered_four_times_is_one(self, desk: Desk) -> None:
        message = answered(desk)
        presses = desk.slack.press(message, "vote_up", times=4)
        desk.slack.acknowledged(*presses)
        answer = desk.given([message])
        desk.until(lambda: desk.votes(answer.id), "vote")
        desk.idle()
        assert desk.reasons(answer.id) == [("up", None, None)]

    def test_a_vote_down_asks_why(self, desk: Desk) -> None:
        message = answered(desk)
        answer = desk.given([message])
        views = len(desk.slack.workspace.views)
        desk.slack.press(message, "vote_down")
        desk.until(lambda: len(desk.slack.workspace.views) > views, "dialog")
        submission = desk.slack.submit_view(desk.slack.workspace.views[-1], reason("wrong", "It is 231.9 degrees."))
        desk.slack.acknowledged(submission)
        desk.idle()
        assert desk.reasons(answer.id) == [("down", "wrong", "It is 231.9 degrees.")]

    def test_the_dialog_opens_while_the_vote_is_written_and_its_reason_stays(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        message = answered(desk)
        answer = desk.given([message])
        views, written, write = len(desk.slack.workspace.views), threading.Event(), desk.bot.store.vote

        def slowly(team: str, user: str, feedback: Feedback) -> None:
            if feedback.reason is None:
                assert written.wait(20)
            write(team, user, feedback)

        monkeypatch.setattr(desk.bot.store, "vote", slowly)
        desk.slack.press(message, "vote_down")
        desk.until(lambda: len(desk.slack.workspace.views) > views, "dialog")
        submission = desk.slack.submit_view(desk.slack.workspace.views[-1], reason("wrong", "It is 231.9 degrees."))
        written.set()
        desk.slack.acknowledged(submission)
        desk.idle()
        assert desk.reasons(answer.id) == [("down", "wrong", "It is 231.9 degrees.")]

    def test_a_dialog_that_cannot_be_opened_loses_no_vote(self, desk: Desk) -> None:
        message = answered(desk)
        answer = desk.given([message])
        desk.slack.faults.add("views.open", dropped())
        desk.slack.press(message, "vote_down")
        desk.idle()
        assert desk.votes(answer.id) == {ANN: "down"}
        desk.slack.faults.clear()

    def test_a_reason_that_is_left_empty(self, desk: Desk) -> None:
        message = answered(desk)
        answer = desk.given([message])
        views = len(desk.slack.workspace.views)
        desk.slack.press(message, "vote_down")
        desk.until(lambda: len(desk.slack.workspace.views) > views, "dialog")
        desk.slack.acknowledged(desk.slack.submit_view(desk.slack.workspace.views[-1], reason(None, None)))
        desk.idle()
        assert desk.reasons(answer.id) == [("down", None, None)]


class TestHuman:
    def test_the_owner_is_called_in_the_thread_once(self, desk: Desk) -> None:
        message = answered(desk)
        desk.slack.press(message, "need_human", times=3)
        calling = f"<@{OWNER}>"
        replies = desk.until(
            lambda: [one for one in desk.thread(message) if calling in "\n".join(desk.texts([one]))],
            "call of the owner",
        )
        desk.idle()
        assert len(replies) == 1
        again = [one for one in desk.thread(message) if calling in "\n".join(desk.texts([one]))]
        assert len(again) == 1
        assert again[0].thread_ts == message.thread_ts
        assert f"<@{ANN}>" in "\n".join(desk.texts(again))


class TestFollowUps:
    def test_a_follow_up_is_asked_in_the_thread(self, open_desk: Open) -> None:
        desk = open_desk(manner=Manner(suggest=True), suggesting=60.0)
        message = answered(desk, "How long is the Danube?")
        buttons = [one for one in button_ids(message) if one.startswith("follow_up:")]
        assert buttons
        before = len([one for one in desk.thread(message) if "vote_up" in button_ids(one)])
        desk.slack.press(message, buttons[0], times=2)
        desk.until(
            lambda: len([one for one in desk.thread(message) if "vote_up" in button_ids(one)]) > before, "second answer"
        )
        desk.idle()
        answers = [one for one in desk.thread(message) if "vote_up" in button_ids(one)]
        assert len(answers) == before + 1
        assert statements(answers[-1:])
        assert desk.given(answers[-1:]).question == "What are the three largest tributaries of the Danube?"

    def test_a_press_in_a_busy_channel(self, desk: Desk) -> None:
        message = answered(desk)
        desk.slack.faults.add("chat.postEphemeral", rate_limited(1))
        (press,) = desk.slack.press(message, "vote_up")
        desk.slack.acknowledged(press)
        desk.slack.faults.clear()
        answer = desk.given([message])
        desk.until(lambda: desk.votes(answer.id), "vote")
        desk.idle()
        assert desk.reasons(answer.id) == [("up", None, None)]
