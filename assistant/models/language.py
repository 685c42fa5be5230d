"""LangChainModel: a language model of any provider that LangChain knows, called so that it can be ended at any moment.

LangChain, which takes most of a second to import, is imported when one is made.
"""

import asyncio
import time
from collections.abc import Generator
from contextlib import AbstractContextManager, suppress
from queue import Empty
from threading import Event, Lock
from typing import TYPE_CHECKING, Literal

from anyio.from_thread import BlockingPortal, start_blocking_portal
from pydantic import SecretStr

from assistant.errors import SettingsError, Stopped
from assistant.models import failures
from assistant.models.call import Call, follow_streams
from assistant.models.prices import cost_usd
from assistant.models.providers import open_model, parse_spec, structured_output
from assistant.models.writing import Instructions, Limits
from assistant.types import Usage

if TYPE_CHECKING:
    from langchain_core.messages.ai import UsageMetadata
    from langchain_core.runnables import Runnable

THREAD = "language-model"
_STOPPED = "writing was stopped: ask again for the answer"
_DEFAULT_LIMITS = Limits()
# How often a waiting caller looks whether it shall stop, and how long it waits for a call that was ended to be over.
_POLL_S = 0.05
_ENDING_S = 2.0
# A package that blocks the event loop keeps its limits from passing there; the caller waits this much longer.
_GRACE_S = 5.0


class LangChainModel:
    """`LanguageModel` over LangChain: prompt | model | parser, streamed and traced as one run.

    Calls run on an event loop in a thread of this object's own, begun at the first of them. Limits of time are measured
    here, whatever the provider's package does; nothing is tried twice.
    """

    def __init__(
        self,
        spec: str,
        *,
        base_url: str | None = None,
        api_key: SecretStr | None = None,
        format: Literal["auto", "structured", "plain"] = "auto",
        limits: Limits = _DEFAULT_LIMITS,
    ) -> None:
        """Make the model "provider:model", at `base_url` where it is not at the provider's own.

        `format` says whether it follows schemas; "auto" asks LangChain's profile of the model. No connection is made.
        Raises SettingsError, with the remedy, for a model that cannot be had.
        """
        from langchain_core.prompts import ChatPromptTemplate

        self._spec = parse_spec(spec)
        self._api_key = api_key
        self._model = open_model(self._spec, base_url, api_key, limits)
        self._priced = not base_url
        self._limits = limits
        known = (self._model.profile or {}).get("structured_output", False)
        self._structured = format == "structured" or (format == "auto" and bool(known))
        if self._structured:
            try:
                structured_output(self._model, self._spec, {"type": "object", "properties": {}})
            except SettingsError:
                if format == "structured":
                    raise
                self._structured = False
        # The texts are values of the template, never templates themselves.
        self._prompt = ChatPromptTemplate.from_messages([("system", "{system}"), ("human", "{user}")])
        self._lock = Lock()
        self._calls: list[Call] = []
        self._thread: AbstractContextManager[BlockingPortal] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    @property
    def name(self) -> str:
        """Provider and model."""
        return str(self._spec)

    @property
    def structured(self) -> bool:
        """Whether it follows the schema of its instructions."""
        return self._structured

    def write(self, instructions: Instructions, stop: Event | None = None) -> Generator[str | Usage, None, None]:
        """Yield pieces of text as they come, then what it took, where the provider tells.

        Closing the generator, or setting `stop`, closes the connection to the provider. Raises WritingError, Stopped
        once `stop` is set.
        """
        if stop is not None and stop.is_set():
            raise Stopped(_STOPPED)
        call, schema = Call(), instructions.schema if self._structured else None
        model = self._model if schema is None else structured_output(self._model, self._spec, dict(schema))
        until = time.monotonic() + self._limits.whole + _GRACE_S
        loop = self._begin(call, self._prompt | model | call.parser(), instructions)
        try:
            while (news := self._next(call, stop, until)) is not None:
                if isinstance(news, Exception):
                    raise news
                yield news
        finally:
            self._finish(loop, call)

    def close(self) -> None:
        """End all calls, which raise Stopped, and the event loop's thread."""
        with self._lock:
            self._closed = True
            thread, loop, self._thread, self._loop = self._thread, self._loop, None, None
            calls = list(self._calls)
        if thread is not None and loop is not None:
            for call in calls:
                loop.call_soon_threadsafe(call.end, "stopped")
            until = time.monotonic() + _ENDING_S
            for call in calls:
                call.over.wait(max(0.0, until - time.monotonic()))
            thread.__exit__(None, None, None)

    def _begin(
        self, call: Call, chain: "Runnable[dict[str, str], str]", instructions: Instructions
    ) -> asyncio.AbstractEventLoop:
        """Start the call on the event loop, in the caller's context. Raises Stopped once the model is closed."""
        with self._lock:
            if self._closed:
                raise Stopped(_STOPPED)
            if self._loop is None:
                self._thread = start_blocking_portal("asyncio", name=THREAD)
                portal = self._thread.__enter__()
                portal.call(follow_streams)
                self._loop = portal.call(asyncio.get_running_loop)
            self._calls.append(call)
            # Not by the portal, which would wait for its loop: another call may block that.
            asyncio.run_coroutine_threadsafe(self._run(call, chain, instructions), self._loop)
            return self._loop

    def _next(self, call: Call, stop: Event | None, until: float) -> str | Usage | Exception | None:
        """Wait for what comes next; None is the end."""
        while True:
            if stop is not None and stop.is_set():
                raise Stopped(_STOPPED)
            left = until - time.monotonic()
            try:
                return call.news.get(timeout=max(0.0, left if stop is None else min(left, _POLL_S)))
            except Empty:
                if left <= 0:
                    raise failures.too_slow(self.name, self._limits.whole, begun=True) from None

    def _finish(self, loop: asyncio.AbstractEventLoop, call: Call) -> None:
        """End the call, should it not be over, and wait until its connection is closed."""
        with self._lock:
            self._calls.remove(call)
        if not call.over.is_set():
            with suppress(RuntimeError):  # the loop is closed, and the call over
                loop.call_soon_threadsafe(call.end, "stopped")
            call.over.wait(_ENDING_S)

    async def _run(self, call: Call, chain: "Runnable[dict[str, str], str]", instructions: Instructions) -> None:
        """Make the call and put what comes of it into its news, None or an error last."""
        error: Exception | None = Stopped(_STOPPED)
        try:
            with call.followed():
                error = await self._stream(call, chain, instructions)
            with suppress(TimeoutError):
                await asyncio.wait_for(call.close_streams(), _ENDING_S)
        finally:
            call.over.set()
            call.news.put(error)

    async def _stream(
        self, call: Call, chain: "Runnable[dict[str, str], str]", instructions: Instructions
    ) -> Exception | None:
        """Put text and tokens into the call's news; return why that is not all, None where it is."""
        values = {"system": instructions.system, "user": instructions.user}
        limits, begun = self._limits, asyncio.get_running_loop().time()
        limit = asyncio.timeout(min(limits.first_token, limits.whole))
        failure: Exception | None = None
        try:
            async with limit:
                call.limit = limit
                if call.ended:
                    return Stopped(_STOPPED)
                async for text in chain.astream(values, {"run_name": "write", "tags": list(instructions.tags)}):
                    if limit.expired():  # and a provider's package has swallowed it
                        break
                    call.take(text, limit, begun + limits.whole, limits.most_characters)
        except Exception as error:  # noqa: BLE001  # whatever a provider's package raises is translated
            failure = error
        if limit.expired():
            return self._ended(call)
        structured = self._structured and instructions.schema is not None
        if failure is not None:
            variable = self._spec.key_variable
            told = failures.of_exception(
                failure, self.name, key_variable=variable, structured=structured, key=self._api_key
            )
            told.__cause__ = failure
            return told
        if call.tokens is not None:
            call.news.put(self._usage(call.tokens))
        if call.refusal:
            return failures.refused(self.name)
        if incomplete := failures.of_finish(call.metadata, self._spec.provider, self.name):
            return incomplete
        return None if call.begun else failures.empty(self.name, structured=structured)

    def _ended(self, call: Call) -> Exception:
        """Return why the call was ended from here."""
        if call.ended == "stopped":
            return Stopped(_STOPPED)
        if call.ended == "endless":
            return failures.endless(self.name)
        first, whole = self._limits.first_token, self._limits.whole
        begun = call.begun or whole <= first
        return failures.too_slow(self.name, whole if begun else first, begun=begun)

    def _usage(self, tokens: "UsageMetadata") -> Usage:
        read, written = tokens["input_tokens"], tokens["output_tokens"]
        cost = None
        if self._priced:
            cached = tokens.get("input_token_details") or {}
            cost = cost_usd(
                self._spec.provider,
                self._spec.model,
                read,
                written,
                cache_read=cached.get("cache_read") or 0,
                cache_write=cached.get("cache_creation") or 0,
            )
        return Usage(input_tokens=read, output_tokens=written, cost_usd=cost)
