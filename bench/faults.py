"""What a language model may do wrong, and what the edges make of it: `python -m bench.faults`.

A scripted server plays the provider of a model with small limits, over the project's own articles: it is late, resets
connections, breaks off, talks nonsense, or is not there. Questions come eight at once through POST /v1/ask, the events
of a conversation and POST /v1/chat/completions in turns. Each has to end once, within the limit of its fault and a
second from when the model was asked, with the extractive answer and the reason; a client that goes away, or presses
stop, has to end the call to the provider within a second. At the end no thread and no socket may be left.
"""

import argparse
import itertools
import logging
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
from rich.table import Table

from assistant.api.openai.rendering import REPLACED, reply
from assistant.citations import marked_text, verify
from assistant.factory import build_assistant
from assistant.models.language import LangChainModel
from assistant.models.scripted import Exchange, ScriptedModelServer
from assistant.models.writing import LanguageModel, Limits
from assistant.pipeline import Assistant
from assistant.settings import load_settings
from assistant.types import Answer
from bench.edges import ENDS, Edge, Stream, Told, ends_of, served, told
from bench.fault_kinds import Kind, Provider, Timed, asked_in, kinds, port
from bench.page import QUESTIONS
from bench.program import make_console

LIMITS = Limits(connect=1.0, first_token=1.0, whole=2.0)
MANY, SOME = 50, 20
AT_ONCE = 8
_ROOT = Path(__file__).parents[1]
_BEFORE = ("Which articles are there?", "There are articles on rare earths.")
Build = Callable[[LanguageModel], Assistant]


@dataclass(frozen=True)
class Asked:
    """A question that was asked over an edge, and what came of it.

    `plain` is its extractive answer, `verbatim` tells whether the quotes of the answer given stand at their offsets.
    `calls` are those of the model, with their begin and end; one that puts the question otherwise comes first.
    `let_go` are the seconds for which the provider was held once the answer was there or the client had acted.
    """

    kind: Kind
    edge: Edge
    told: Told
    plain: Answer
    verbatim: bool
    calls: Sequence[tuple[float, float]]
    let_go: float

    @property
    def ended_once(self) -> bool:
        """Whether there was one end, and the right one."""
        if self.kind.client == "reads":
            return self.told.ends == (ENDS[self.edge],)
        # A completion belongs to no conversation in which its end could be read afterwards.
        return self.told.ends == (() if self.kind.client == "leaves" and self.edge == "completion" else ("stopped",))

    @property
    def extractive(self) -> bool:
        """Whether the answer is the extractive one; after another question it may have other statements."""
        answer, plain = self.told.answer, self.plain
        if answer is None or answer.mode != "extractive" or not answer.statements:
            return False
        return self.kind.follows or (answer.statements, answer.citations) == (plain.statements, plain.citations)

    @property
    def reason(self) -> bool:
        """Whether the answer says the reason of the fault."""
        answer, reason = self.told.answer, self.kind.reason
        return bool(answer and reason and answer.fallback and re.search(reason, answer.fallback))

    @property
    def withdrawn(self) -> bool:
        """Whether statements came that are not those of the answer."""
        answer, texts = self.told.answer, self.told.texts
        return answer is not None and texts != tuple(marked_text([one]) for one in answer.statements)[: len(texts)]

    @property
    def over(self) -> float:
        """Seconds beyond the limit, from when the model was asked until the answer was there."""
        ended = [end for _, end in self.calls[:-1]] + [self.told.ended]
        times = (
            [end - began for (began, _), end in zip(self.calls, ended, strict=True)] if self.calls else [float("inf")]
        )
        return max(times) - self.kind.limit

    def faults(self) -> Iterator[str]:
        """Yield what is not as it must be."""
        if not self.ended_once:
            yield f"it ended with {self.told.ends}"
        if self.let_go > self.kind.grace:
            yield f"the provider was let go after {self.let_go:.2f} s"
        answer = self.told.answer
        if self.kind.client != "reads" or answer is None:
            return
        if self.over > self.kind.grace:
            yield f"it took {self.over:.2f} s more than its limit"
        if self.extractive != bool(self.kind.reason):
            yield f"the answer is {answer.mode}: {answer.text!r}"
        if self.reason != bool(self.kind.reason) or bool(answer.fallback) != self.reason:
            yield f"its reason is {answer.fallback!r}"
        if not self.verbatim:
            yield "it has a quote that is not at its offsets, or none"
        whole, text = reply(answer), self.told.text
        if self.edge == "completion" and text != whole and not text.endswith(f"{REPLACED}\n\n{whole}"):
            yield f"the text is {text!r}"


@dataclass(frozen=True)
class Row:
    """All questions of a kind."""

    kind: Kind
    asked: Sequence[Asked]

    @property
    def faults(self) -> list[str]:
        """What is not as it must be."""
        return [f"{self.kind.name}, {one.edge}: {what}" for one in self.asked for what in one.faults()]

    @property
    def cells(self) -> list[str]:
        """What the table shows."""
        counts = [len(self.asked), sum(one.ended_once for one in self.asked)]
        seconds = ["", "", f"{max(one.let_go for one in self.asked):.2f}"]
        if self.kind.client == "reads":
            counts += [sum(one.extractive for one in self.asked), sum(one.reason for one in self.asked)]
            counts += [sum(one.verbatim for one in self.asked), sum(one.withdrawn for one in self.asked)]
            seconds[0] = f"{max(one.over for one in self.asked):+.2f}"
            seconds[1] = f"{max(one.told.ended - one.told.began for one in self.asked):.2f}"
        return [self.kind.name, *(str(one) for one in counts), *[""] * (6 - len(counts)), *seconds]


class Trial:
    """One assistant, served, and what its model is made to do."""

    def __init__(
        self,
        assistant: Assistant,
        model: Timed,
        client: httpx.Client,
        provider: Provider,
        exchanges: Sequence[Exchange],
    ) -> None:
        """Take what is asked, with which model, over what, and the provider with the requests that it had."""
        self._assistant = assistant
        self._model = model
        self._client = client
        self._provider = provider
        self._exchanges = exchanges

    def run(self, kind: Kind, plain: Mapping[str, Answer]) -> Row:
        """Ask the questions, given with their extractive answers, in turns, eight at once; return what came of them."""
        asked: list[Asked] = []
        self._provider.lines = {question: _line(answer) for question, answer in plain.items()}
        self._provider.replies = kind.replies
        turns = itertools.cycle(plain)
        edges = itertools.cycle(kind.edges)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for begun in range(0, kind.count, AT_ONCE):
                batch = list(itertools.islice(turns, min(AT_ONCE, len(plain), kind.count - begun)))
                had = len(self._exchanges)
                self._model.calls.clear()
                jobs = [pool.submit(self._one, kind, next(edges), question, plain[question], had) for question in batch]
                asked += [job.result() for job in jobs]
        return Row(kind, asked)

    def _one(self, kind: Kind, edge: Edge, question: str, plain: Answer, had: int) -> Asked:
        acted: list[float] = []
        paths: list[str] = []

        def meanwhile(stream: Stream) -> bool:
            if acted or (kind.when == "statement" and not stream.texts):
                return False
            if kind.when == "asked" and not self._exchange(question, had, patience=10.0):
                return False
            paths.append(stream.path)
            acted.append(time.perf_counter())
            if kind.client == "stops":
                self._client.post(f"{stream.path}/stop").raise_for_status()
            return kind.client == "leaves"

        acts = None if kind.client == "reads" else meanwhile
        found = told(self._client, edge, question, _BEFORE if kind.follows else (), acts)
        since = acted[0] if acted else time.perf_counter()
        exchange = self._exchange(question, had)
        over = exchange is None or exchange.over(5 * kind.grace)
        let_go = time.perf_counter() - since if over else float("inf")
        if kind.client != "reads":
            held = exchange is None or not acted or not exchange.cancelled
            let_go = float("inf") if held else let_go
            if edge == "events" and kind.client == "leaves" and acted:
                found = replace(found, ends=ends_of(self._client, paths[0]))
        citations = found.answer.citations if found.answer else ()
        verbatim = bool(citations) and all(verify(one, self._assistant.article(one.article_id)) for one in citations)
        return Asked(kind, edge, found, plain, verbatim, self._model.calls[question], let_go)

    def _exchange(self, question: str, had: int, patience: float = 0.0) -> Exchange | None:
        """Return the last request for `question` since there were `had`."""
        until = time.monotonic() + patience
        while True:
            for exchange in reversed(self._exchanges[had:]):
                if asked_in(exchange.request) == question:
                    return exchange
            if time.monotonic() >= until:
                return None
            time.sleep(0.01)


def _line(answer: Answer) -> str:
    """Return the statement of an extractive answer that a model is made to say."""
    return max((statement.text for statement in answer.statements), key=lambda text: (len(text) <= 300, len(text)))


@dataclass(frozen=True)
class Held:
    """The threads of this process by name, numbers left out, and its open sockets."""

    threads: Counter[str]
    sockets: int

    def since(self, before: "Held") -> str:
        """Return what is held that was not before, empty where nothing is."""
        more = self.threads - before.threads + Counter(sockets=max(0, self.sockets - before.sockets))
        return ", ".join(f"{count} {name}" for name, count in more.items())


def held() -> Held:
    """Return what this process holds now."""
    links = []
    for number in Path("/proc/self/fd").iterdir():
        try:
            links.append(str(number.readlink()))
        except OSError:  # closed since it was listed
            continue
    names = Counter(re.sub(r"\d+", "N", one.name) for one in threading.enumerate())
    return Held(names, sum(link.startswith("socket:") for link in links))


def measure(build: Build, questions: Sequence[str], limits: Limits, wanted: Iterable[Kind]) -> tuple[list[Row], str]:
    """Try all kinds; return what came of them, and what was left of threads and sockets when all was closed.

    `build` makes an assistant that answers with a model, each time over the same data folder.
    """
    with build(LangChainModel("openai:scripted", base_url="http://127.0.0.1:1/v1")):
        pass  # chromadb opens a pair of sockets in each process, once and for good
    before = held()
    rows: list[Row] = []
    plain: dict[str, Answer] = {}
    for at, some in itertools.groupby(sorted(wanted, key=lambda kind: kind.at, reverse=True), lambda kind: kind.at):
        with ExitStack() as stack:
            provider = Provider()
            server = stack.enter_context(ScriptedModelServer(provider))
            url = server.url if at == "server" else stack.enter_context(port(at))
            # A full port is noticed by the limit of connecting alone.
            patient = replace(limits, first_token=limits.whole) if at == "full port" else limits
            model = Timed(LangChainModel("openai:scripted", base_url=url, limits=patient))
            assistant = stack.enter_context(build(model))
            client = stack.enter_context(served(assistant))
            plain = plain or {question: assistant.extractive.ask(question) for question in questions}
            trial = Trial(assistant, model, client, provider, server.exchanges)
            rows += [trial.run(kind, plain) for kind in some]
    until = time.monotonic() + 5
    while (left := held().since(before)) and time.monotonic() < until:
        time.sleep(0.05)
    return rows, left


def show(rows: Sequence[Row]) -> Table:
    """Return the table."""
    heads = ("fault", "questions", "ended once", "extractive", "with reason", "quotes in place", "withdrew statements")
    table = Table(*heads, "over the limit, most s", "in all, most s", "provider let go, most s")
    for row in rows:
        table.add_row(*row.cells)
    return table


def main() -> int:
    """Measure as the command line says; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--few", action="store_true", help="two questions of each kind")
    few = parser.parse_args().few
    logging.getLogger("assistant").addHandler(logging.NullHandler())  # each fault is a warning
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = load_settings(home=Path(folder), corpus=_ROOT / "corpus", threshold=0.0)
        wanted = kinds(LIMITS, 2 if few else MANY, 2 if few else SOME)
        rows, left = measure(lambda model: build_assistant(settings, model=model), QUESTIONS, LIMITS, wanted)
    console = make_console()
    console.print(show(rows))
    faults = [fault for row in rows for fault in row.faults]
    for fault in faults:
        console.print(fault, markup=False)
    console.print(f"{sum(len(row.asked) for row in rows)} questions in {time.perf_counter() - began:.0f} s")
    console.print(f"left of threads and sockets: {left or 'nothing'}")
    return 1 if faults or left else 0


if __name__ == "__main__":
    sys.exit(main())
