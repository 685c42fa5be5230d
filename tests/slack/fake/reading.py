"""auth.test, conversations.replies, conversations.history, conversations.info and users.info."""

from collections.abc import Sequence

from .workspace import BOT, BOT_ID, JSON, TEAM, Message, Refused, Workspace

PAGE = 1_000


def auth_test(slack: Workspace, _given: JSON) -> JSON:
    """Say who the token's owner is."""
    return {
        "url": "https://fake.slack.example/",
        "team": "Fake",
        "user": slack.users[BOT].name,
        "team_id": TEAM,
        "user_id": BOT,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def replies(slack: Workspace, given: JSON) -> JSON:
    """Return a page of a thread, the parent first, whatever its age."""
    channel = slack.joined(given.get("channel"))
    thread_ts = str(given.get("ts"))
    messages = slack.thread(channel.id, thread_ts)
    if not messages:
        raise Refused("thread_not_found")
    parent = [one for one in messages if one.ts == thread_ts]
    return _page(parent + [one for one in _between(messages, given) if one.ts != thread_ts], given)


def history(slack: Workspace, given: JSON) -> JSON:
    """Return a page of a channel without the replies in its threads, latest first."""
    channel = slack.joined(given.get("channel"))
    messages = [one for one in slack.shown(channel.id) if one.thread_ts in (None, one.ts)]
    return _page(_between(messages, given)[::-1], given)


def info(slack: Workspace, given: JSON) -> JSON:
    """Return what is known of a channel."""
    return {"channel": slack.channel(given.get("channel")).json()}


def user_info(slack: Workspace, given: JSON) -> JSON:
    """Return what is known of a user."""
    found = slack.users.get(str(given.get("user")))
    if found is None:
        raise Refused("user_not_found")
    return {"user": found.json()}


def open_dm(slack: Workspace, given: JSON) -> JSON:
    """Return the direct message with a user."""
    for channel in slack.channels.values():
        if channel.user is not None and channel.user == given.get("users"):
            return {"channel": {"id": channel.id}}
    raise Refused("user_not_found")


def _between(messages: Sequence[Message], given: JSON) -> list[Message]:
    first, last = str(given.get("oldest") or ""), str(given.get("latest") or "~")
    at_edge = _true(given.get("inclusive"))
    return [one for one in messages if first < one.ts < last or (at_edge and one.ts in (first, last))]


def _true(value: object) -> bool:
    return str(value).lower() in ("1", "true")


def _page(messages: Sequence[Message], given: JSON) -> JSON:
    limit = min(int(given.get("limit") or PAGE), PAGE)
    try:
        start = int(str(given.get("cursor") or "cursor:0").removeprefix("cursor:"))
    except ValueError:
        raise Refused("invalid_cursor") from None
    metadata = _true(given.get("include_all_metadata"))
    shown = [one.json(metadata=metadata) for one in messages[start : start + limit]]
    after = start + limit
    more = after < len(messages)
    return {
        "messages": shown,
        "has_more": more,
        "response_metadata": {"next_cursor": f"cursor:{after}" if more else ""},
    }
