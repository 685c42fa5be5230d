"""`python -m bench.slack`: events delivered several times each to `assistant slack`, which is killed in the middle.

Slack is a fake one on loopback (`tests.slack.fake`). Prints how many questions were answered, how many of them twice,
and how many not at all; and, with a language model that takes its time, how soon events were acknowledged.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from assistant.models.scripted import Reply, ScriptedModelServer
from bench.program import positive
from tests.slack.fake import APP_TOKEN, BOT_TOKEN, Asked, FakeSlack, Message, slow
from tests.slack.fake.limits import elements

_ROOT = Path(__file__).parents[1]
_QUESTIONS = (
    "Who hosted the summit?",
    "How many directives were issued at the summit?",
    "When was the reform summit held?",
    "Where was the summit held?",
)
_SETTINGS = {"ASSISTANT_CORPUS": "", "ASSISTANT_THREADS": "1"}
_AT_ONCE = 20
_CHANNELS = 10
# The answer to a call comes this late, so that a kill falls between what was done and what is known of it.
_LATE = 0.15
_QUIET = 3.0
# One in so many events is acknowledged and not answered when the bot is killed.
_HELD = 5
_STUCK = 120.0
_POSTS = ("chat.postMessage", "chat.update", "chat.startStream", "chat.appendStream", "chat.stopStream")


@dataclass(frozen=True)
class Outcome:
    """What became of the events; `acknowledged` is the longest that one of them waited for that, in seconds.

    `doubles` are those answered more than once, `lost` those not answered, `open` messages whose stream never ended.
    `before` were answered before the kill; `held` were acknowledged before it and not answered, and not delivered after
    it.
    """

    events: int
    deliveries: int
    answers: int
    doubles: int
    lost: int
    open: int
    before: int
    held: int
    acknowledged: float

    @property
    def good(self) -> bool:
        """Whether each was answered once."""
        return (self.answers, self.doubles, self.lost, self.open) == (self.events, 0, 0, 0)


class Bot:
    """`assistant slack` in a process of its own, over the data folder `home`."""

    def __init__(self, command: Sequence[str], slack: FakeSlack, home: Path, more: Mapping[str, str]) -> None:
        """Take what to run; `more` is added to its environment."""
        self._command, self._slack, self._home = [*command, "slack"], slack, home
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ASSISTANT_", "SLACK_"))}
        self._environment = kept | {
            "ASSISTANT_HOME": str(home),
            "ASSISTANT_SLACK_API_URL": slack.url,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            **more,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 120.0) -> None:
        """Start, and wait until it is connected."""
        opened = self._slack.sockets.opened
        with (self._home / "slack.log").open("ab") as log:
            self._process = subprocess.Popen(self._command, env=self._environment, cwd=_ROOT, stdout=log, stderr=log)
        process = self._process
        self._slack.until(
            lambda: self._slack.sockets.opened > opened or process.poll() is not None, seconds, "connection"
        )
        assert process.poll() is None, (self._home / "slack.log").read_text("utf-8")[-2000:]

    def kill(self) -> None:
        """End it as kill -9 does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End it, if it still runs."""
        if self._process is not None:
            self.kill()

    def stop(self) -> float:
        """Ask it to stop; return how many seconds that took."""
        if self._process is None or self._process.poll() is not None:
            return 0.0
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(30)
        finally:
            self._process.kill()
            self._process.wait()
        return time.monotonic() - began


def restarted(bot: Bot, slack: FakeSlack, events: int, deliveries: int, seed: int = 0) -> Outcome:
    """Deliver `events` questions `deliveries` times each, in any order; kill the bot when some of them are answered."""
    rng = random.Random(seed)
    for method in _POSTS:
        slack.faults.add(method, slow(_LATE), times=float("inf"))
    places = [slack.channel() for _ in range(_CHANNELS)]
    asked = [_ask(slack, places[n % _CHANNELS], n) for n in range(events)]
    # Who asks them is looked up first, which takes too long here.
    held = {n for n in range(events) if n % _HELD == 0}
    for n in held:
        slack.faults.add("users.info", slow(_STUCK), float("inf"), partial(_is_of, asked[n].message.user))
    others = [n for n in range(events) if n not in held for _ in range(deliveries)]
    rng.shuffle(others)
    half = len(others) // 2
    first = [*others[:half], *(n for n in held for _ in range(deliveries))]
    rng.shuffle(first)
    bot.start()
    _deliver(slack, asked, first)
    slack.until(lambda: len(_answered(slack, asked)) >= max(1, events // 10), 60, "answer")
    slack.until(lambda: all(one.acknowledged for one in slack.deliveries), 60, "acknowledgement")
    before = len(_answered(slack, asked))
    bot.kill()
    still = sum(not _answers(slack, asked[n]) for n in held)
    slack.faults.clear()
    _deliver(slack, asked, others[half:])
    bot.start()
    patience = 120.0 + 5.0 * events
    slack.until(lambda: all(one.acknowledged for one in slack.deliveries), patience, "acknowledgement")
    try:
        slack.until(lambda: len(_answered(slack, asked)) == events, patience, "answer to everything")
    except AssertionError as error:
        print(error, file=sys.stderr)
    # One that comes twice comes a little later.
    time.sleep(_QUIET)
    return _outcome(slack, asked, deliveries, before, still)


def acknowledged(bot: Bot, slack: FakeSlack, events: int) -> float:
    """Return how long the slowest acknowledgement took while nothing is answered yet."""
    asked = [slack.dm(_QUESTIONS[n % len(_QUESTIONS)], slack.user()) for n in range(events)]
    bot.start()
    slack.acknowledged(*(one.deliveries[0] for one in asked), seconds=60)
    assert not _answered(slack, asked), "the language model is not slow"
    slowest = max(one.deliveries[0].attempts[0].took for one in asked)
    slack.until(lambda: len(_answered(slack, asked)) == events, 600, "answer to everything")
    return slowest


def _ask(slack: FakeSlack, channel: str, number: int) -> Asked:
    """Ask without a delivery: every other question in a channel, the others in direct messages."""
    question = _QUESTIONS[number % len(_QUESTIONS)]
    if number % 2:
        return slack.dm(question, slack.user(), times=0)
    return slack.mention(question, slack.user(), channel, pair=False, times=0)


def _deliver(slack: FakeSlack, asked: Sequence[Asked], numbers: Sequence[int]) -> None:
    for number in numbers:
        slack.send("events_api", asked[number].payloads[0])


def _is_of(user: str, given: dict[str, Any]) -> bool:
    return bool(given.get("user") == user)


def _answers(slack: FakeSlack, one: Asked) -> list[Message]:
    return [
        reply
        for reply in slack.replies(one)
        if not reply.streaming and any(element["action_id"] == "vote_up" for element in elements(reply.blocks))
    ]


def _answered(slack: FakeSlack, asked: Sequence[Asked]) -> list[Asked]:
    return [one for one in asked if _answers(slack, one)]


def _outcome(slack: FakeSlack, asked: Sequence[Asked], deliveries: int, before: int, held: int) -> Outcome:
    counts = [len(_answers(slack, one)) for one in asked]
    # Whatever stands in a thread beside its answer was begun and left there.
    beside = [len(slack.replies(one)) for one in asked]
    took = [attempt.took for one in slack.deliveries for attempt in one.attempts if attempt.acknowledged is not None]
    return Outcome(
        events=len(asked),
        deliveries=deliveries,
        answers=sum(count > 0 for count in counts),
        doubles=sum(count > 1 or all_ > 1 for count, all_ in zip(counts, beside, strict=True)),
        lost=sum(count == 0 for count in counts),
        open=sum(reply.streaming for one in asked for reply in slack.replies(one)),
        before=before,
        held=held,
        acknowledged=max(took),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, and return 0 where each event was answered once."""
    parser = argparse.ArgumentParser(prog="python -m bench.slack", description=__doc__)
    parser.add_argument("--events", type=positive, default=100, help="questions (default: %(default)s)")
    parser.add_argument("--deliveries", type=positive, default=4, help="deliveries of each (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="order of the deliveries (default: %(default)s)")
    parser.add_argument("--model-seconds", type=float, default=0.0, help="also with a language model this slow")
    options = parser.parse_args(arguments)
    command = [sys.executable, "-m", "assistant"]
    with tempfile.TemporaryDirectory() as home:
        subprocess.run([*command, "--home", home, "ingest", str(_ROOT / "corpus")], cwd=_ROOT, check=True)
        with FakeSlack(echo=False) as slack, closing(Bot(command, slack, Path(home), _SETTINGS)) as bot:
            outcome = restarted(bot, slack, options.events, options.deliveries, options.seed)
            stopped = bot.stop()
        print(f"events                   {outcome.events}, {outcome.deliveries} deliveries each, kill -9 in the middle")
        print(f"answered before the kill {outcome.before}")
        print(f"acknowledged before it   {outcome.held} that were not answered, and not delivered again")
        print(f"answers                  {outcome.answers}")
        print(f"doubles                  {outcome.doubles}")
        print(f"lost                     {outcome.lost}")
        print(f"streams left open        {outcome.open}")
        print(f"stopped in               {stopped:.1f} s")
        if options.model_seconds:
            reply = Reply("The summit was held in Baotou. [1]", wait=options.model_seconds)
            with ScriptedModelServer(reply) as server, FakeSlack(echo=False) as slack:
                model = {"LLM": "openai:scripted", "LLM_BASE_URL": server.url, "LLM_API_KEY": "none"}
                more = {f"ASSISTANT_{name}": value for name, value in model.items()}
                with closing(Bot(command, slack, Path(home), _SETTINGS | more)) as bot:
                    slowest = acknowledged(bot, slack, _AT_ONCE)
            told = f"{slowest:.3f} s, {_AT_ONCE} events, a model of {options.model_seconds:g} s"
            print(f"slowest acknowledgement  {told}")
    return 0 if outcome.good else 1


if __name__ == "__main__":
    sys.exit(main())
