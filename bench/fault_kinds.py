"""The faults of a language model that `bench.faults` tries, and the scripted provider that has them."""

import itertools
import re
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import repeat
from threading import Event
from typing import Literal

from assistant.models.scripted import ChatRequest, Reply
from assistant.models.writing import Instructions, LanguageModel, Limits
from assistant.types import Usage
from bench.edges import EDGES, Edge

Said = Callable[[str], Reply]
_QUESTION = re.compile(r"^(?:Q|Last q)uestion: (.*)\Z", re.M)


@dataclass(frozen=True)
class Kind:
    """A fault: the replies that have it, in turns; `reason` is found in the answer's fallback, None for no fault.

    `limit` are the seconds after which it is noticed; `grace` is left for what follows. `client` is what the client
    does: at the first "statement" or once the model was "asked", it "leaves" or "stops". `at` is where the model is
    looked for; one that `follows` is asked after another question.
    """

    name: str
    count: int
    replies: tuple[Said, ...]
    reason: str | None
    limit: float
    edges: tuple[Edge, ...] = EDGES
    client: Literal["reads", "leaves", "stops"] = "reads"
    when: Literal["statement", "asked"] = "statement"
    at: Literal["server", "closed port", "full port"] = "server"
    follows: bool = False
    grace: float = 1.0

    @property
    def noticed_by(self) -> Literal["itself", "silence", "connecting"]:
        """What tells of it: itself, or a limit, of silence and the whole answer or of connecting."""
        if self.at == "full port":
            return "connecting"
        return "silence" if self.reason in ("wrote nothing after", "was not done after") else "itself"


def kinds(limits: Limits, many: int, some: int) -> Iterator[Kind]:
    """Yield all faults of a model with these limits."""
    first, whole = limits.first_token, limits.whole
    streams: tuple[Edge, ...] = ("events", "completion")

    def kind(name: str, count: int, reason: str | None, *replies: Said, limit: float = whole) -> Kind:
        return Kind(name, count, replies, reason, limit)

    yield kind("none", some, None, lambda line: Reply([f"{line} ", "[1]\n"]))
    yield kind("late", many, "wrote nothing after", lambda line: Reply(line, wait=first + 1), limit=first)
    yield kind(
        "reset",
        many,
        "broke off",
        lambda _: Reply(ending="reset"),
        lambda line: Reply([f"{line} [1]\n", "And "], ending="reset", pause=0.1),
    )
    slow = Kind("slow", many, (lambda line: Reply(_endless(line), pause=0.05),), "was not done after", whole)
    yield slow
    yield kind(
        "cut",
        many,
        "broke off",
        lambda line: Reply([f"{line} [1]\n", "And "], ending="unfinished"),
        lambda line: Reply([f"{line} [1]\n", "And "], ending="cut"),
    )
    yield kind("HTTP 429", many, r"ask again in 7 s$", lambda _: Reply(status=429, headers={"Retry-After": "7"}))
    yield kind(
        "malformed",
        many,
        "broke off",
        lambda line: Reply([f"{line} [1]\n", "And "], ending="malformed"),
        lambda _: Reply(body=b'{"choices": ['),
    )
    yield kind("empty", some, "wrote nothing: ", lambda _: Reply(""), lambda _: Reply([" ", "\n"]))
    yield kind(
        "refusal",
        some,
        # LangChain's package for OpenAI does not hand on the words of a refusal, so that nothing is left.
        "refuses to answer|wrote nothing: ",
        lambda line: Reply([f"{line} [1]\n"], finish="content_filter"),
        lambda _: Reply(refusal="I cannot help with that."),
    )
    yield kind(
        "10 MB", some, "wrote more than|was not done after", lambda line: Reply([f"{line} [1]\n", "x" * 10_000_000])
    )
    yield kind("endless", some, "wrote more than|was not done after", lambda line: Reply(_endless(line)))
    yield kind("HTTP 500", some, "trouble at its server", lambda _: Reply(status=500))
    yield kind("silent", some, "wrote nothing after", lambda _: Reply(ending="silent"), limit=first)
    silent: tuple[Said, ...] = (lambda _: Reply(ending="silent"),)
    begun: tuple[Said, ...] = (lambda line: Reply([f"{line} [1]\n", "And "], ending="silent"),)
    yield Kind("silent in between", some, begun, "was not done after", whole)
    yield Kind("silent twice", some, silent, "wrote nothing after", first, ("completion",), follows=True)
    yield Kind("closed port", some, (), "cannot be reached", limits.connect, at="closed port")
    yield Kind("full port", some, (), "cannot be reached", limits.connect, at="full port")
    yield Kind("client leaves", some, slow.replies, None, whole, streams, "leaves")
    yield Kind("client leaves early", some, silent, None, first, streams, "leaves", "asked")
    yield Kind("client stops", some, slow.replies, None, whole, ("events",), "stops")
    yield Kind("client stops early", some, silent, None, first, ("events",), "stops", "asked")


def _endless(line: str) -> Iterator[str]:
    return itertools.chain([f"{line} [1]\n"], repeat("and so on "))


class Provider:
    """The script of the server: says the fault of the moment, with the line that belongs to the question."""

    def __init__(self) -> None:
        """Begin without a fault."""
        self.replies: tuple[Said, ...] = ()
        self.lines: Mapping[str, str] = {}
        self._number = itertools.count()

    def __call__(self, request: ChatRequest) -> Reply:
        """Return the next reply."""
        return self.replies[next(self._number) % len(self.replies)](self.lines.get(asked_in(request), ""))


class Timed:
    """`LanguageModel` that notes when another one was asked what, and how long each call took."""

    def __init__(self, model: LanguageModel) -> None:
        """Ask `model`."""
        self._model = model
        self.calls: dict[str, list[tuple[float, float]]] = defaultdict(list)

    @property
    def name(self) -> str:
        """Its name."""
        return self._model.name

    @property
    def structured(self) -> bool:
        """Whether it follows schemas."""
        return self._model.structured

    def write(self, instructions: Instructions, stop: Event | None = None) -> Generator[str | Usage, None, None]:
        """Yield what it writes."""
        began = time.perf_counter()
        try:
            with closing(self._model.write(instructions, stop)) as pieces:
                yield from pieces
        finally:
            self.calls[asked_in(instructions)].append((began, time.perf_counter()))

    def close(self) -> None:
        """Close it."""
        self._model.close()


def asked_in(told: ChatRequest | Instructions) -> str:
    """Return the question that a model was asked to answer or to put otherwise."""
    found = _QUESTION.search(told.user)
    return found[1] if found else ""


@contextmanager
def port(at: str) -> Iterator[str]:
    """Give the address of a port that takes no connection: nobody listens, or its queue is full."""
    with ExitStack() as stack:
        holder, *callers = (stack.enter_context(socket.socket()) for _ in range(3))
        holder.bind(("127.0.0.1", 0))
        if at == "full port":
            holder.listen(0)
            for caller in callers:
                caller.setblocking(False)
                caller.connect_ex(holder.getsockname())
        yield f"http://127.0.0.1:{holder.getsockname()[1]}/v1"
