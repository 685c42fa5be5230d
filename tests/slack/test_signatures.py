"""Requests over HTTP: those that Slack signed just now are answered, all others are refused before they are read."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import uvicorn
from fastapi.testclient import TestClient

from assistant.api import create_app
from assistant.api.app import Mounted
from assistant.api.server import bind, url_of
from assistant.slack.app import build_app
from assistant.slack.http import HttpEdge

from .conftest import Open
from .desk import Desk
from .fake import SECRET, FakeSlack
from .fake.signed import signature, signed_headers
from .reading import button_ids, statements
from .test_asking import MELTS, TIN

PATH = "/slack/events"


@pytest.fixture(scope="module")
def over_http(_shared: Desk) -> Mounted:
    """What `assistant serve` mounts, over the bot of the shared desk."""
    edge = HttpEdge(build_app(_shared.bot, SECRET), SECRET)
    return Mounted(PATH, edge, edge.run)


@pytest.fixture(scope="module")
def client(_shared: Desk, over_http: Mounted) -> Iterator[TestClient]:
    with TestClient(create_app(_shared.chat, [over_http]), raise_server_exceptions=False) as made:
        yield made


def unheard(desk: Desk) -> tuple[bytes, str, str]:
    """Return the body of an event that nobody delivered yet, the channel and the ts of its message."""
    asked = desk.slack.mention(TIN, channel=desk.channel(), times=0)
    return json.dumps(asked.payloads[0]).encode(), asked.channel, asked.ts


def said(desk: Desk, channel: str, ts: str) -> int:
    """Return how many messages of the bot stand in a thread once all is done."""
    desk.idle()
    return sum(one.by_bot for one in desk.slack.workspace.thread(channel, ts))


def test_a_signed_event_is_answered(desk: Desk, client: TestClient) -> None:
    body, channel, ts = unheard(desk)
    response = client.post(PATH, content=body, headers=signed_headers(body))
    assert response.status_code == 200
    assert said(desk, channel, ts) == 1


def test_the_url_is_verified(client: TestClient) -> None:
    body = json.dumps({"token": "x", "challenge": "3eZbrw1aBm2rZgRNFdxV", "type": "url_verification"}).encode()
    response = client.post(PATH, content=body, headers=signed_headers(body))
    assert response.status_code == 200
    assert "3eZbrw1aBm2rZgRNFdxV" in response.text
    assert client.post(PATH, content=body).status_code == 401


def _wrong(body: bytes) -> dict[str, dict[str, str]]:
    good = signed_headers(body)
    return {
        "missing": {"Content-Type": "application/json"},
        "without a time": {k: v for k, v in good.items() if k != "X-Slack-Request-Timestamp"},
        "without a signature": {k: v for k, v in good.items() if k != "X-Slack-Signature"},
        "empty": good | {"X-Slack-Signature": ""},
        "of another secret": signed_headers(body, secret="another"),
        "of another body": good | {"X-Slack-Signature": signed_headers(body + b" ")["X-Slack-Signature"]},
        "of another time": good | {"X-Slack-Request-Timestamp": str(int(good["X-Slack-Request-Timestamp"]) - 1)},
        "of version 1": good | {"X-Slack-Signature": "v1" + good["X-Slack-Signature"][2:]},
        "replayed after 5 minutes": signed_headers(body, age=301),
        "from the future": signed_headers(body, age=-400),
        "no time at all": good | {"X-Slack-Request-Timestamp": "soon"},
    }


def test_what_slack_did_not_sign_is_refused(desk: Desk, client: TestClient) -> None:
    body, channel, ts = unheard(desk)
    told = {
        name: client.post(PATH, content=body, headers=headers).status_code for name, headers in _wrong(body).items()
    }
    assert told == dict.fromkeys(told, 401)
    assert said(desk, channel, ts) == 0
    assert client.post(PATH, content=body, headers=signed_headers(body, age=290)).status_code == 200
    assert said(desk, channel, ts) == 1


def test_a_body_that_was_encoded_anew_is_refused(desk: Desk, client: TestClient) -> None:
    body, channel, ts = unheard(desk)
    headers = signed_headers(body)
    anew = json.dumps(json.loads(body), separators=(",", ":")).encode()
    assert json.loads(anew) == json.loads(body)
    assert client.post(PATH, content=anew, headers=headers).status_code == 401
    form = b"a=1&b=%C3%A9"
    signed = signed_headers(form, "application/x-www-form-urlencoded")
    assert client.post(PATH, content="a=1&b=é".encode(), headers=signed).status_code == 401
    assert said(desk, channel, ts) == 0


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b"payload=%7B", b'{"type":"nonsense"}']
)
def test_signed_nonsense_breaks_nothing(client: TestClient, body: bytes) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        assert client.post(PATH, content=body, headers=signed_headers(body, kind)).status_code < 500


def test_other_methods(client: TestClient) -> None:
    assert client.get(PATH).status_code == 405
    assert client.put(PATH).status_code == 405


def test_signature_of_slacks_own_documents() -> None:
    """The example of docs.slack.dev/authentication/verifying-requests-from-slack."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    told = signature(body, "1531420618", "8f742231b10e8888abcd99yyyzzz85a5")
    assert told == "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


@pytest.fixture
def served(open_desk: Open) -> Iterator[Desk]:
    """A desk whose workspace sends signed requests to a server on loopback."""
    slack = FakeSlack(patience=3.0)
    desk = open_desk(slack=slack)
    edge = HttpEdge(build_app(desk.bot, SECRET), SECRET)
    with closing(bind("127.0.0.1", 0)) as listener:
        app = create_app(desk.chat, [Mounted(PATH, edge, edge.run)])
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=5))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        slack.deliver_to(f"{url_of(listener)}{PATH}")
        yield desk
        server.should_exit = True
        thread.join(30)


def test_all_over_http(served: Desk) -> None:
    asked = served.slack.mention(TIN, times=4)
    user = served.slack.user()
    command = served.slack.slash(TIN, user)
    replies = served.answered(asked)
    shown = served.shown(command)
    served.slack.press(shown, "share", user)
    served.slack.press(replies[0], "vote_down")
    view: dict[str, Any] = served.until(lambda: served.slack.workspace.views, "dialog")[-1]
    served.slack.acknowledged(served.slack.submit_view(view, {}))
    shared = served.until(
        lambda: [one for one in served.slack.workspace.shown("C0GENERAL") if one.by_bot and one.thread_ts is None],
        "shared answer",
    )
    served.idle()
    assert len(served.answers(asked)) == 1
    assert MELTS in statements(shared)
    assert "share" not in button_ids(shared[0])
    assert served.votes(served.given(replies).id) == {"U0ANN": "down"}
    assert all(one.attempts[0].status == 200 for one in served.slack.deliveries)
