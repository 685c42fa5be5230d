"""`assistant slack` in a process of its own, killed in the middle; and what it says without tokens."""

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli.app import app
from bench.slack import Bot, restarted

from .desk import make_slack
from .fake import FakeSlack

_ROOT = Path(__file__).parents[2]
_COMMAND = (sys.executable, "-m", "tests.cli.program")


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with make_slack() as made:
        yield made


@pytest.fixture
def bot(slack: FakeSlack, articles_folder: Path, tmp_path: Path) -> Iterator[Bot]:
    """The bot over the four articles, answering whatever is asked."""
    home = tmp_path / "home"
    home.mkdir()
    settings = {"ASSISTANT_CORPUS": str(articles_folder), "ASSISTANT_THRESHOLD": "0"}
    with closing(Bot(_COMMAND, slack, home, settings)) as made:
        yield made


def test_each_of_ten_events_is_answered_once_though_the_bot_is_killed(bot: Bot, slack: FakeSlack) -> None:
    """Two of them are acknowledged before the crash and not answered: Slack does not deliver these again."""
    outcome = restarted(bot, slack, events=10, deliveries=4)
    assert outcome.good, outcome
    assert outcome.before < 10
    assert outcome.held == 2
    assert bot.stop() < 10


def test_without_tokens_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.delenv(name, raising=False)
    done = CliRunner().invoke(app, ["slack"])
    assert done.exit_code == 2
    for part in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "api.slack.com/apps", "docs/slack-manifest.yaml", "xapp-"):
        assert part in done.stderr
    one = CliRunner().invoke(app, ["slack"], env={"SLACK_BOT_TOKEN": "xoxb-1"})
    assert one.exit_code == 2
    assert "SLACK_APP_TOKEN is not set" in one.stderr
    assert "xoxb-1" not in one.stderr
