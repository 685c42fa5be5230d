"""Tests of `assistant.cli.slack`; `tests/slack` has what the bot does."""

import re
import signal
from collections.abc import Iterator

import pytest

from tests.slack.fake import APP_TOKEN, BOT_TOKEN, SECRET, FakeSlack

from .conftest import Invoke, Start

QUESTION = "How many directives were issued at the summit?"


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSlack]:
    """A Slack that the settings lead to."""
    with FakeSlack() as made:
        monkeypatch.setenv("ASSISTANT_SLACK_API_URL", made.url)
        monkeypatch.setenv("ASSISTANT_THRESHOLD", "0")
        monkeypatch.setenv("SLACK_BOT_TOKEN", BOT_TOKEN)
        monkeypatch.setenv("SLACK_APP_TOKEN", APP_TOKEN)
        yield made


@pytest.fixture(autouse=True)
def _without(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ((), r"SLACK_BOT_TOKEN and SLACK_APP_TOKEN are not set: .*xoxb-.*xapp-.*connections:write"),
        (("SLACK_BOT_TOKEN",), r"SLACK_APP_TOKEN is not set: .*slack-manifest\.yaml.*xapp-"),
        (("SLACK_APP_TOKEN",), r"SLACK_BOT_TOKEN is not set: .*xoxb-"),
    ],
)
def test_it_says_which_variables_are_missing(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...], missing: str
) -> None:
    for name in given:
        monkeypatch.setenv(name, "secret-value")
    result = invoke("slack")
    assert (result.exit_code, result.stdout) == (2, "")
    assert re.match(f"error: {missing}", " ".join(result.stderr.split()))
    assert "secret-value" not in result.stderr


def test_serve_needs_the_token_that_goes_with_the_secret(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SECRET)
    result = invoke("serve", "--port", "0")
    assert result.exit_code == 2
    assert "SLACK_BOT_TOKEN is not set" in result.stderr


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
@pytest.mark.usefixtures("slack")
def test_a_token_that_does_not_work_is_named(invoke: Invoke, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "xoxb-secret-value")
    result = invoke("slack")
    assert result.exit_code == 2
    assert f"{name} does not work" in result.stderr
    assert "secret-value" not in result.stderr


def test_doctor_lists_the_variables_and_shows_no_secret(invoke: Invoke, slack: FakeSlack) -> None:
    shown = invoke("doctor").stdout
    assert "SLACK_BOT_TOKEN = set" in shown
    assert "SLACK_SIGNING_SECRET = not set" in shown
    assert f"ASSISTANT_SLACK_API_URL = {slack.url}" in shown
    assert BOT_TOKEN not in shown


def test_it_answers_until_it_is_told_to_stop(start: Start, slack: FakeSlack) -> None:
    process = start("slack")
    slack.connected(60)
    asked = slack.mention(QUESTION)
    replies = slack.until(lambda: slack.replies(asked), 60, "answer")
    assert replies[0].text.startswith("Five directives were issued at the summit. [1]")
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, b"")
    assert b"Answering in Slack" in err
    assert b"INFO assistant.slack.app: mention in " in err
    assert b"Traceback" not in err
    for secret in (BOT_TOKEN, APP_TOKEN):
        assert secret.encode() not in err


def test_serve_answers_signed_requests(start: Start, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SECRET)
    process = start("serve", "--port", "0")
    assert process.stderr
    found = next(found for line in process.stderr if (found := re.search(rb"http://[^ ;]+", line)))
    slack.deliver_to(f"{found[0].decode()}/slack/events", patience=10)
    asked = slack.mention(QUESTION)
    replies = slack.until(lambda: slack.replies(asked), 60, "answer")
    assert replies[0].text.startswith("Five directives were issued at the summit. [1]")
    slack.acknowledged(*asked.deliveries)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert SECRET.encode() not in err
