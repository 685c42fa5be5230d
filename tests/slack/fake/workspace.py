"""What a workspace holds: users, channels, messages, and what an app showed beside them."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Literal

JSON = dict[str, Any]
ChannelKind = Literal["channel", "group", "im"]

TEAM, APP = "T0TEAM", "A0APP"
BOT, BOT_ID = "U0BOT", "B0BOT"
ANN, BEN, GUEST, ROBOT = "U0ANN", "U0BEN", "U0GUEST", "U0ROBOT"
GENERAL, RESEARCH, CLOSED = "C0GENERAL", "C0RESEARCH", "C0CLOSED"
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-fake", "xapp-fake", "8f742231b10e8888abcd99yyyzzz85a5"


class Refused(Exception):
    """A method's error, such as "channel_not_found"; `more` is what Slack says beside it."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error, self.more = error, more


@dataclass(frozen=True)
class User:
    """A member, a guest (`restricted`) or a bot."""

    id: str
    name: str
    restricted: bool = False
    bot: bool = False

    def json(self) -> JSON:
        return {
            "id": self.id,
            "team_id": TEAM,
            "name": self.name,
            "deleted": False,
            "real_name": self.name.title(),
            "is_admin": False,
            "is_restricted": self.restricted,
            "is_ultra_restricted": False,
            "is_bot": self.bot,
            "is_app_user": False,
            "locale": "en-US",
            "profile": {"display_name": self.name, "real_name": self.name.title()},
        }


@dataclass(frozen=True)
class Channel:
    """A public channel, a private one or a direct message with `user`; `joined` where the bot is a member."""

    id: str
    name: str
    kind: ChannelKind = "channel"
    user: str | None = None
    joined: bool = True

    def json(self) -> JSON:
        facts: JSON = {"id": self.id, "is_channel": self.kind == "channel", "is_group": self.kind == "group"}
        facts |= {"is_im": self.kind == "im", "is_private": self.kind != "channel", "is_archived": False}
        if self.kind == "im":
            return facts | {"user": self.user}
        return facts | {"name": self.name, "is_member": self.joined}


@dataclass(frozen=True)
class Message:
    """A message as it stands; an ephemeral one is seen by `shown_to` alone.

    `sent` is the monotonic time of its posting, `streaming` whether its stream is open, `appended` what its stream was
    given, `versions` how often it was changed.
    """

    channel: str
    ts: str
    user: str
    text: str
    thread_ts: str | None = None
    blocks: tuple[JSON, ...] = ()
    metadata: JSON | None = None
    shown_to: str | None = None
    streaming: bool = False
    appended: tuple[str, ...] = ()
    versions: int = 0
    arguments: JSON = field(default_factory=dict)
    sent: float = 0.0

    @property
    def by_bot(self) -> bool:
        return self.user == BOT

    def json(self, *, metadata: bool = True) -> JSON:
        """Return the message as the Web API tells it."""
        facts: JSON = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts, "team": TEAM}
        if self.thread_ts is not None:
            facts["thread_ts"] = self.thread_ts
        if self.by_bot:
            facts |= {"bot_id": BOT_ID, "app_id": APP, "bot_profile": {"id": BOT_ID, "app_id": APP}}
        if self.blocks:
            facts["blocks"] = list(self.blocks)
        if metadata and self.metadata is not None:
            facts["metadata"] = self.metadata
        return facts


@dataclass(frozen=True)
class Status:
    """A status that was set in a thread; an empty `text` clears it."""

    channel: str
    thread_ts: str
    text: str
    at: float


class Workspace:
    """A team's messages in memory; `changed` guards them and is notified of every change."""

    def __init__(self) -> None:
        people = [User(ANN, "ann"), User(BEN, "ben"), User(GUEST, "gus", restricted=True)]
        people += [User(ROBOT, "robot", bot=True), User(BOT, "assistant", bot=True)]
        self.users = {user.id: user for user in people}
        self.channels = {
            channel.id: channel
            for channel in (
                Channel(GENERAL, "general"),
                Channel(RESEARCH, "research"),
                Channel("G0PRIVATE", "private", "group"),
                Channel(CLOSED, "closed", joined=False),
                *(Channel(dm_of(user.id), "", "im", user.id) for user in people if not user.bot),
            )
        }
        self.messages: dict[tuple[str, str], Message] = {}
        self.statuses: list[Status] = []
        self.prompts: dict[str, JSON] = {}
        self.titles: dict[tuple[str, str], str] = {}
        self.views: list[JSON] = []
        self.reactions: list[tuple[str, str, str]] = []
        self.changed = threading.Condition(threading.RLock())
        self.posted: list[Callable[[str, Message], None]] = []
        self._number = count(1)
        self._seconds = int(time.time())

    def ts(self) -> str:
        """Return a time stamp that no message has yet, later than all before it."""
        return f"{self._seconds}.{next(self._number):06d}"

    def number(self) -> int:
        """Return a number never returned before."""
        return next(self._number)

    def channel(self, channel_id: object) -> Channel:
        """Return a channel that the bot may see; raises Refused."""
        found = self.channels.get(str(channel_id))
        if found is None:
            raise Refused("channel_not_found")
        return found

    def joined(self, channel_id: object) -> Channel:
        """Return a channel that the bot is a member of; raises Refused."""
        found = self.channel(channel_id)
        if not found.joined:
            raise Refused("not_in_channel")
        return found

    def message(self, channel_id: str, ts: object) -> Message:
        """Return a message; raises Refused."""
        found = self.messages.get((channel_id, str(ts)))
        if found is None:
            raise Refused("message_not_found")
        return found

    def add(self, message: Message) -> Message:
        """Keep a new message; one of the bot's in a thread clears the thread's status."""
        with self.changed:
            message = replace(message, sent=time.monotonic())
            self.messages[message.channel, message.ts] = message
            if message.by_bot and message.thread_ts and self.status(message.channel, message.thread_ts):
                self.statuses.append(Status(message.channel, message.thread_ts, "", time.monotonic()))
            self.changed.notify_all()
        for tell in self.posted:
            tell("posted", message)
        return message

    def change(self, message: Message, **changes: Any) -> Message:
        """Keep a message in place of its former version."""
        with self.changed:
            message = replace(message, versions=message.versions + 1, **changes)
            self.messages[message.channel, message.ts] = message
            self.changed.notify_all()
        for tell in self.posted:
            tell("changed", message)
        return message

    def thread(self, channel_id: str, thread_ts: str) -> list[Message]:
        """Return the parent and the replies of a thread, in order, without ephemeral ones."""
        with self.changed:
            return [one for one in self.shown(channel_id) if thread_ts in (one.ts, one.thread_ts)]

    def shown(self, channel_id: str | None = None) -> Iterator[Message]:
        """Yield the messages that all see, in order."""
        with self.changed:
            shown = [m for m in self.messages.values() if m.shown_to is None and channel_id in (None, m.channel)]
        return iter(sorted(shown, key=lambda one: one.ts))

    def status(self, channel_id: str, thread_ts: str) -> str:
        """Return the status that a thread shows, empty where none."""
        with self.changed:
            told = [one.text for one in self.statuses if (one.channel, one.thread_ts) == (channel_id, thread_ts)]
        return told[-1] if told else ""


def dm_of(user_id: str) -> str:
    """Return the id of the direct message of a user and the bot."""
    return f"D{user_id[1:]}"
