"""Runner: the threads that answer, and the runs under way in them.

A thread works in the context of who asked, so that its log lines and spans belong to the same request.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar
from uuid import uuid4

from assistant.chat.runs import Ended, Record, Run
from assistant.conversation import Standalone, Turn
from assistant.errors import AssistantError, RunError, Stopped
from assistant.events import Answered
from assistant.pipeline import Assistant
from assistant.types import Answer, Message, MessageStatus

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)


class Runner:
    """Answers messages, some at a time; each becomes a run that is followed, stopped and recorded when it ends."""

    def __init__(self, assistant: Assistant, at_once: int, given: Callable[[Answer], None]) -> None:
        """Answer with `assistant`, `at_once` questions at the same time; `given` gets each answer once it is kept."""
        self._assistant = assistant
        self._given = given
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="answering")
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="suggesting")
        self._guard = threading.Lock()
        self._live: dict[str, Run] = {}

    def begin(
        self,
        message: Message,
        asked: Standalone,
        record: Record,
        patience: float,
        add: Callable[[], None] = lambda: None,
        *,
        turns: Sequence[Turn] = (),
        owner: str | None = None,
    ) -> Run:
        """Return the run of `message`, which is read as `asked` when its turn comes.

        `record` keeps how it ended; `patience` is that of the run. `add` is called once the run can be found, before
        it is answered: what it raises leaves no run. `turns` are those before it, for a language model.
        It is the run of `owner`, and answered from what they see.
        """
        run = Run(message, patience, self.stop, record, owner)
        with self._guard:
            self._live[message.id] = run
        try:
            add()
            run.turn = self._pool.submit(copy_context().run, self._answer, run, asked, turns)
        except BaseException:
            with self._guard:
                del self._live[message.id]
            raise
        return run

    @property
    def under_way(self) -> tuple[Run, ...]:
        """The runs that have not ended."""
        with self._guard:
            return tuple(self._live.values())

    def find(self, message_id: str) -> Run | None:
        """Return the run of a message, None where none is under way."""
        with self._guard:
            return self._live.get(message_id)

    def stop(self, run: Run) -> bool:
        """End `run` as stopped, unless it is at its end; what its thread still finds is dropped."""
        run.stop.set()
        if run.turn is not None:
            run.turn.cancel()
        return self._end(run, "stopped")

    def stop_waiting(self) -> None:
        """Stop the runs whose turn has not come."""
        for run in self.under_way:
            if run.turn and not (run.turn.running() or run.turn.done()):
                self.stop(run)

    def stop_all(self) -> None:
        """Stop the runs that have not ended."""
        for run in self.under_way:
            self.stop(run)

    def in_turn(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Call `function` when it is its turn among the messages."""
        return self._pool.submit(copy_context().run, partial(function, *args, **kwargs))

    def aside(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Call `function`, which asks many questions, without taking turns from those that someone waits for."""
        return self._aside.submit(copy_context().run, partial(function, *args, **kwargs))

    def close(self) -> None:
        """Stop whatever is being answered and wait for its threads."""
        self.stop_all()
        for pool in (self._pool, self._aside):
            pool.shutdown(cancel_futures=True)

    def _answer(self, run: Run, asked: Standalone, turns: Sequence[Turn]) -> None:
        message = run.message
        try:
            if run.stop.is_set():
                return
            stream = self._assistant.of(run.owner).stream(
                message.question, message.filters, turns, asked, stop=run.stop
            )
            for event in stream:
                if isinstance(event, Answered):
                    self._end(run, "done", answer=event.answer)
                else:
                    run.emit(event)
        except Stopped:
            self._end(run, "stopped")
        except AssistantError as error:
            logger.error("the message %s failed: %s", message.id, error, exc_info=error)
            self._end(run, "failed", failure=error)
        except Exception:  # whatever it is, the readers must not wait for ever
            instance = uuid4().urn
            logger.exception("the message %s failed: %s", message.id, instance)
            sentence = f"answering failed, which is not your fault: report {instance}, which the log names"
            self._end(run, "failed", failure=RunError(sentence))

    def _end(
        self, run: Run, status: MessageStatus, answer: Answer | None = None, failure: AssistantError | None = None
    ) -> bool:
        number = run.claim()
        if number is None or run.record is None:
            return False
        kind, error = (type(failure).__name__, str(failure)) if failure else (None, None)
        try:
            message = run.record(status, number, answer=answer, failure=kind, error=error)
        except AssistantError as unkept:
            logger.error("how the message %s ended was not kept: %s", run.message.id, unkept, exc_info=unkept)
            kind = type(unkept).__name__
            message = run.message.model_copy(update={"status": "failed", "error": str(unkept)})
        else:
            if answer is not None:
                self._given(answer)
        with self._guard:
            self._live.pop(run.message.id, None)
        run.end(number, Ended(message=message, failure=kind))
        return True
