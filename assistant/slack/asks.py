"""Payloads of Slack -> what is asked, or why nothing is; pure, and whatever the payload holds, nothing is raised."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.catalog import SlackAsk
from assistant.slack.blocks import FOLLOW_UP, KEEP, NEED_HUMAN, SHARE, read_follow_up

# Messages of people; all others tell of joins, edits, deletions and the like.
_SUBTYPES = (None, "thread_broadcast", "file_share", "me_message")
_DIRECT = "im"
_REFERENCE = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_TS = re.compile(r"\d+\.\d+")

TakesPart = Callable[[str, str, str], bool]
Origin = Callable[[str], str | None]


@dataclass(frozen=True)
class Ignored:
    """A payload that asks nothing, and why."""

    reason: str


def is_ts(value: str) -> bool:
    """Return whether `value` is the time stamp of a message."""
    return _TS.fullmatch(value) is not None


def ask_of_event(body: Mapping[str, Any], bot_user: str, takes_part: TakesPart) -> SlackAsk | Ignored:
    """Return what an event of the Events API asks.

    `takes_part(team, channel, thread)` says whether the bot answers in a thread: there it needs no mention.
    """
    event = _mapping(body.get("event"))
    team, channel, user, ts = (_text(one) for one in (body.get("team_id"), *map(event.get, ("channel", "user", "ts"))))
    kind, said = event.get("type"), _text(event.get("text"))
    if kind not in ("message", "app_mention"):
        return Ignored(f"an event {kind!r} asks nothing")
    if event.get("subtype") not in _SUBTYPES:
        return Ignored(f"a message of the kind {event.get('subtype')!r} asks nothing")
    if event.get("bot_id") or event.get("hidden") or user == bot_user:
        return Ignored("bots are not answered")
    if event.get("edited"):
        return Ignored("a changed message is not answered again")
    if not (team and channel and user and is_ts(ts)):
        return Ignored("who asks, where or when is missing")
    thread = _text(event.get("thread_ts")) or ts
    if not is_ts(thread):
        return Ignored("the thread is none")
    question = question_of(said, bot_user)
    if event.get("channel_type") == _DIRECT:
        return SlackAsk(team, channel, thread, ts, user, "direct", question)
    if kind == "app_mention" or _mentions(said, bot_user):
        return SlackAsk(team, channel, thread, ts, user, "mention", question)
    if thread == ts:
        return Ignored("the bot is not mentioned")
    if said.lstrip().startswith("<@"):
        return Ignored("somebody else is spoken to")
    if not question:
        return Ignored("nothing is said")
    if not takes_part(team, channel, thread):
        return Ignored("the bot does not answer in this thread")
    return SlackAsk(team, channel, thread, ts, user, "thread", question)


def ask_of_command(body: Mapping[str, Any], bot_user: str) -> SlackAsk | Ignored:
    """Return what a slash command asks; only its user sees the answer."""
    team, channel, user = (_text(body.get(name)) for name in ("team_id", "channel_id", "user_id"))
    trigger, url = _text(body.get("trigger_id")), _text(body.get("response_url"))
    if not (team and channel and user and trigger and url):
        return Ignored("who asks, where or when is missing")
    key = f"command:{trigger}"
    return SlackAsk(team, channel, key, key, user, "command", question_of(_text(body.get("text")), bot_user), url)


def ask_of_action(body: Mapping[str, Any], origin: Origin) -> SlackAsk | Ignored:
    """Return what the press of a button asks; each button of an answer does its work once.

    `origin(answer_id)` gives the thread of an answer that only its user saw, None where it is not known.
    """
    actions = body.get("actions")
    action = _mapping(actions[0]) if isinstance(actions, list) and actions else {}
    name, value = _text(action.get("action_id")), _text(action.get("value"))
    container = _mapping(body.get("container"))
    ids = (_mapping(body.get(one)).get("id") for one in ("team", "user", "channel"))
    team, user, channel = map(_text, ids)
    shown = _text(container.get("message_ts"))
    thread = _text(container.get("thread_ts")) or _text(_mapping(body.get("message")).get("thread_ts")) or shown
    if not (team and user and channel and value and is_ts(shown) and is_ts(thread)):
        return Ignored("who pressed, where or what is missing")
    url = _text(body.get("response_url")) or None
    if name == SHARE:
        return SlackAsk(team, channel, "", f"share:{value}", user, "share", response_url=url, answer_id=value)
    if name == KEEP:
        return SlackAsk(team, channel, "", f"keep:{value}:{user}", user, "keep", response_url=url, answer_id=value)
    if name == NEED_HUMAN:
        return SlackAsk(team, channel, thread, f"human:{value}", user, "human", response_url=url, answer_id=value)
    if not name.startswith(FOLLOW_UP):
        return Ignored(f"the button {name!r} asks nothing")
    try:
        answer_id, question = read_follow_up(value)
    except (ValueError, RecursionError):
        return Ignored("the button bears no question")
    key = f"{name}:{answer_id}"
    if not container.get("is_ephemeral"):
        return SlackAsk(team, channel, thread, key, user, "follow_up", question)
    if url is None:
        return Ignored("nobody would see the answer")
    key = f"{key}:{user}"
    return SlackAsk(team, channel, origin(answer_id) or key, key, user, "follow_up", question, url)


def question_of(text: str, bot_user: str) -> str:
    """Return what a message says as plain text, without the mention of the bot."""
    plain = _REFERENCE.sub(lambda found: _plain(found[1], found[2] or "", bot_user), text)
    for entity, char in _ENTITIES:
        plain = plain.replace(entity, char)
    return plain.strip().lstrip(",:;").strip()


def _plain(target: str, label: str, bot_user: str) -> str:
    """Return what stands for a reference: its label, the address of a link, nothing for a mention without a name."""
    if target == f"@{bot_user}":
        return " "
    if target.startswith("#"):
        return f"#{label}" if label else ""
    return label if label or target.startswith(("@", "!")) else target


def _mentions(text: str, bot_user: str) -> bool:
    return any(found[1] == f"@{bot_user}" for found in _REFERENCE.finditer(text))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
