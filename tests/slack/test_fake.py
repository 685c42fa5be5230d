"""The fake Slack keeps Slack's word towards the real clients of slack_sdk and slack_bolt."""

import urllib.error
import urllib.request
from http.client import RemoteDisconnected
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from .calls import actions, button, error_of, section
from .fake import (
    ANN,
    BEN,
    BOT,
    BOT_ID,
    BOT_TOKEN,
    CLOSED,
    GENERAL,
    GUEST,
    TEAM,
    FakeSlack,
    Fault,
    dm_of,
    dropped,
    lost,
    rate_limited,
    refused,
    server_error,
    slow,
)


@pytest.fixture
def client(slack: FakeSlack) -> WebClient:
    return WebClient(BOT_TOKEN, slack.url, retry_handlers=[])


class TestPosting:
    def test_a_message_is_posted_and_read_back_with_its_metadata(self, slack: FakeSlack, client: WebClient) -> None:
        metadata = {"event_type": "post", "event_payload": {"id": "7"}}
        ts = client.chat_postMessage(channel=GENERAL, text="a < b", blocks=[section("x")], metadata=metadata)["ts"]
        page = client.conversations_replies(channel=GENERAL, ts=ts, include_all_metadata=True)
        assert page["messages"] == [
            {
                "type": "message",
                "user": BOT,
                "text": "a < b",
                "ts": ts,
                "team": TEAM,
                "bot_id": BOT_ID,
                "app_id": "A0APP",
                "bot_profile": {"id": BOT_ID, "app_id": "A0APP"},
                "blocks": [section("x")],
                "metadata": metadata,
            }
        ]
        without = client.conversations_replies(channel=GENERAL, ts=ts)["messages"][0]
        assert "metadata" not in without
        assert slack.called("chat.postMessage")[0].given["text"] == "a < b"

    def test_a_thread_is_read_page_by_page(self, slack: FakeSlack, client: WebClient) -> None:
        asked = slack.say("parent")
        made = [client.chat_postMessage(channel=GENERAL, thread_ts=asked.ts, text=str(n))["ts"] for n in range(5)]
        # Each step of the iteration changes the response itself.
        pages = [
            ([one["ts"] for one in page["messages"]], page["has_more"])
            for page in client.conversations_replies(channel=GENERAL, ts=asked.ts, limit=2)
        ]
        assert pages == [([asked.ts, made[0]], True), (made[1:3], True), (made[3:], False)]

    def test_a_reply_is_no_thread(self, slack: FakeSlack, client: WebClient) -> None:
        asked = slack.say("parent")
        reply = client.chat_postMessage(channel=GENERAL, thread_ts=asked.ts, text="reply")["ts"]
        post = client.chat_postMessage
        assert error_of(lambda: post(channel=GENERAL, thread_ts=reply, text="x")) == "cannot_reply_to_message"
        assert error_of(lambda: post(channel=GENERAL, thread_ts="1.2", text="x")) == "thread_not_found"

    def test_an_update_replaces_text_and_blocks(self, slack: FakeSlack, client: WebClient) -> None:
        ts = client.chat_postMessage(channel=GENERAL, text="one", blocks=[section("1")])["ts"]
        client.chat_update(channel=GENERAL, ts=ts, text="two")
        message = slack.workspace.message(GENERAL, ts)
        assert (message.text, message.blocks, message.versions) == ("two", (), 1)
        asked = slack.say("of a user")
        update = client.chat_update
        assert error_of(lambda: update(channel=GENERAL, ts=asked.ts, text="x")) == "cant_update_message"
        assert error_of(lambda: update(channel=GENERAL, ts=ts, text="x" * 4001)) == "msg_too_long"

    def test_an_ephemeral_message_is_seen_by_one_user(self, slack: FakeSlack, client: WebClient) -> None:
        client.chat_postEphemeral(channel=GENERAL, user=ANN, text="psst")
        assert [one.text for one in slack.private(ANN)] == ["psst"]
        assert (slack.private(BEN), list(slack.workspace.shown())) == ([], [])
        post = client.chat_postEphemeral
        assert error_of(lambda: post(channel=dm_of(ANN), user=BEN, text="x")) == "user_not_in_channel"

    @pytest.mark.parametrize(
        ("given", "error"),
        [
            ({"channel": "C0NONE", "text": "x"}, "channel_not_found"),
            ({"channel": CLOSED, "text": "x"}, "not_in_channel"),
            ({"text": "", "blocks": []}, "no_text"),
            ({"text": "x" * 40_001}, "msg_too_long"),
            ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
            ({"markdown_text": "y" * 12_001}, "msg_too_long"),
            ({"text": "x", "blocks": [section("y")] * 51}, "invalid_blocks"),
            ({"text": "x", "blocks": [section("y" * 3_001)]}, "invalid_blocks"),
            ({"text": "x", "blocks": [section("")]}, "invalid_blocks"),
            ({"text": "x", "blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
            ({"text": "x", "blocks": [actions()]}, "invalid_blocks"),
            ({"text": "x", "blocks": [actions(*(button(str(n)) for n in range(26)))]}, "invalid_blocks"),
            ({"text": "x", "blocks": [actions(button("a"), button("a"))]}, "invalid_blocks"),
            ({"text": "x", "blocks": [actions(button("a", value="v" * 2_001))]}, "invalid_blocks"),
            ({"text": "x", "blocks": [actions(button("a" * 76))]}, "invalid_blocks"),
            ({"text": "x", "blocks": [section("y" * 3_000)] * 5}, "msg_blocks_too_long"),
            ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
            ({"text": "x", "metadata": {"event_type": "a", "event_payload": {"a": "b" * 8_000}}}, "metadata_too_large"),
        ],
    )
    @pytest.mark.filterwarnings("ignore:The top-level `text` argument:UserWarning")
    def test_what_slack_refuses(self, client: WebClient, given: dict[str, Any], error: str) -> None:
        assert error_of(lambda: client.chat_postMessage(**{"channel": GENERAL, **given})) == error

    def test_the_longest_message_is_taken(self, client: WebClient) -> None:
        assert client.chat_postMessage(channel=GENERAL, text="x" * 40_000, blocks=[section("y" * 264)] * 50)["ok"]


class TestStreaming:
    def test_a_stream_grows_and_ends_in_blocks(self, slack: FakeSlack, client: WebClient) -> None:
        asked = slack.mention("so?", pair=False)
        stream = client.chat_stream(
            channel=GENERAL, thread_ts=asked.ts, recipient_team_id=TEAM, recipient_user_id=ANN, buffer_size=1
        )
        stream.append(markdown_text="**one** ")
        stream.append(markdown_text="two")
        growing = slack.replies(asked)[0]
        assert (growing.text, growing.streaming) == ("**one** two", True)
        update = client.chat_update
        assert error_of(lambda: update(channel=GENERAL, ts=growing.ts, text="x")) == "streaming_state_conflict"
        stream.stop(blocks=[section("end")], metadata={"event_type": "a", "event_payload": {"id": "1"}})
        ended = slack.replies(asked)[0]
        assert (ended.appended, ended.streaming, ended.blocks) == (("**one** ", "two"), False, (section("end"),))
        append = client.chat_appendStream
        again = error_of(lambda: append(channel=GENERAL, ts=ended.ts, markdown_text="x"))
        assert again == "message_not_in_streaming_state"

    def test_a_channel_needs_to_know_for_whom(self, slack: FakeSlack, client: WebClient) -> None:
        asked, start = slack.say("parent"), client.chat_startStream
        at: dict[str, Any] = {"channel": GENERAL, "thread_ts": asked.ts}
        assert error_of(lambda: start(**at)) == "missing_recipient_user_id"
        assert error_of(lambda: start(**at, recipient_user_id=ANN)) == "missing_recipient_team_id"
        assert start(**at, recipient_user_id=ANN, recipient_team_id=TEAM)["ok"]
        dm = slack.dm("hello")
        assert start(channel=dm.channel, thread_ts=dm.ts)["ok"]

    def test_a_call_takes_12000_characters(self, slack: FakeSlack, client: WebClient) -> None:
        dm = slack.dm("hello")
        ts = client.chat_startStream(channel=dm.channel, thread_ts=dm.ts)["ts"]
        append = client.chat_appendStream
        assert append(channel=dm.channel, ts=ts, markdown_text="x" * 12_000)["ok"]
        assert error_of(lambda: append(channel=dm.channel, ts=ts, markdown_text="x" * 12_001)) == "msg_too_long"

    def test_a_workspace_without_streams(self, slack: FakeSlack, client: WebClient) -> None:
        slack.without_streams()
        dm = slack.dm("hello")
        assert error_of(lambda: client.chat_startStream(channel=dm.channel, thread_ts=dm.ts)) == "unknown_method"


class TestReading:
    def test_who_the_bot_is(self, client: WebClient) -> None:
        told = client.auth_test()
        assert (told["user_id"], told["bot_id"], told["team_id"]) == (BOT, BOT_ID, TEAM)
        assert told.headers["X-OAuth-Scopes"] == "chat:write"

    def test_users_and_channels(self, client: WebClient) -> None:
        assert client.users_info(user=GUEST)["user"]["is_restricted"] is True
        assert client.users_info(user=ANN)["user"]["is_restricted"] is False
        assert error_of(lambda: client.users_info(user="U0NONE")) == "user_not_found"
        assert client.conversations_info(channel=dm_of(ANN))["channel"]["is_im"] is True
        assert client.conversations_open(users=BEN)["channel"]["id"] == dm_of(BEN)

    def test_history_leaves_replies_out(self, slack: FakeSlack, client: WebClient) -> None:
        asked = slack.say("parent")
        slack.reply(asked, "reply")
        assert [one["text"] for one in client.conversations_history(channel=GENERAL)["messages"]] == ["parent"]

    def test_a_thread_from_some_time_on(self, slack: FakeSlack, client: WebClient) -> None:
        asked = slack.say("parent")
        ts = [client.chat_postMessage(channel=GENERAL, thread_ts=asked.ts, text=str(n))["ts"] for n in range(3)]
        read = client.conversations_replies
        assert [one["ts"] for one in read(channel=GENERAL, ts=asked.ts, oldest=ts[1])["messages"]] == [asked.ts, ts[2]]
        page = read(channel=GENERAL, ts=asked.ts, oldest=ts[1], inclusive=True)
        assert [one["ts"] for one in page["messages"]] == [asked.ts, *ts[1:]]

    def test_tokens_and_scopes(self, slack: FakeSlack) -> None:
        assert error_of(WebClient("xoxb-other", slack.url).auth_test) == "invalid_auth"
        assert error_of(lambda: WebClient(None, slack.url).auth_test()) == "not_authed"
        with FakeSlack(scopes=["chat:write", "channels:history"]) as narrow:
            client = WebClient(BOT_TOKEN, narrow.url)
            ts = client.chat_postMessage(channel=GENERAL, text="x")["ts"]
            assert client.conversations_replies(channel=GENERAL, ts=ts)["ok"]
            with pytest.raises(SlackApiError) as caught:
                client.users_info(user=ANN)
            assert (caught.value.response["error"], caught.value.response["needed"]) == ("missing_scope", "users:read")
            dm = narrow.dm("x")
            assert error_of(lambda: client.conversations_replies(channel=dm.channel, ts=dm.ts)) == "missing_scope"


class TestSurfaces:
    def test_a_reply_clears_the_status(self, slack: FakeSlack, client: WebClient) -> None:
        asked = slack.mention("so?")
        client.assistant_threads_setStatus(channel_id=GENERAL, thread_ts=asked.ts, status="is reading")
        assert slack.workspace.status(GENERAL, asked.ts) == "is reading"
        client.chat_postMessage(channel=GENERAL, thread_ts=asked.ts, text="x")
        assert slack.workspace.status(GENERAL, asked.ts) == ""

    def test_prompts_of_an_agent_belong_to_the_channel(self, slack: FakeSlack, client: WebClient) -> None:
        prompts = [{"title": "a", "message": "b"}]
        asked, suggest = slack.dm("x"), client.assistant_threads_setSuggestedPrompts
        suggest(channel_id=asked.channel, thread_ts=asked.ts, prompts=prompts)
        assert slack.workspace.prompts == {}
        suggest(channel_id=asked.channel, prompts=prompts, title="Try")
        assert slack.workspace.prompts == {asked.channel: {"title": "Try", "prompts": prompts}}
        assert error_of(lambda: suggest(channel_id=asked.channel, prompts=prompts * 5)) == "invalid_arguments"

    def test_a_trigger_opens_one_view(self, slack: FakeSlack, client: WebClient) -> None:
        view = {"type": "modal", "title": {"type": "plain_text", "text": "Why?"}, "blocks": [section("x")]}
        trigger = slack.slash("x").delivery.payload["trigger_id"]
        assert client.views_open(trigger_id=trigger, view=view)["view"]["id"] == slack.workspace.views[0]["id"]
        assert error_of(lambda: client.views_open(trigger_id=trigger, view=view)) == "exchanged_trigger_id"
        assert error_of(lambda: client.views_open(trigger_id="1", view=view)) == "invalid_trigger_id"
        slack.server.web.triggers._given[trigger] -= 4
        slack.server.web.triggers._used.clear()
        assert error_of(lambda: client.views_open(trigger_id=trigger, view=view)) == "expired_trigger_id"
        view["title"] = {"type": "plain_text", "text": "x" * 25}
        trigger = slack.slash("x").delivery.payload["trigger_id"]
        assert error_of(lambda: client.views_open(trigger_id=trigger, view=view)) == "invalid_arguments"

    def test_reactions(self, slack: FakeSlack, client: WebClient) -> None:
        asked = slack.say("x")
        client.reactions_add(channel=GENERAL, name="eyes", timestamp=asked.ts)
        assert slack.workspace.reactions == [(GENERAL, asked.ts, "eyes")]

    def test_a_response_url_answers_five_times(self, slack: FakeSlack) -> None:
        hook = WebhookClient(slack.slash("x").delivery.payload["response_url"])
        assert hook.send(text="private").status_code == 200
        assert hook.send(text="shared", response_type="in_channel").body == "ok"
        assert [one.text for one in slack.private(ANN)] == ["private"]
        assert [one.text for one in slack.workspace.shown(GENERAL)] == ["shared"]
        assert [hook.send(text="x").status_code for _ in range(4)] == [200, 200, 200, 404]

    def test_a_button_replaces_or_removes_its_message(self, slack: FakeSlack, client: WebClient) -> None:
        client.chat_postEphemeral(channel=GENERAL, user=ANN, text="x", blocks=[actions(button("keep", value="7"))])
        payload = slack.press(slack.private()[0], "keep")[0].payload
        assert (payload["actions"][0]["value"], "message" in payload) == ("7", False)
        hook = WebhookClient(payload["response_url"])
        hook.send(text="kept", replace_original=True)
        assert [one.text for one in slack.private()] == ["kept"]
        hook.send(delete_original=True)
        assert slack.private() == []
        with pytest.raises(AssertionError, match="no button 'share'"):
            slack.press(slack.say("x").message, "share")


class TestFaults:
    @pytest.mark.parametrize(
        ("fault", "posted"), [(lost(), 1), (dropped(), 0)], ids=["after the post", "before the post"]
    )
    def test_a_connection_is_closed(self, slack: FakeSlack, client: WebClient, fault: Fault, posted: int) -> None:
        slack.faults.add("chat.postMessage", fault)
        with pytest.raises((RemoteDisconnected, ConnectionError, urllib.error.URLError)):
            client.chat_postMessage(channel=GENERAL, text="x")
        assert len(list(slack.workspace.shown(GENERAL))) == posted
        assert client.chat_postMessage(channel=GENERAL, text="y")["ok"]

    def test_too_many_calls(self, slack: FakeSlack, client: WebClient) -> None:
        slack.faults.add("chat.postMessage", rate_limited(7))
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=GENERAL, text="x")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "7"
        assert list(slack.workspace.shown(GENERAL)) == []

    def test_a_server_fails_before_or_after(self, slack: FakeSlack, client: WebClient) -> None:
        for performed in (False, True):
            slack.faults.add("chat.postMessage", server_error(503, performed=performed))
            with pytest.raises(SlackApiError) as caught:
                client.chat_postMessage(channel=GENERAL, text=str(performed))
            assert caught.value.response.status_code == 503
        assert [one.text for one in slack.workspace.shown(GENERAL)] == ["True"]

    def test_faults_come_in_order_for_the_calls_that_they_are_for(self, slack: FakeSlack, client: WebClient) -> None:
        slack.faults.add("chat.postMessage", refused("fatal_error"), when=lambda given: given["text"] == "b")
        slack.faults.add("chat.postMessage", slow(0.0), times=2)
        post = client.chat_postMessage
        assert [post(channel=GENERAL, text=text)["ok"] for text in "ac"] == [True, True]
        assert error_of(lambda: post(channel=GENERAL, text="b")) == "fatal_error"
        assert post(channel=GENERAL, text="b")["ok"]

    def test_a_timeout(self, slack: FakeSlack) -> None:
        slack.faults.add("chat.postMessage", slow(1.5))
        client = WebClient(BOT_TOKEN, slack.url, timeout=1, retry_handlers=[])
        with pytest.raises(TimeoutError):
            client.chat_postMessage(channel=GENERAL, text="x")
        assert len(list(slack.workspace.shown(GENERAL))) == 1


def test_waiting_ends_at_its_deadline(slack: FakeSlack) -> None:
    with pytest.raises(AssertionError, match=r"within 0.1 s there was no reply; last calls: none"):
        slack.until(lambda: False, 0.1, "reply")


def test_an_unknown_response_url(slack: FakeSlack) -> None:
    assert WebhookClient(slack.server.response_url("none")).send(text="x").body == "expired_url"
