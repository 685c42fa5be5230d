"""Events come more than once, in pairs, late, over connections that break: each question is answered once, soon."""

from statistics import median

import pytest

from .conftest import Open
from .desk import Desk, Dictation, Manner
from .fake import FakeSlack, dm_of
from .reading import statements
from .test_asking import MELTS, TIN

# Seconds that Slack waits. How soon it is on an idle machine says `python -m bench.slack --model-seconds 30`.
LATE = 3.0


class TestOnce:
    def test_an_event_delivered_four_times(self, desk: Desk) -> None:
        asked = desk.slack.mention(TIN, channel=desk.channel(), times=4)
        desk.slack.acknowledged(*asked.deliveries)
        desk.answered(asked)
        desk.idle()
        assert len(desk.answers(asked)) == 1
        assert len(asked.deliveries) == 8

    def test_an_event_delivered_again_once_it_is_answered(self, desk: Desk) -> None:
        asked = desk.slack.dm(TIN, desk.slack.user())
        desk.answered(asked)
        desk.slack.again(asked.deliveries[0])
        desk.until(lambda: len(asked.deliveries[0].attempts) == 2, "second attempt")
        desk.slack.acknowledged(*asked.deliveries)
        desk.idle()
        assert len(desk.answers(asked)) == 1

    @pytest.mark.parametrize("first", ["app_mention", "message"])
    def test_a_mention_that_comes_as_two_events(self, desk: Desk, first: str) -> None:
        asked = desk.slack.mention(TIN, channel=desk.channel(), times=0)
        for payload in asked.payloads if first == "app_mention" else asked.payloads[::-1]:
            desk.slack.acknowledged(desk.slack.send("events_api", payload))
            desk.answered(asked)
        desk.idle()
        assert len(desk.answers(asked)) == 1

    def test_a_mention_in_a_thread_of_the_bot(self, desk: Desk) -> None:
        asked = desk.slack.mention("How long is the Danube?", channel=desk.channel())
        desk.answered(asked)
        desk.slack.mention(TIN, channel=asked.channel, thread_ts=asked.ts)
        desk.answered(asked, 2)
        desk.idle()
        assert len(desk.answers(asked)) == 2

    def test_a_command_delivered_twice(self, desk: Desk) -> None:
        user = desk.slack.user()
        command = desk.slack.slash(TIN, user, desk.channel())
        desk.shown(command)
        desk.slack.again(command.delivery)
        desk.until(lambda: len(command.delivery.attempts) == 2, "second attempt")
        desk.idle()
        assert len([one for one in desk.slack.private(user) if statements([one])]) == 1


class TestSoon:
    def test_twenty_questions_at_once(self, desk: Desk) -> None:
        channels = [desk.channel() for _ in range(20)]
        with desk.gate_shut():
            asked = [desk.slack.mention(TIN, channel=channel) for channel in channels]
            deliveries = [one for each in asked for one in each.deliveries]
            desk.slack.acknowledged(*deliveries)
            assert all(desk.answers(one) == [] for one in asked)
        assert median(one.attempts[0].took for one in deliveries) < LATE
        for one in asked:
            assert MELTS in statements(desk.answered(one, seconds=30))
        assert all(len(desk.answers(one)) == 1 for one in asked)

    def test_buttons_and_commands_while_all_are_busy(self, desk: Desk) -> None:
        asked = desk.slack.dm(TIN, desk.slack.user())
        (message, *_) = desk.answered(asked)
        with desk.gate_shut():
            for _ in range(6):
                desk.slack.dm(TIN, desk.slack.user())
            (vote,) = desk.slack.press(message, "vote_up")
            command = desk.slack.slash(TIN, desk.slack.user())
            desk.slack.acknowledged(vote, command.delivery)
        assert min(vote.attempts[0].took, command.delivery.attempts[0].took) < LATE
        desk.idle()

    def test_a_slow_language_model(self, desk: Desk) -> None:
        # `python -m bench.slack --model-seconds 30` has a model behind a server.
        desk.assistant._writer = Dictation(before=2.0)
        try:
            asked = [desk.slack.dm(TIN, desk.slack.user()) for _ in range(8)]
            desk.slack.acknowledged(*(one.deliveries[0] for one in asked))
            assert all(desk.answers(one) == [] for one in asked)
            assert median(one.deliveries[0].attempts[0].took for one in asked) < LATE
            for one in asked:
                said = statements(desk.answered(one, seconds=60))
                assert [each.text for each in said] == list(Dictation.lines)
        finally:
            desk.assistant._writer = None


class TestConnection:
    @pytest.mark.parametrize("how", ["refresh", "cut"])
    def test_a_question_that_comes_while_it_connects_anew(self, desk: Desk, how: str) -> None:
        opened = desk.slack.sockets.opened
        with desk.gate_shut():
            before = desk.slack.dm(TIN, desk.slack.user())
            desk.slack.acknowledged(*before.deliveries)
            getattr(desk.slack.sockets, how)()
            after = desk.slack.dm(TIN, desk.slack.user())
        assert MELTS in statements(desk.answered(before, seconds=30))
        assert MELTS in statements(desk.answered(after, seconds=30))
        desk.until(lambda: desk.slack.sockets.opened > opened, "new connection", 30)

    def test_what_was_not_acknowledged_is_taken_when_it_comes_again(self, open_desk: Open) -> None:
        slack = FakeSlack(patience=0.3)
        asked = slack.dm(TIN)
        desk = open_desk(slack=slack, manner=Manner(connected=True))
        assert MELTS in statements(desk.answered(asked))
        desk.slack.again(asked.deliveries[0])
        desk.idle()
        assert len(desk.answers(asked)) == 1


def test_an_agent_in_two_workspaces_keeps_them_apart(desk: Desk) -> None:
    """The same channel and time stamp in another team is another question."""
    user = desk.slack.user()
    asked = desk.slack.dm(TIN, user)
    desk.answered(asked)
    delivery = asked.deliveries[0]
    payload = {**delivery.payload, "event_id": "Ev-other", "team_id": "T0OTHER"}
    payload["event"] = {**payload["event"], "team": "T0OTHER"}
    desk.slack.send("events_api", payload)
    desk.until(lambda: len(desk.answers(asked)) == 2, "answer to the other team")
    assert dm_of(user) == asked.channel
