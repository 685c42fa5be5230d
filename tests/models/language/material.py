"""What the tests of `assistant.models.language` share."""

import itertools
import threading
import time
from collections.abc import Callable
from pathlib import Path

from assistant.errors import Stopped, WritingError
from assistant.models.language import THREAD, LangChainModel
from assistant.models.scripted import Reply, ScriptedModelServer
from assistant.models.writing import Instructions, LanguageModel
from assistant.types import Usage

SPEC = "openai:gpt-4o"
ASKED = Instructions("Answer.", "When does tin melt?")
SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
BY_SCHEMA = Instructions("Answer.", "When does tin melt?", schema=SCHEMA)
EVENTS = {"Content-Type": "text/event-stream"}
ENDLESS = Reply(itertools.repeat("a "), pause=0.01)
Open = Callable[..., tuple[LangChainModel, ScriptedModelServer]]


def open_sockets() -> int:
    links = []
    for number in Path("/proc/self/fd").iterdir():
        try:
            links.append(str(number.readlink()))
        except OSError:  # closed since it was listed
            continue
    return sum(link.startswith("socket:") for link in links)


def sockets_settled(most: int) -> int:
    """Open sockets, once they are at most so many: the server's ends close a moment after the client's."""
    until = time.monotonic() + 10
    while (now := open_sockets()) > most and time.monotonic() < until:
        time.sleep(0.01)
    return now


def threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name == THREAD]


class Shared:
    """A server and a model for many tests, each of which sets the reply."""

    def __init__(self) -> None:
        self.reply = Reply("Tin.")
        self.server = ScriptedModelServer(lambda _: self.reply)


def written(
    model: LanguageModel, asked: Instructions = ASKED
) -> tuple[str, Usage | None, WritingError | Stopped | None]:
    """All that a model writes: its text, what it took, and why it is not all."""
    pieces: list[str | Usage] = []
    error: WritingError | Stopped | None = None
    try:
        pieces += model.write(asked)
    except (WritingError, Stopped) as raised:
        error = raised
    usages = [one for one in pieces if isinstance(one, Usage)]
    assert usages == [one for one in pieces[-1:] if isinstance(one, Usage)]
    return "".join(one for one in pieces if isinstance(one, str)), usages[0] if usages else None, error
