"""The payloads that an app receives: events, commands, pressed buttons, submitted views."""

import time

from .workspace import APP, BOT, JSON, TEAM, Channel, Message, User


def event_callback(event: JSON, event_id: str) -> JSON:
    """Return what an event comes in."""
    return {
        "token": "fake",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(time.time()),
        "authorizations": [
            {"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True, "is_enterprise_install": False}
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }


def message_event(message: Message, channel: Channel) -> JSON:
    """Return the event that tells of a user's message."""
    event = message.json() | {"channel": channel.id, "channel_type": channel.kind, "event_ts": message.ts}
    return event | {"client_msg_id": f"c-{message.ts}"}


def mention_event(message: Message) -> JSON:
    """Return the event that tells of a user's message with a mention of the bot."""
    return message.json() | {
        "type": "app_mention",
        "channel": message.channel,
        "event_ts": message.ts,
        "client_msg_id": f"c-{message.ts}",
    }


def changed_event(message: Message, channel: Channel, text: str, ts: str) -> JSON:
    """Return the event that tells of a user's change of a message."""
    after = message.json() | {"text": text, "edited": {"user": message.user, "ts": ts}}
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": channel.id,
        "channel_type": channel.kind,
        "hidden": True,
        "ts": ts,
        "event_ts": ts,
        "message": after,
        "previous_message": message.json(),
    }


def deleted_event(message: Message, channel: Channel, ts: str) -> JSON:
    """Return the event that tells that a message was removed."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "channel": channel.id,
        "channel_type": channel.kind,
        "hidden": True,
        "ts": ts,
        "event_ts": ts,
        "deleted_ts": message.ts,
        "previous_message": message.json(),
    }


def command(text: str, user: User, channel: Channel, trigger: str, response_url: str, name: str = "/ask") -> JSON:
    """Return a slash command."""
    return {
        "token": "fake",
        "team_id": TEAM,
        "team_domain": "fake",
        "channel_id": channel.id,
        "channel_name": channel.name or "directmessage",
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }


def block_actions(
    element: JSON, block_id: str, message: Message, user: User, channel: Channel, trigger: str, response_url: str
) -> JSON:
    """Return the press of a button of a message."""
    action = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block_id,
        "action_ts": f"{time.time():.6f}",
    }
    action |= {name: element[name] for name in ("text", "value", "style", "url") if name in element}
    container = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    payload: JSON = {
        "type": "block_actions",
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": TEAM},
        "api_app_id": APP,
        "token": "fake",
        "container": container | {"is_ephemeral": message.shown_to is not None},
        "trigger_id": trigger,
        "team": {"id": TEAM, "domain": "fake"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": channel.id, "name": channel.name or "directmessage"},
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [action],
    }
    # Of an ephemeral message the app is not told what it shows.
    return payload if message.shown_to is not None else payload | {"message": message.json()}


def view_submission(view: JSON, values: JSON, user: User, trigger: str) -> JSON:
    """Return the submission of a view, `values` by block and action."""
    return {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "fake"},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": TEAM},
        "api_app_id": APP,
        "token": "fake",
        "trigger_id": trigger,
        "view": view | {"state": {"values": values}},
        "response_urls": [],
        "is_enterprise_install": False,
        "enterprise": None,
    }
