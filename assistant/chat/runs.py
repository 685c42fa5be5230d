"""Run: what happens to one message while it is answered, kept until its last reader has it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Protocol

from assistant.catalog import StoredMessage
from assistant.events import Retrieved, Stated, stated_of
from assistant.types import Answer, Frozen, Message, MessageStatus

# The number of the last event where nobody knows how many were sent: higher than any that can have been.
UNKNOWN_END = 1_000_000


class Began(Frozen):
    """A message is being answered."""

    message: Message


class Ended(Frozen):
    """The message as it ended: done, stopped or failed; `failure` is the name of the error's class where it failed."""

    message: Message
    failure: str | None = None


RunEvent = Began | Retrieved | Stated | Ended


class Record(Protocol):
    """Keeps how a message ended, and returns it as it then is; called at most once."""

    def __call__(
        self,
        status: MessageStatus,
        last_event: int,
        /,
        *,
        answer: Answer | None,
        failure: str | None,
        error: str | None,
    ) -> Message:
        """Keep the end; parameters as those of `ConversationStore.finish`. Raises AssistantError where it cannot."""
        ...


class Run:
    """The numbered events of a message: Began, Retrieved, Stated each, and exactly one Ended, which is the last.

    Numbers count from 1. One thread emits, any may read; a run goes on for `patience` seconds after its last reader
    left, then `abandoned` is called. One that nobody ever read is never abandoned. `turn` is where it waits to be
    answered, `record` what keeps its end, `owner` whose it is.
    """

    def __init__(
        self,
        message: Message,
        patience: float = 0.0,
        abandoned: Callable[["Run"], object] | None = None,
        record: Record | None = None,
        owner: str | None = None,
    ) -> None:
        """Begin with the event Began."""
        self.message = message
        self.owner = owner
        self.record = record
        self.stop = threading.Event()
        self.turn: Future[None] | None = None
        self._patience = patience
        self._abandoned = abandoned
        self._changed = threading.Condition()
        self._events: list[tuple[int, RunEvent]] = [(1, Began(message=message))]
        self._claimed = False
        self._readers: dict[object, Callable[[], object]] = {}
        self._timer: threading.Timer | None = None

    @property
    def last(self) -> int:
        """The number of the latest event."""
        return self._events[-1][0]

    @property
    def ended(self) -> Ended | None:
        """The last event, None while the message is being answered."""
        event = self._events[-1][1]
        return event if isinstance(event, Ended) else None

    # Writing

    def emit(self, event: Retrieved | Stated) -> None:
        """Append `event`, unless the run is at its end."""
        with self._changed:
            if not self._claimed:
                self._append(self.last + 1, event)

    def claim(self) -> int | None:
        """Return the number of the last event to the one caller who is to end the run, None to all others."""
        with self._changed:
            if self._claimed:
                return None
            self._claimed = True
            return self.last + 1

    def end(self, number: int, ended: Ended) -> None:
        """Append the last event; `number` is what `claim` gave."""
        with self._changed:
            self._claimed = True
            self._append(number, ended)
            self._forget_timer()

    # Reading

    def since(self, number: int = 0) -> list[tuple[int, RunEvent]]:
        """Return the events so far that follow the one with this number."""
        with self._changed:
            return [one for one in self._events if one[0] > number]

    def events(self, after: int = 0) -> Iterator[tuple[int, RunEvent]]:
        """Yield the events that follow number `after` as they come, until the last."""
        with self.reading():
            while True:
                with self._changed:
                    while self.ended is None and self.last <= after:
                        self._changed.wait()
                for number, event in self.since(after):
                    after = number
                    yield number, event
                if self.ended is not None and after >= self.last:
                    return

    def result(self) -> Ended:
        """Wait for the last event and return it."""
        for _, event in self.events():
            last = event
        assert isinstance(last, Ended)
        return last

    @contextmanager
    def reading(self, notify: Callable[[], object] = lambda: None) -> Iterator[None]:
        """Count as a reader within; `notify` is called, on any thread, after every new event. It must not block."""
        reader = object()
        with self._changed:
            self._readers[reader] = notify
            self._forget_timer()
        try:
            yield
        finally:
            with self._changed:
                del self._readers[reader]
                if not self._readers and not self._claimed and self._abandoned is not None:
                    self._timer = threading.Timer(self._patience, self._abandoned, (self,))
                    self._timer.daemon = True
                    self._timer.start()

    def _append(self, number: int, event: RunEvent) -> None:
        self._events.append((number, event))
        self._changed.notify_all()
        for notify in self._readers.values():
            notify()

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def told_again(stored: StoredMessage) -> Run:
    """Return the run of a message that has ended, with the numbers that its events had.

    Of an unanswered one only the first and the last event are known.
    """
    message = stored.message
    run = Run(message.model_copy(update={"status": "running", "answer": None, "error": None, "feedback": None}))
    ended = Ended(message=message, failure=stored.failure)
    if message.answer is None:
        run.end(stored.last_event or UNKNOWN_END, ended)
        return run
    run.emit(_retrieved(message.answer))
    for stated in stated_of(message.answer):
        run.emit(stated)
    run.end(run.last + 1, ended)
    return run


def _retrieved(answer: Answer) -> Retrieved:
    """Return the passages as they were found: in the order of their scores, not yet read."""
    found = sorted(answer.passages, key=lambda hit: (-hit.score, hit.id))
    return Retrieved(hits=tuple(hit.model_copy(update={"reader_score": None}) for hit in found))
