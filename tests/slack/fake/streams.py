"""chat.startStream, chat.appendStream and chat.stopStream."""

import json

from .limits import check_blocks, check_markdown, check_metadata
from .posting import thread_of
from .workspace import BOT, JSON, TEAM, Message, Refused, Workspace


def start(slack: Workspace, given: JSON) -> JSON:
    """Begin a message that grows; outside of direct messages it needs to know for whom."""
    channel = slack.joined(given.get("channel"))
    thread_ts = thread_of(slack, channel.id, given.get("thread_ts"))
    if channel.kind == "im" and thread_ts is None:
        raise Refused("invalid_arguments")
    if channel.kind != "im":
        if not given.get("recipient_user_id"):
            raise Refused("missing_recipient_user_id")
        if not given.get("recipient_team_id"):
            raise Refused("missing_recipient_team_id")
        if given["recipient_user_id"] not in slack.users or given["recipient_team_id"] != TEAM:
            raise Refused("user_not_found")
    text = _text(given)
    appended = (text,) if text else ()
    message = Message(channel.id, slack.ts(), BOT, text, thread_ts, streaming=True, appended=appended, arguments=given)
    return {"channel": channel.id, "ts": slack.add(message).ts}


def append(slack: Workspace, given: JSON) -> JSON:
    """Let a streaming message grow."""
    message = _streaming(slack, given)
    text = _text(given)
    if not text:
        raise Refused("no_text")
    slack.change(message, text=message.text + text, appended=(*message.appended, text))
    return {"channel": message.channel, "ts": message.ts}


def stop(slack: Workspace, given: JSON) -> JSON:
    """End a streaming message; blocks stand below what was streamed."""
    message = _streaming(slack, given)
    blocks, metadata = check_blocks(given.get("blocks")), check_metadata(given.get("metadata"))
    text = _text(given)
    message = slack.change(
        message,
        text=message.text + text,
        appended=(*message.appended, text) if text else message.appended,
        streaming=False,
        blocks=blocks,
        metadata=metadata,
        arguments={**message.arguments, **given},
    )
    return {"channel": message.channel, "ts": message.ts, "message": message.json()}


def _streaming(slack: Workspace, given: JSON) -> Message:
    channel = slack.joined(given.get("channel"))
    message = slack.message(channel.id, given.get("ts"))
    if not message.by_bot:
        raise Refused("message_not_owned_by_app")
    if not message.streaming:
        raise Refused("message_not_in_streaming_state")
    return message


def _text(given: JSON) -> str:
    """Return the markdown of a call, be it given as such or in chunks."""
    text = check_markdown(given.get("markdown_text"))
    chunks = given.get("chunks") or []
    for chunk in json.loads(chunks) if isinstance(chunks, str) else chunks:
        if not isinstance(chunk, dict) or chunk.get("type") not in ("markdown_text", "task_update", "plan_update"):
            raise Refused("invalid_chunks")
        text += check_markdown(chunk.get("text"))
    return text
