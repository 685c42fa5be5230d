"""A writer that writes what a test tells it, in place of one with a language model."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.answering import Claim, Draft, Outcome, Quote
from assistant.errors import Stopped

from .serving import Valve

# A sentence and the quotes that it rests on: places among those of the draft, or words of one of its passages.
Line = tuple[str, Sequence[int | str]]


@dataclass
class ScriptedWriter:
    """`Writer` of `lines`, whatever is asked; `valve` lets each of them through, and how it ends."""

    valve: Valve = field(default_factory=Valve)
    name: str = "openai:gpt-5-mini"
    lines: Sequence[Line] = ()
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def settings(self) -> dict[str, str | int | float | bool | None]:
        return {"llm": self.name}

    def write(self, question: str, draft: Draft, stop: threading.Event | None = None) -> Iterator[Claim | Outcome]:
        del question
        for text, rests_on in self.lines:
            self._wait(stop)
            yield Claim(text, tuple(_quote(draft, one) for one in rests_on))
        self._wait(stop)
        yield self.outcome

    def _wait(self, stop: threading.Event | None) -> None:
        self.valve.pass_one(stop)
        if stop is not None and stop.is_set():
            raise Stopped("writing was stopped: ask again")


def _quote(draft: Draft, rests_on: int | str) -> Quote:
    if isinstance(rests_on, int):
        return draft.quotes[rests_on]
    hit = next(hit for hit in draft.hits if rests_on in hit.text)
    start = hit.start + hit.text.index(rests_on)
    holding = next(one for one in hit.sentences if one.start <= start < one.end)
    return Quote(hit.article_id, hit.sha256, start, start + len(rests_on), holding.columns)
