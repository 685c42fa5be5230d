"""Where and how questions are asked, and where they are answered."""

import pytest

from assistant.errors import StorageError

from .conftest import Open
from .desk import Desk
from .fake import ANN, BOT, ROBOT, dm_of, refused
from .reading import Said, Source, button_ids, everything, sources, statements

TIN = "At how many degrees does tin melt?"
MELTS = Said("Tin melts at 232 degrees Celsius.", (1,))


class TestPlaces:
    def test_a_mention_is_answered_in_its_thread(self, desk: Desk) -> None:
        asked = desk.slack.mention(TIN, channel=desk.channel())
        replies = desk.answered(asked)
        assert MELTS in statements(replies)
        assert sources(replies)[0] == Source(
            1,
            "Tin and its alloys",
            "https://metals.example/tin#:~:text=Tin%20melts%20at%20232%20degrees%20Celsius.",
            "Metal Monthly, 2024-06-15",
            "Tin melts at 232 degrees Celsius.",
        )
        assert {one.thread_ts for one in replies} == {asked.ts}
        assert {"vote_up", "vote_down", "need_human"} <= set(button_ids(replies[0]))
        assert "232" in replies[0].text

    def test_a_direct_message_is_answered_in_its_thread(self, desk: Desk) -> None:
        asked = desk.slack.dm(TIN, desk.slack.user())
        replies = desk.answered(asked)
        assert MELTS in statements(replies)
        assert {one.thread_ts for one in replies} == {asked.ts}

    def test_a_mention_within_a_thread_is_answered_there(self, desk: Desk) -> None:
        parent = desk.slack.say("We talked of alloys.", channel=desk.channel())
        asked = desk.slack.mention(TIN, channel=parent.channel, thread_ts=parent.ts)
        assert {one.thread_ts for one in desk.answered(asked)} == {parent.ts}

    def test_the_bot_goes_on_in_its_threads_without_a_mention(self, desk: Desk) -> None:
        first = desk.slack.mention("Which metals are in solder?", channel=desk.channel())
        desk.answered(first)
        desk.slack.reply(first, TIN)
        replies = desk.answered(first, 2)
        assert MELTS in statements(replies[-1:])

    def test_threads_of_others_are_left_alone(self, desk: Desk) -> None:
        parent = desk.slack.say(TIN, channel=desk.channel())
        other = desk.slack.reply(parent, "Who knows?")
        assert desk.said(parent, other) == []

    def test_a_thread_is_one_conversation(self, desk: Desk) -> None:
        asked = desk.slack.mention("How long is the Danube?", channel=desk.channel())
        desk.answered(asked)
        desk.slack.reply(asked, "Where does it rise?")
        replies = desk.answered(asked, 2)
        assert "Read as: Where does the Danube rise?" in everything(replies[-1:])
        other = desk.slack.mention("Where does it rise?", channel=asked.channel)
        assert "Read as" not in everything(desk.answered(other))
        titles = [one.title for one in desk.chat.list()[0]]
        assert titles.count("How long is the Danube?") == 1

    @pytest.mark.parametrize("text", ["", "   ", "<@U0BOT>", "help"])
    def test_an_empty_mention_gets_help(self, desk: Desk, text: str) -> None:
        asked = desk.slack.mention(text, channel=desk.channel())
        replies = desk.replied(asked)
        assert "/ask" in everything(replies)
        assert "vote_up" not in button_ids(replies[0])

    def test_marks_of_slack_are_read_as_text(self, desk: Desk) -> None:
        desk.gate.asked.clear()
        asked = desk.slack.mention(
            f"*At how many* degrees does &lt;tin&gt; melt, <@{ANN}>? <https://x.example/a|see>", channel=desk.channel()
        )
        desk.answered(asked)
        assert "&lt;" not in desk.gate.asked[0]
        assert BOT not in desk.gate.asked[0]


class TestCommand:
    def test_only_the_asker_sees_the_answer(self, desk: Desk) -> None:
        user, channel = desk.slack.user(), desk.channel()
        shown = desk.shown(desk.slack.slash(TIN, user, channel))
        assert MELTS in statements([shown])
        assert {"share", "keep"} <= set(button_ids(shown))
        assert list(desk.slack.workspace.shown(channel)) == []

    def test_shared_it_is_seen_by_all(self, desk: Desk) -> None:
        user, channel = desk.slack.user(), desk.channel()
        shown = desk.shown(desk.slack.slash(TIN, user, channel))
        desk.slack.press(shown, "share", user, times=2)
        desk.until(lambda: list(desk.slack.workspace.shown(channel)), "shared answer")
        desk.idle()
        (message,) = desk.slack.workspace.shown(channel)
        assert MELTS in statements([message])
        assert {"share", "keep"}.isdisjoint(button_ids(message))

    def test_kept_it_is_sent_to_the_asker(self, desk: Desk) -> None:
        user, channel = desk.slack.user(), desk.channel()
        shown = desk.shown(desk.slack.slash(TIN, user, channel))
        desk.slack.press(shown, "keep", user)
        (kept,) = desk.until(lambda: list(desk.slack.workspace.shown(dm_of(user))), "kept answer")
        assert MELTS in statements([kept])
        assert list(desk.slack.workspace.shown(channel)) == []

    def test_it_works_where_the_bot_is_no_member(self, desk: Desk) -> None:
        user, channel = desk.slack.user(), desk.slack.channel(joined=False)
        assert MELTS in statements([desk.shown(desk.slack.slash(TIN, user, channel))])

    def test_what_cannot_be_shared_is_told_and_can_be_shared_later(self, desk: Desk) -> None:
        user, channel = desk.slack.user(), desk.slack.channel(joined=False)
        shown = desk.shown(desk.slack.slash(TIN, user, channel))
        desk.slack.press(shown, "share", user)
        told = desk.until(lambda: [one for one in desk.slack.private(user) if one.ts != shown.ts], "reason")
        assert f"/invite <@{BOT}>" in told[0].text
        desk.idle()
        desk.slack.join(channel)
        desk.slack.press(shown, "share", user)
        desk.until(lambda: list(desk.slack.workspace.shown(channel)), "shared answer")
        desk.idle()
        (message,) = desk.slack.workspace.shown(channel)
        assert MELTS in statements([message])
        assert len(desk.slack.private(user)) == 2

    def test_what_slack_does_not_let_it_keep_is_told(self, desk: Desk) -> None:
        user, channel = desk.slack.user(), desk.channel()
        shown = desk.shown(desk.slack.slash(TIN, user, channel))
        desk.slack.faults.add("conversations.open", refused("user_disabled"))
        desk.slack.press(shown, "keep", user)
        told = desk.until(lambda: [one for one in desk.slack.private(user) if one.ts != shown.ts], "reason")
        assert "user_disabled" in told[0].text
        desk.slack.press(shown, "keep", user)
        desk.until(lambda: list(desk.slack.workspace.shown(dm_of(user))), "kept answer")

    def test_an_empty_command_gets_help(self, desk: Desk) -> None:
        user = desk.slack.user()
        command = desk.slack.slash(" ", user, desk.channel())
        desk.slack.acknowledged(command.delivery)
        told = command.delivery.attempts[0].response
        text = told["text"] if isinstance(told, dict) else everything(desk.until(lambda: desk.slack.private(user)))
        assert "/ask" in text


class TestAgent:
    def test_opening_the_conversation_suggests_prompts(self, desk: Desk) -> None:
        user = desk.slack.user()
        desk.slack.open_home(user)
        desk.until(lambda: dm_of(user) in desk.slack.workspace.prompts, "prompts")
        prompts = desk.slack.workspace.prompts[dm_of(user)]
        assert 1 <= len(prompts["prompts"]) <= 4
        asked = desk.slack.dm(prompts["prompts"][0]["message"], user)
        assert statements(desk.answered(asked))

    def test_the_home_tab_suggests_nothing(self, desk: Desk) -> None:
        user = desk.slack.user()
        delivery = desk.slack.open_home(user, "home")
        assert delivery is not None
        desk.idle()
        assert dm_of(user) not in desk.slack.workspace.prompts

    def test_a_status_is_shown_while_it_answers_and_cleared(self, desk: Desk) -> None:
        user = desk.slack.user()
        with desk.gate_shut():
            asked = desk.slack.dm(TIN, user)
            shown = desk.until(lambda: desk.slack.workspace.status(asked.channel, asked.ts), "status")
            assert TIN not in shown
        desk.answered(asked)
        desk.idle()
        assert desk.slack.workspace.status(asked.channel, asked.ts) == ""


class TestIgnored:
    @pytest.mark.parametrize("subtype", ["channel_join", "bot_message", "channel_topic", "reminder_add"])
    def test_what_is_no_question_of_a_user(self, desk: Desk, subtype: str) -> None:
        user = desk.slack.user()
        assert desk.said(desk.slack.say(TIN, user, dm_of(user), subtype=subtype)) == []

    def test_a_file_beside_a_question_and_a_broadcast_reply_are_no_reason(self, desk: Desk) -> None:
        user = desk.slack.user()
        asked = desk.slack.say(TIN, user, dm_of(user), subtype="file_share", files=[])
        desk.answered(asked)
        desk.slack.say("How long is the Danube?", user, dm_of(user), asked.ts, subtype="thread_broadcast")
        desk.answered(asked, 2)
        desk.idle()
        assert len(desk.answers(asked)) == 2

    def test_bots(self, desk: Desk) -> None:
        channel = desk.channel()
        robot = desk.slack.say(f"<@{BOT}> {TIN}", ROBOT, channel, bot_id="B0OTHER")
        desk.slack.event({**robot.deliveries[0].payload["event"], "type": "app_mention"})
        assert desk.said(robot) == []

    def test_edits_and_deletes(self, desk: Desk) -> None:
        asked = desk.slack.dm(TIN, desk.slack.user())
        desk.answered(asked)
        desk.slack.edit(asked, "How long is the Danube?")
        desk.idle()
        assert len(desk.answers(asked)) == 1
        other = desk.slack.mention(TIN, channel=desk.channel())
        desk.answered(other)
        desk.slack.delete(other)
        desk.idle()
        assert len(desk.answers(other)) == 1

    def test_its_own_messages(self, desk: Desk) -> None:
        asked = desk.slack.dm("How long is the Danube?", desk.slack.user())
        desk.answered(asked)
        desk.idle()
        own = [
            one
            for one in desk.slack.deliveries
            if one.payload.get("event", {}).get("channel") == asked.channel and one.payload["event"].get("bot_id")
        ]
        assert own
        assert all(one.acknowledged for one in own)
        assert len(desk.answers(asked)) == 1


class TestLimits:
    def test_guests_are_refused(self, desk: Desk) -> None:
        guest = desk.slack.user(restricted=True)
        asked = desk.slack.dm(TIN, guest)
        assert "guest" in everything(desk.replied(asked)).lower()
        assert desk.answers(asked) == []

    def test_guests_may_be_let_in(self, open_desk: Open) -> None:
        desk = open_desk(guests=True)
        assert desk.answered(desk.slack.dm(TIN, desk.slack.user(restricted=True)))

    def test_only_allowed_channels_are_answered(self, open_desk: Open) -> None:
        desk = open_desk(channels=("C0GENERAL",))
        assert desk.answered(desk.slack.mention(TIN))
        asked = desk.slack.mention(TIN, channel=desk.channel())
        desk.idle()
        assert desk.answers(asked) == []

    def test_a_channel_has_its_own_articles(self, open_desk: Open) -> None:
        desk = open_desk(filters={"C0GENERAL": {"publisher": ["River Review"]}, "C0RESEARCH": {"as_of": "2024-04-01"}})
        for channel in ("C0GENERAL", "C0RESEARCH"):
            replies = desk.answered(desk.slack.mention(TIN, channel=channel))
            assert sources(replies)
            assert "Tin and its alloys" not in [one.title for one in sources(replies)]
        assert MELTS in statements(desk.answered(desk.slack.dm(TIN)))

    def test_an_error_is_said_in_the_thread(self, desk: Desk) -> None:
        desk.gate.fail = StorageError("the data folder cannot be read: run `assistant doctor`")
        try:
            asked = desk.slack.mention(TIN, channel=desk.channel())
            replies = desk.replied(asked)
        finally:
            desk.gate.fail = None
        assert "assistant doctor" in everything(replies)
        desk.until(lambda: not desk.slack.workspace.status(asked.channel, asked.ts), "end of the status")
        assert desk.answered(desk.slack.mention(TIN, channel=asked.channel))

    def test_a_question_that_is_too_long(self, desk: Desk) -> None:
        asked = desk.slack.dm("tin " * 1001, desk.slack.user())
        assert "4,000" in everything(desk.replied(asked))

    def test_nobody_is_called_by_what_articles_or_questions_hold(self, desk: Desk) -> None:
        asked = desk.slack.mention("Is gallium costly, channel? <!channel>", channel=desk.channel())
        replies = desk.answered(asked)
        assert "<!channel> <@U0ANN> @here & all: gallium is costly." in [one.quote for one in sources(replies)]
        shown = "\n".join(desk.texts(replies))
        assert [one for one in ("<!", "<@", "@here", "@channel") if one in shown] == []
