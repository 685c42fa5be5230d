"""chat.postMessage, chat.update, chat.postEphemeral and the posts to a response_url."""

from .limits import UPDATED_TEXT, check_blocks, check_markdown, check_metadata, check_text
from .workspace import BOT, JSON, TEAM, Message, Refused, Workspace


def post_message(slack: Workspace, given: JSON) -> JSON:
    """Post in a channel or a thread."""
    channel = slack.joined(given.get("channel"))
    if "markdown_text" in given and (given.get("text") or given.get("blocks")):
        raise Refused("markdown_text_conflict")
    text = check_markdown(given["markdown_text"]) if "markdown_text" in given else check_text(given.get("text"))
    blocks = check_blocks(given.get("blocks"))
    if not text and not blocks:
        raise Refused("no_text")
    thread_ts = thread_of(slack, channel.id, given.get("thread_ts"))
    metadata = check_metadata(given.get("metadata"))
    message = slack.add(Message(channel.id, slack.ts(), BOT, text, thread_ts, blocks, metadata, arguments=given))
    return {"channel": channel.id, "ts": message.ts, "message": message.json()}


def update(slack: Workspace, given: JSON) -> JSON:
    """Change one of the bot's own messages; a text without blocks removes the blocks."""
    channel = slack.joined(given.get("channel"))
    message = slack.message(channel.id, given.get("ts"))
    if not message.by_bot:
        raise Refused("cant_update_message")
    if message.streaming:
        raise Refused("streaming_state_conflict")
    text = check_text(given.get("text"), UPDATED_TEXT)
    blocks = check_blocks(given.get("blocks"))
    if not text and not blocks:
        raise Refused("no_text")
    metadata = check_metadata(given.get("metadata")) if "metadata" in given else message.metadata
    # What was streamed is part of what is replaced.
    message = slack.change(message, text=text, blocks=blocks, metadata=metadata, arguments=given, appended=())
    return {"channel": channel.id, "ts": message.ts, "text": text, "message": message.json()}


def delete(slack: Workspace, given: JSON) -> JSON:
    """Remove one of the bot's own messages."""
    channel = slack.joined(given.get("channel"))
    message = slack.message(channel.id, given.get("ts"))
    if not message.by_bot:
        raise Refused("cant_delete_message")
    with slack.changed:
        del slack.messages[channel.id, message.ts]
        slack.changed.notify_all()
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(slack: Workspace, given: JSON) -> JSON:
    """Show a message to one user of a channel."""
    channel = slack.joined(given.get("channel"))
    user = str(given.get("user"))
    if user not in slack.users or channel.user not in (None, user):
        raise Refused("user_not_in_channel")
    text, blocks = check_text(given.get("text")), check_blocks(given.get("blocks"))
    if not text and not blocks:
        raise Refused("no_text")
    thread_ts = thread_of(slack, channel.id, given.get("thread_ts"))
    ts = slack.ts()
    slack.add(Message(channel.id, ts, BOT, text, thread_ts, blocks, shown_to=user, arguments=given))
    return {"message_ts": ts}


def respond(slack: Workspace, channel_id: str, user: str, source: Message | None, given: JSON) -> None:
    """Answer a command or a button through its response_url; `source` is the message that held the button.

    Unlike the methods, it posts where the bot is no member.
    """
    if given.get("delete_original") and source is not None:
        with slack.changed:
            slack.messages.pop((source.channel, source.ts), None)
            slack.changed.notify_all()
        return
    text, blocks = check_text(given.get("text")), check_blocks(given.get("blocks"))
    if not text and not blocks:
        raise Refused("no_text")
    metadata = check_metadata(given.get("metadata"))
    if given.get("replace_original") and source is not None:
        slack.change(source, text=text, blocks=blocks, metadata=metadata, arguments=given)
        return
    shown_to = None if given.get("response_type") == "in_channel" else user
    thread_ts = given.get("thread_ts")
    slack.add(
        Message(channel_id, slack.ts(), BOT, text, thread_ts, blocks, metadata, shown_to=shown_to, arguments=given)
    )


def thread_of(slack: Workspace, channel_id: str, thread_ts: object) -> str | None:
    """Return the thread to post in; raises Refused where it is none, or the ts of a reply."""
    if thread_ts in (None, ""):
        return None
    if (channel_id, thread_ts) not in slack.messages:
        raise Refused("thread_not_found")
    parent = slack.message(channel_id, thread_ts)
    if parent.shown_to is not None or parent.thread_ts not in (None, parent.ts):
        raise Refused("cannot_reply_to_message")
    return str(thread_ts)


def message_event(kind: str, message: Message, channel_type: str) -> JSON:
    """Return the event that tells an app of a message of its own."""
    base: JSON = {"type": "message", "channel": message.channel, "channel_type": channel_type, "team": TEAM}
    if kind == "posted":
        return base | message.json() | {"event_ts": message.ts}
    inner = message.json()
    return base | {
        "subtype": "message_changed",
        "hidden": True,
        "ts": f"{message.ts}9",
        "event_ts": f"{message.ts}9",
        "message": inner | {"edited": {"user": message.user, "ts": f"{message.ts}9"}},
        "previous_message": inner,
    }
