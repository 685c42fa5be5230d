"""Desk: the bot over a small corpus, connected to a fake Slack by Socket Mode, and what tests look at there."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import pytest
import yaml

from assistant.answering import Answerer, Claim, Draft, Outcome, Quote
from assistant.catalog import SlackStore
from assistant.chat import Chat
from assistant.factory import build_assistant
from assistant.models.fake import HashingEmbedder
from assistant.pipeline import Assistant
from assistant.sentences import sentence_spans
from assistant.settings import load_settings
from assistant.slack.app import build_app, connected
from assistant.slack.bot import Bot
from assistant.slack.options import Options
from assistant.types import Answer, Article, Filters, Hit
from tests.chat.gate import Gate
from tests.conftest import write_corpus

from .direct import Direct
from .fake import APP_TOKEN, BEN, BOT_TOKEN, Asked, Commanded, FakeSlack, Message
from .fake.limits import elements, texts
from .reading import button_ids

T = TypeVar("T")

_AT_ONCE = 20

OWNER = BEN
PAGE = "https://assistant.example"
LEDGER = "ledger of the tin works"
MANIFEST = Path(__file__).parents[2] / "docs" / "slack-manifest.yaml"

_ENTRY = (
    "Entry {n} of the ledger of the tin works tells that on day {n} the smelter at Redruth, which stands beside the"
    " river and is fed from the mines of the valley by carts and barges, took in {m} hundredweight of ore from"
    " carrier {n},"
    " weighed it twice before witnesses, paid for it in silver at the rate of that week, and shipped {k} ingots of tin"
    " to the merchants of the coast, who signed for them."
)
_LEDGER = {
    "id": "ledger",
    "title": "The ledger of the tin works",
    "publisher": "Works Press",
    "published": "2023-01-02",
    "url": "https://works.example/ledger",
    "text": "\n\n".join(_ENTRY.format(n=n, m=n * 7 + 100, k=n * 3 + 40) for n in range(1, 56)),
}
_HOSTILE = {
    "id": "hostile",
    "title": "Hostile <!here> @here",
    "publisher": "<@U0ANN> Press",
    "published": "2023-01-03",
    "url": "https://hostile.example/?a=1&b=<x>",
    "text": "<!channel> <@U0ANN> @here & *all*: gallium is costly. Hostile people say nothing else of gallium.",
}


class _WithLedger:
    """An Answerer that answers a question on the ledger with all of it, and others as `real` does."""

    def __init__(self, real: Answerer, article: Callable[[str], Article]) -> None:
        self._real, self._article = real, article
        self.name, self.settings = real.name, real.settings

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        if LEDGER not in question:
            return self._real.answer(question, hits)
        ledger = self._article("ledger")
        spans = [span for block in ledger.blocks for span in sentence_spans(ledger.text, block.start, block.end)]
        quotes = tuple(Quote(ledger.id, ledger.sha256, start, end) for start, end in spans)
        return Draft("answered", 0.9, quotes, tuple(hits), best=0)


@dataclass(frozen=True)
class Dictation:
    """A `Writer` that takes its time: `before` its two sentences and `between` them, in seconds."""

    before: float = 0.0
    between: float = 0.4
    name: str = "openai:dictation"

    lines: ClassVar[tuple[str, ...]] = ("Tin melts at 232 degrees.", "That makes it easy to cast.")
    settings: ClassVar[dict[str, str | int | float | bool | None]] = {}

    def write(self, question: str, draft: Draft, stop: threading.Event | None = None) -> Iterator[Claim | Outcome]:
        del question, stop
        time.sleep(self.before)
        for line in self.lines:
            yield Claim(line, draft.quotes[:1])
            time.sleep(self.between)
        yield Outcome()


@dataclass
class Desk:
    """A workspace and the bot that works in it."""

    slack: FakeSlack
    assistant: Assistant
    chat: Chat
    gate: Gate
    bot: Bot

    @property
    def store(self) -> SlackStore:
        return self.bot.store

    def channel(self) -> str:
        """Return a channel that nobody has written in."""
        return self.slack.channel()

    def until(self, ready: Callable[[], T], what: str = "", seconds: float = 10.0) -> T:
        """Wait for a true value; see `FakeSlack.until`."""
        return self.slack.until(ready, seconds, what)

    def thread(self, message: Message | Asked) -> list[Message]:
        """Return what the bot said in the thread of a message."""
        return [
            one for one in self.slack.workspace.thread(message.channel, message.thread_ts or message.ts) if one.by_bot
        ]

    def answers(self, asked: Asked | Message) -> list[Message]:
        """Return the messages in a thread that hold the buttons of an answer, one for each answer."""
        return [one for one in self.thread(asked) if "vote_up" in button_ids(one) and not one.streaming]

    def answered(self, asked: Asked, count: int = 1, seconds: float = 10.0) -> list[Message]:
        """Wait until a thread holds `count` answers; return what the bot said there."""
        self.until(lambda: len(self.answers(asked)) >= count, f"answer no. {count} to {asked.message.text!r}", seconds)
        return self.thread(asked)

    def replied(self, asked: Asked) -> list[Message]:
        """Wait until the bot said anything in a thread; return it."""
        return self.until(lambda: [one for one in self.thread(asked) if not one.streaming], "reply")

    def shown(self, command: Commanded, seconds: float = 10.0) -> Message:
        """Wait until the one who gave a command sees an answer; return it."""
        return self.until(
            lambda: next((one for one in self.slack.private(command.user) if "vote_up" in button_ids(one)), None),
            "ephemeral answer",
            seconds,
        ) or pytest.fail("there is none")

    def idle(self) -> None:
        """Wait until all that was delivered is acknowledged, and all that was asked is at its end."""
        self.until(lambda: all(one.acknowledged for one in self.slack.deliveries), "acknowledgement of everything")
        self.until(lambda: not self.store.open_asks(), "end of all asks", 30)

    def said(self, *asked: Asked) -> list[str]:
        """Wait until `asked` are at their end; return what the bot said in their threads and the status it left."""
        self.slack.acknowledged(*(delivery for one in asked for delivery in one.deliveries))
        self.idle()
        messages = [message.text for one in asked for message in self.thread(one)]
        statuses = [self.slack.workspace.status(one.channel, one.thread_ts) for one in asked]
        return messages + [status for status in statuses if status]

    @contextmanager
    def gate_shut(self) -> Iterator[None]:
        """Let no question be answered within."""
        self.gate.shut()
        try:
            yield
        finally:
            self.gate.open()

    def texts(self, messages: Sequence[Message]) -> list[str]:
        """Return every text that messages hold, as it was sent."""
        return [text for one in messages for text in (one.text, *texts(one.blocks))]

    def given(self, messages: Sequence[Message]) -> Answer:
        """Return the answer whose buttons stand in `messages`."""
        ids = [
            one["value"] for message in messages for one in elements(message.blocks) if one["action_id"] == "vote_up"
        ]
        return self.chat.answer(ids[-1])

    def votes(self, answer_id: str) -> dict[str, str]:
        """Return the vote of each user."""
        return {user: one.vote for user, one in self.store.votes(answer_id).items()}

    def reasons(self, answer_id: str) -> list[tuple[str, str | None, str | None]]:
        """Return vote, reason and words of each user."""
        return [(one.vote, one.reason, one.text) for one in self.store.votes(answer_id).values()]

    def judged(self, answer_id: str) -> str | None:
        """Return the vote that the answer itself bears."""
        for facts in self.chat.list()[0]:
            for message in self.chat.read(facts.id).messages:
                if message.answer is not None and message.answer.id == answer_id:
                    return None if message.feedback is None else message.feedback.vote
        return None


_PACE = 0.05
_OPTIONS = ("channels", "guests", "owner", "filters", "url", "suggesting", "grace")


@dataclass(frozen=True)
class Manner:
    """How a desk works: connected by Socket Mode or not; at the pace that Slack asks for, or a twentieth of it.

    `suggest` questions to ask next, which takes longer than answering.
    """

    connected: bool = False
    paced: bool = False
    suggest: bool = False


def open_desk(
    stack: ExitStack, folder: Path, slack: FakeSlack | None, settings: dict[str, Any], manner: Manner
) -> Desk:
    """Return a desk in `slack`, by default one of its own; `settings` are those of the bot and of the assistant."""
    write_corpus(folder / "articles")
    records = "".join(json.dumps(one) + "\n" for one in (_LEDGER, _HOSTILE))
    (folder / "articles" / "more.jsonl").write_text(records, "utf-8")
    options = _options({name: settings.pop(name) for name in _OPTIONS if name in settings})
    chosen = load_settings(**{"home": folder / "home", "corpus": folder / "articles", "threshold": 0.0, **settings})
    assistant = stack.enter_context(build_assistant(chosen, embedder=HashingEmbedder()))
    assistant._answerer = _WithLedger(assistant._answerer, assistant.article)
    return _staffed(stack, slack or make_slack(), assistant, options, manner)


def open_own(stack: ExitStack, home: Path, corpus: Path) -> Desk:
    """Return a desk over the articles in `corpus`, with the reader that the project ships.

    Few passages are read for an answer: it is the same answer wherever it is shown, which is what is tested.
    """
    settings = load_settings(home=home, corpus=corpus, threads=1, passages=3)
    assistant = stack.enter_context(build_assistant(settings, embedder=HashingEmbedder()))
    return _staffed(stack, make_slack(), assistant, _options({}), Manner())


def _options(given: dict[str, Any]) -> Options:
    filters = {place: Filters(**one) for place, one in given.get("filters", {}).items()}
    channels = frozenset(given.get("channels", ()))
    return Options(**{"owner": OWNER, "url": PAGE, **given, "channels": channels, "filters": filters})


def _staffed(stack: ExitStack, slack: FakeSlack, assistant: Assistant, options: Options, manner: Manner) -> Desk:
    stack.enter_context(slack)
    gate = Gate(assistant)
    chat = stack.enter_context(Chat(assistant, assistant.conversations, at_once=_AT_ONCE))
    if not manner.suggest:
        chat.follow_ups = lambda _: ()  # type: ignore[assignment, method-assign]
    bot = stack.enter_context(Bot(chat, BOT_TOKEN, options, api_url=slack.url))
    if not manner.paced:
        _hurry(bot)
    stack.callback(gate.open)
    app = build_app(bot)
    if manner.connected:
        stack.enter_context(connected(app, APP_TOKEN))
        slack.connected()
    else:
        direct = Direct(app, slack.workspace.changed)
        stack.callback(direct.close)
        slack.deliver_by(direct)
    return Desk(slack, assistant, chat, gate, bot)


def _hurry(bot: Bot) -> None:
    pace = bot._calls.pace
    slot = pace.slot

    def hurried(name: str, gap: float, *, wait: bool = True) -> AbstractContextManager[bool]:
        return slot(name, gap * _PACE, wait=wait)

    pace.slot = hurried  # type: ignore[assignment, method-assign]


def make_slack(**facts: Any) -> FakeSlack:
    """Return a workspace that gives the app what its manifest asks for, and no more."""
    manifest = yaml.safe_load(MANIFEST.read_text("utf-8"))
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    return FakeSlack(scopes=scopes, events=manifest["settings"]["event_subscriptions"]["bot_events"], **facts)
