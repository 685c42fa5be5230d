"""docs/slack-manifest.yaml asks for what the bot uses, and for nothing else.

The fake Slack of the other tests gives the bot the scopes and events of the manifest alone.
"""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from .desk import MANIFEST, Desk
from .fake.web_api import scopes_of


@pytest.fixture(scope="module")
def manifest() -> Mapping[str, Any]:
    read: Mapping[str, Any] = yaml.safe_load(MANIFEST.read_text("utf-8"))
    return read


def test_it_subscribes_to_what_the_bot_listens_to(manifest: Mapping[str, Any]) -> None:
    events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    asking = {"app_mention", "message.channels", "message.groups", "message.im"}
    assert asking <= events
    assert {"app_home_opened", "assistant_thread_started"} & events


def test_the_scopes_are_those_of_its_events_commands_and_calls(manifest: Mapping[str, Any], desk: Desk) -> None:
    scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    used = {"commands"}
    for event in manifest["settings"]["event_subscriptions"]["bot_events"]:
        used |= scopes_of(event)
    methods = (
        "chat.postMessage",
        "chat.startStream",
        "conversations.replies",
        "conversations.history",
        "conversations.open",
        "users.info",
        "assistant.threads.setSuggestedPrompts",
    )
    for method in methods:
        used |= desk.slack.server.web.needed(method)
    assert scopes == used


def test_the_surfaces(manifest: Mapping[str, Any]) -> None:
    features, settings = manifest["features"], manifest["settings"]
    assert [one["command"] for one in features["slash_commands"]] == ["/ask"]
    assert features["bot_user"]["display_name"]
    assert "agent_view" in features
    assert features["app_home"]["messages_tab_enabled"] is True
    assert not features["app_home"].get("messages_tab_read_only_enabled")
    assert settings["interactivity"]["is_enabled"] is True
    assert settings["socket_mode_enabled"] is True
    assert settings["org_deploy_enabled"] is False
