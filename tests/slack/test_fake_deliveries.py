"""The fake Slack's deliveries, over Socket Mode and as signed requests, towards the real clients."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_bolt import Ack, App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from .calls import actions, button, error_of
from .fake import APP_TOKEN, BOT, BOT_ID, BOT_TOKEN, GENERAL, SECRET, FakeSlack


class Listening:
    """A bolt app over Socket Mode that keeps what it hears."""

    def __init__(self, slack: FakeSlack) -> None:
        self.client = WebClient(BOT_TOKEN, slack.url)
        self.heard: list[tuple[str, Any]] = []
        app = App(token=BOT_TOKEN, client=self.client)
        app.event("app_mention")(self.mention)
        app.event("message")(self.message)
        app.event({"type": "message", "subtype": "message_changed"})(self.message)
        app.command("/ask")(self.command)
        app.action("up")(self.action)
        app.view("why")(self.view)
        self.handler = SocketModeHandler(app, APP_TOKEN, ping_interval=0.2)
        self.handler.connect()  # type: ignore[no-untyped-call]

    def mention(self, body: dict[str, Any], request: BoltRequest) -> None:
        self.heard.append(("mention", (body["event_id"], body["event"]["text"], request.headers["x-slack-retry-num"])))

    def message(self, body: dict[str, Any]) -> None:
        self.heard.append(("message", body["event_id"]))

    def command(self, ack: Ack, body: dict[str, Any]) -> None:
        ack("wait")
        self.heard.append(("command", body["text"]))

    def action(self, ack: Ack, body: dict[str, Any]) -> None:
        ack()
        self.heard.append(("action", body["actions"][0]["value"]))

    def view(self, ack: Ack, body: dict[str, Any]) -> None:
        ack()
        self.heard.append(("view", body["view"]["state"]["values"]["b"]["a"]["value"]))


@pytest.fixture(scope="module")
def wired() -> Iterator[FakeSlack]:
    with FakeSlack(patience=0.4) as made:
        yield made


@pytest.fixture(scope="module")
def app(wired: FakeSlack) -> Iterator[Listening]:
    made = Listening(wired)
    wired.connected()
    yield made
    made.handler.close()  # type: ignore[no-untyped-call]


class TestSocketMode:
    @pytest.fixture(autouse=True)
    def _nothing_heard(self, app: Listening) -> None:
        app.heard.clear()

    def test_a_mention_comes_as_a_pair_and_is_acknowledged(self, wired: FakeSlack, app: Listening) -> None:
        asked = wired.mention("so?", times=2)
        wired.acknowledged(*asked.deliveries)
        wired.until(lambda: len(app.heard) == 4)
        ids = {one.payload["event_id"] for one in asked.deliveries}
        assert len(ids) == 2
        mentions = [what for name, what in app.heard if name == "mention"]
        messages = [what for name, what in app.heard if name == "message"]
        assert mentions == [(mentions[0][0], f"<@{BOT}> so?", ["0"])] * 2
        assert ids == {mentions[0][0], messages[0]}
        assert all(one.attempts[0].took < 3 for one in asked.deliveries)

    def test_commands_buttons_and_views(self, wired: FakeSlack, app: Listening) -> None:
        command = wired.slash("question")
        wired.acknowledged(command.delivery)
        assert command.delivery.attempts[0].response == {"text": "wait"}
        ts = app.client.chat_postMessage(channel=GENERAL, text="x", blocks=[actions(button("up", value="9"))])["ts"]
        wired.acknowledged(*wired.press(wired.workspace.message(GENERAL, str(ts)), "up"))
        view = {"type": "modal", "callback_id": "why", "id": "V1"}
        wired.acknowledged(wired.submit_view(view, {"b": {"a": {"type": "plain_text_input", "value": "wrong"}}}))
        wired.until(lambda: {("command", "question"), ("action", "9"), ("view", "wrong")} <= set(app.heard))

    def test_what_is_not_acknowledged_comes_again(self, wired: FakeSlack, app: Listening) -> None:
        asked = wired.mention("so?", pair=False)
        wired.acknowledged(*asked.deliveries)
        wired.again(asked.deliveries[0])
        wired.until(lambda: [what[2] for _, what in app.heard] == [["0"], ["1"]])
        unknown = wired.open_home()
        assert unknown is not None
        wired.until(lambda: len(unknown.attempts) == 4)
        assert [one.reason for one in unknown.attempts] == ["", "timeout", "timeout", "timeout"]

    def test_the_bot_is_told_of_its_own_messages(self, wired: FakeSlack, app: Listening) -> None:
        before = len(wired.deliveries)
        ts = app.client.chat_postMessage(channel=GENERAL, text="x")["ts"]
        app.client.chat_update(channel=GENERAL, ts=ts, text="y")
        told = [one.payload["event"] for one in wired.deliveries[before:]]
        assert [one.get("subtype") for one in told] == [None, "message_changed"]
        assert told[0]["bot_id"] == BOT_ID
        wired.acknowledged(*wired.deliveries[before:])

    @pytest.mark.parametrize("how", ["refresh", "cut"])
    def test_the_client_connects_anew(self, wired: FakeSlack, app: Listening, how: str) -> None:
        opened = wired.sockets.opened
        getattr(wired.sockets, how)()
        asked = wired.mention("still there?", pair=False)
        wired.until(lambda: wired.sockets.opened > opened)
        wired.acknowledged(*asked.deliveries)
        wired.until(lambda: app.heard)
        assert (wired.sockets.opened, app.heard[0][0]) == (opened + 1, "mention")

    def test_a_wrong_token_opens_nothing(self, slack: FakeSlack) -> None:
        client = WebClient(slack.url, slack.url)
        assert error_of(lambda: client.apps_connections_open(app_token="xapp-other")) == "invalid_auth"
        assert error_of(lambda: client.apps_connections_open(app_token=BOT_TOKEN)) == "not_allowed_token_type"

    def test_only_events_that_were_subscribed_to(self) -> None:
        with FakeSlack(events=["app_mention", "message.im"]) as slack:
            assert [one.payload["event"]["type"] for one in slack.mention("x").deliveries] == ["app_mention"]
            assert len(slack.dm("x").deliveries) == 1
            assert slack.open_home() is None


class TestSignedRequests:
    def test_requests_are_signed_and_sent_again(self, slack: FakeSlack) -> None:
        got: list[tuple[dict[str, str], bytes]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                got.append((dict(self.headers.items()), body))
                self.send_response(500 if len(got) == 1 else 200)
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            slack.deliver_to(f"http://127.0.0.1:{server.server_port}/slack/events")
            asked = slack.mention("so?", pair=False)
            slack.acknowledged(*asked.deliveries)
            command = slack.slash("question & more")
            slack.acknowledged(command.delivery)
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
        assert [one.status for one in asked.deliveries[0].attempts] == [500, 200]
        verifier = SignatureVerifier(SECRET)
        assert all(verifier.is_valid_request(body, headers) for headers, body in got)
        assert got[1][0]["X-Slack-Retry-Num"] == "1"
        assert json.loads(got[0][1])["event"]["text"] == f"<@{BOT}> so?"
        assert b"text=question+%26+more" in got[2][1]
