"""FakeSlack: a workspace, its server, and what people do in it."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self, TypeVar

from . import payloads, posting
from .deliveries import Delivery, Kind, Transport
from .faults import Faults, refused
from .limits import elements
from .server import Server
from .signed import SignedRequests
from .socket_mode import SocketMode
from .web_api import Call
from .workspace import ANN, BOT, GENERAL, JSON, Channel, ChannelKind, Message, Refused, User, Workspace, dm_of

T = TypeVar("T")
_STREAMS = ("chat.startStream", "chat.appendStream", "chat.stopStream")


@dataclass(frozen=True)
class Asked:
    """A message of a user, the payloads of the events that tell of it, and their deliveries so far."""

    message: Message
    payloads: tuple[JSON, ...]
    deliveries: tuple[Delivery, ...]

    @property
    def channel(self) -> str:
        return self.message.channel

    @property
    def ts(self) -> str:
        return self.message.ts

    @property
    def thread_ts(self) -> str:
        """The thread that it stands in or begins."""
        return self.message.thread_ts or self.message.ts


@dataclass(frozen=True)
class Commanded:
    """A slash command and where its answers go."""

    delivery: Delivery
    user: str
    channel: str
    response: str


@dataclass
class _Response:
    channel: str
    user: str
    source: Message | None
    uses: int = 0
    made: float = field(default_factory=time.monotonic)


class FakeSlack:
    """A workspace that an app connects to by Socket Mode, or that sends it requests once `deliver_to` was called.

    `scopes` are those of the app's token and `events` those it subscribed to, None for all. `echo`: tell the app of
    its own messages, as Slack does.
    """

    def __init__(
        self,
        *,
        scopes: Iterable[str] | None = None,
        events: Iterable[str] | None = None,
        echo: bool = True,
        patience: float = 3.0,
        retries: int = 3,
        port: int = 0,
    ) -> None:
        self.workspace = Workspace()
        self.events = None if events is None else frozenset(events)
        self.deliveries: list[Delivery] = []
        self._responses: dict[str, _Response] = {}
        scopes = None if scopes is None else frozenset(scopes)
        self.server = Server(self.workspace, scopes, self._respond, patience, retries, port)
        self._transport: Transport = self.server.sockets
        if echo:
            self.workspace.posted.append(self._echo)

    # What tests look at

    @property
    def url(self) -> str:
        """Base URL of the Web API."""
        return self.server.url

    @property
    def faults(self) -> Faults:
        return self.server.faults

    @property
    def sockets(self) -> SocketMode:
        return self.server.sockets

    @property
    def calls(self) -> list[Call]:
        with self.workspace.changed:
            return list(self.server.web.calls)

    def called(self, *methods: str) -> list[Call]:
        """Return the calls of these methods that were performed."""
        return [call for call in self.calls if call.method in methods and call.error is None]

    def replies(self, asked: "Asked | Message") -> list[Message]:
        """Return what the bot posted in the thread of a message, in order."""
        thread_ts = asked.thread_ts or asked.ts
        return [one for one in self.workspace.thread(asked.channel, thread_ts) if one.by_bot]

    def private(self, user: str = ANN) -> list[Message]:
        """Return the ephemeral messages that a user sees, in order."""
        with self.workspace.changed:
            return sorted((m for m in self.workspace.messages.values() if m.shown_to == user), key=lambda one: one.ts)

    def until(self, ready: Callable[[], T], seconds: float = 10.0, what: str = "") -> T:
        """Return the first true value of `ready`, looked for after every change; fails after `seconds`."""
        end = time.monotonic() + seconds
        with self.workspace.changed:
            while not (value := ready()):
                # Not every change notifies: what the app does on its own side does not.
                left = end - time.monotonic()
                assert left > 0, f"within {seconds} s there was no {what or 'such thing'}; {self._state()}"
                self.workspace.changed.wait(min(left, 0.05))
        return value

    def acknowledged(self, *deliveries: Delivery, seconds: float = 10.0) -> None:
        """Wait until the app took these deliveries."""
        self.until(lambda: all(one.acknowledged for one in deliveries), seconds, "acknowledgement")

    def connected(self, seconds: float = 10.0) -> None:
        """Wait until the app is connected by Socket Mode."""
        self.until(lambda: self.sockets.connections > 0, seconds, "connection")

    # What is set up

    def deliver_to(self, url: str, patience: float = 3.0, retries: int = 3) -> None:
        """From now on send signed requests to `url`."""
        self.deliver_by(SignedRequests(url, self.workspace.changed, patience, retries))

    def deliver_by(self, transport: Transport) -> None:
        """From now on deliver in another way."""
        self._transport = transport

    def channel(self, kind: ChannelKind = "channel", *, joined: bool = True) -> str:
        """Make a channel and return its id."""
        number = self.workspace.number()
        made = Channel(f"{kind[0].upper()}1NEW{number}", f"new-{number}", kind, joined=joined)
        self.workspace.channels[made.id] = made
        return made.id

    def join(self, channel_id: str) -> None:
        """Let the bot be a member of a channel from now on."""
        with self.workspace.changed:
            self.workspace.channels[channel_id] = replace(self.workspace.channels[channel_id], joined=True)

    def user(self, *, restricted: bool = False, bot: bool = False) -> str:
        """Make a user, who has a direct message with the bot, and return their id."""
        number = self.workspace.number()
        made = User(f"U1NEW{number}", f"new-{number}", restricted=restricted, bot=bot)
        self.workspace.users[made.id] = made
        self.workspace.channels[dm_of(made.id)] = Channel(dm_of(made.id), "", "im", made.id)
        return made.id

    def without_streams(self, error: str = "unknown_method") -> None:
        """Be a workspace that has no streaming."""
        for method in _STREAMS:
            self.faults.add(method, refused(error), times=float("inf"))

    # What people do

    def mention(
        self,
        text: str,
        user: str = ANN,
        channel: str = GENERAL,
        thread_ts: str | None = None,
        *,
        times: int = 1,
        pair: bool = True,
    ) -> Asked:
        """Mention the bot; Slack tells of it twice, as a mention and (`pair`) as a message, each `times` times."""
        message = self._said(f"<@{BOT}> {text}".rstrip(), user, channel, thread_ts)
        events = [payloads.mention_event(message)]
        if pair:
            events.append(payloads.message_event(message, self.workspace.channels[channel]))
        return self._asked(message, times, *events)

    def say(
        self, text: str, user: str = ANN, channel: str = GENERAL, thread_ts: str | None = None, **facts: Any
    ) -> Asked:
        """Say something without a mention; `facts` such as a subtype stand in the event."""
        message = self._said(text, user, channel, thread_ts)
        return self._asked(message, 1, payloads.message_event(message, self.workspace.channels[channel]) | facts)

    def reply(self, to: Asked, text: str, user: str = ANN) -> Asked:
        """Say something in the thread of a message."""
        return self.say(text, user, to.channel, to.thread_ts)

    def dm(self, text: str, user: str = ANN, thread_ts: str | None = None, *, times: int = 1) -> Asked:
        """Write to the bot."""
        message = self._said(text, user, dm_of(user), thread_ts)
        return self._asked(message, times, payloads.message_event(message, self.workspace.channels[message.channel]))

    def edit(self, asked: Asked, text: str) -> Delivery | None:
        """Change a message."""
        channel = self.workspace.channels[asked.channel]
        return next(iter(self.event(payloads.changed_event(asked.message, channel, text, self.workspace.ts()))), None)

    def delete(self, asked: Asked) -> Delivery | None:
        """Remove a message."""
        channel = self.workspace.channels[asked.channel]
        with self.workspace.changed:
            del self.workspace.messages[asked.channel, asked.ts]
        return next(iter(self.event(payloads.deleted_event(asked.message, channel, self.workspace.ts()))), None)

    def open_home(self, user: str = ANN, tab: str = "messages") -> Delivery | None:
        """Open the conversation with the bot."""
        event = {"type": "app_home_opened", "user": user, "channel": dm_of(user), "tab": tab}
        return next(iter(self.event(event | {"event_ts": self.workspace.ts()})), None)

    def slash(self, text: str, user: str = ANN, channel: str = GENERAL, name: str = "/ask") -> Commanded:
        """Give a slash command."""
        response = self._response(channel, user, None)
        who, where = self.workspace.users[user], self.workspace.channels[channel]
        trigger = self.server.web.triggers.make(self.workspace.number())
        payload = payloads.command(text, who, where, trigger, self.server.response_url(response), name)
        return Commanded(self.send("slash_commands", payload), user, channel, response)

    def press(self, message: Message, action_id: str, user: str = ANN, *, times: int = 1) -> list[Delivery]:
        """Press a button of a message, `times` times; fails where it has no such button."""
        message = self.workspace.messages.get((message.channel, message.ts), message)
        found = [(block, one) for block in message.blocks for one in elements([block]) if one["action_id"] == action_id]
        shown = [one["action_id"] for one in elements(message.blocks)]
        assert found, f"no button {action_id!r} among {shown}"
        block, element = found[0]
        who, where = self.workspace.users[user], self.workspace.channels[message.channel]
        pressed = []
        for _ in range(times):
            url = self.server.response_url(self._response(message.channel, user, message))
            trigger = self.server.web.triggers.make(self.workspace.number())
            block_id = block.get("block_id", "fake")
            payload = payloads.block_actions(element, block_id, message, who, where, trigger, url)
            pressed.append(self.send("interactive", payload))
        return pressed

    def submit_view(self, view: JSON, values: JSON, user: str = ANN) -> Delivery:
        """Submit a view that was opened; `values` are by block and action, as in its state."""
        trigger = self.server.web.triggers.make(self.workspace.number())
        return self.send("interactive", payloads.view_submission(view, values, self.workspace.users[user], trigger))

    # Deliveries

    def event(self, event: JSON, times: int = 1) -> list[Delivery]:
        """Deliver an event `times` times, under one id; not at all where the app did not subscribe to it."""
        return [self.send("events_api", payload) for payload in self._callbacks([event]) for _ in range(times)]

    def send(self, kind: Kind, payload: JSON) -> Delivery:
        """Deliver a payload."""
        delivery = Delivery(kind, payload)
        with self.workspace.changed:
            self.deliveries.append(delivery)
        self._transport.send(delivery)
        return delivery

    def again(self, delivery: Delivery) -> None:
        """Deliver once more what was delivered, as a retry."""
        self._transport.again(delivery)

    def close(self) -> None:
        """End the server."""
        if isinstance(self._transport, SignedRequests):
            self._transport.close()
        self.server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _asked(self, message: Message, times: int, *events: JSON) -> Asked:
        told = self._callbacks(events)
        return Asked(message, told, tuple(self.send("events_api", one) for one in told for _ in range(times)))

    def _callbacks(self, events: Iterable[JSON]) -> tuple[JSON, ...]:
        subscribed = [event for event in events if self._subscribed(event)]
        return tuple(payloads.event_callback(event, f"Ev{self.workspace.number():08d}") for event in subscribed)

    def _said(self, text: str, user: str, channel: str, thread_ts: str | None) -> Message:
        return self.workspace.add(Message(channel, self.workspace.ts(), user, text, thread_ts))

    def _subscribed(self, event: JSON) -> bool:
        kinds = {"channel": "channels", "group": "groups", "im": "im"}
        name = event["type"]
        if name == "message":
            name = f"message.{kinds[event['channel_type']]}"
        return self.events is None or name in self.events

    def _echo(self, kind: str, message: Message) -> None:
        # A growing stream is told of when it begins and when it ends.
        if message.by_bot and message.shown_to is None and not (kind == "changed" and message.streaming):
            channel = self.workspace.channels[message.channel]
            if channel.joined:
                self.event(posting.message_event(kind, message, channel.kind))

    def _response(self, channel: str, user: str, source: Message | None) -> str:
        name = f"r{self.workspace.number()}"
        self._responses[name] = _Response(channel, user, source)
        return name

    def _respond(self, name: str, given: JSON) -> None:
        response = self._responses.get(name)
        if response is None or time.monotonic() - response.made > 1800:
            raise Refused("expired_url")
        if response.uses == 5:
            raise Refused("used_url")
        response.uses += 1
        posting.respond(self.workspace, response.channel, response.user, response.source, given)

    def _state(self) -> str:
        said = [f"{call.method}{'' if call.error is None else f' ({call.error})'}" for call in self.calls[-20:]]
        open_ = [one.kind for one in self.deliveries if not one.acknowledged]
        return f"last calls: {', '.join(said) or 'none'}; not acknowledged: {len(open_)} of {len(self.deliveries)}"
