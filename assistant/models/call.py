"""Call: one call to a provider's language model, what has come of it, and how it is ended."""

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Event
from typing import TYPE_CHECKING, Any, Literal

from assistant.types import Usage

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk
    from langchain_core.messages.ai import UsageMetadata
    from langchain_core.runnables import Runnable

Ended = Literal["", "stopped", "endless"]
_running: ContextVar["Call | None"] = ContextVar("running", default=None)


def follow_streams() -> None:
    """Have calls on this thread's event loop note every asynchronous generator that is begun for them."""
    first = sys.get_asyncgen_hooks().firstiter

    def begun(stream: AsyncGenerator[Any, Any]) -> None:
        if first is not None:
            first(stream)
        if call := _running.get():
            call.streams.append(stream)

    sys.set_asyncgen_hooks(firstiter=begun)


@dataclass(eq=False)
class Call:
    """One call; all but `news` and `over` belongs to the event loop's thread.

    `news` are for the thread that asked: pieces of text, what they took, and None or an error last. `over` is set once
    nothing more happens. `ended` says why the call was ended before its time, `begun` whether there is any text.
    `metadata`, `refusal` and `tokens` are what the provider told beside the text. `streams` are the generators that
    LangChain and the provider's package have begun for it, the inner ones later.
    """

    news: SimpleQueue[str | Usage | Exception | None] = field(default_factory=SimpleQueue)
    over: Event = field(default_factory=Event)
    limit: asyncio.Timeout | None = None
    ended: Ended = ""
    begun: bool = False
    metadata: dict[str, Any] = field(default_factory=dict)
    refusal: str = ""
    tokens: "UsageMetadata | None" = None
    streams: list[AsyncGenerator[Any, Any]] = field(default_factory=list)
    _characters: int = 0

    def end(self, why: Ended) -> None:
        """End the call, and with it the connection to the provider, as if its time had passed."""
        if not self.ended and not self.over.is_set():
            self.ended = why
            if self.limit is not None and not self.limit.expired():
                self.limit.reschedule(0)

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Note the generators that are begun inside."""
        token = _running.set(self)
        try:
            yield
        finally:
            _running.reset(token)

    async def close_streams(self) -> None:
        """Close the generators that were left open, and with them the connection to the provider.

        Ended while it hands on a piece, LangChain leaves the provider's generators to the collector of garbage, which
        comes late, and in any thread.
        """
        for stream in reversed(self.streams):
            with suppress(Exception):  # it is of no use any more, whatever it says
                await stream.aclose()
        self.streams.clear()

    def take(self, text: str, limit: asyncio.Timeout, until: float, most_characters: int) -> None:
        """Hand on a piece of text; with the first, the time is up at `until`, with too many, at once.

        What still comes until the end of the call takes effect is dropped.
        """
        self._characters += len(text)
        if self._characters > most_characters:
            self.end("endless")
        if self.ended or limit.expired():
            return
        if text.strip() and not self.begun:
            self.begun = True
            limit.reschedule(until)
        self.news.put(text)

    def parser(self) -> "Runnable[AIMessageChunk, str]":
        """Return what takes the text from the model's chunks, and notes here what else they tell."""
        from langchain_core.messages.ai import add_usage
        from langchain_core.runnables import RunnableGenerator

        async def text(chunks: "AsyncIterator[AIMessageChunk]") -> AsyncIterator[str]:
            async for chunk in chunks:
                self.metadata |= {key: value for key, value in chunk.response_metadata.items() if value is not None}
                self.refusal += str(chunk.additional_kwargs.get("refusal") or "")
                if chunk.usage_metadata:
                    self.tokens = add_usage(self.tokens, chunk.usage_metadata)
                if piece := str(chunk.text):
                    yield piece

        return RunnableGenerator(text, name="text")
