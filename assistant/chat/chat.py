"""Chat: what every edge with conversations calls; it holds the messages that are being answered."""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import NamedTuple, ParamSpec, Self, TypeVar
from uuid import uuid4

from assistant.catalog import ConversationStore, Kept, RequestKey
from assistant.chat.export import Export, ExportFormat, export
from assistant.chat.replay import Replay, replay
from assistant.chat.runs import UNKNOWN_END, Ended, Run, told_again
from assistant.conversation import TURNS, Standalone, turn_of
from assistant.errors import AssistantError, InProgressError, RunError, Stopped
from assistant.pipeline import Answered, Assistant
from assistant.suggestions import follow_ups, starters
from assistant.types import (
    Answer,
    Conversation,
    ConversationFacts,
    Feedback,
    Filters,
    Frozen,
    Message,
    MessageStatus,
    Vote,
)

P = ParamSpec("P")
T = TypeVar("T")

# Answering is bound by the processor: more at once would make each of them slower, and all that stands beside them.
AT_ONCE = 2
PATIENCE = 10.0
_EVERYTHING = Filters()
_INTERRUPTED = "the server stopped while this question was answered: ask it again"

logger = logging.getLogger(__name__)


class Sent(NamedTuple):
    """The run of a message, and whether an earlier request with the same key began it."""

    run: Run
    again: bool


class Stopping(Frozen):
    """How a message that was to be stopped ended; `stopped` is False where it had ended before."""

    status: MessageStatus
    stopped: bool


class Chat:
    """Conversations over one Assistant; methods may be called from several threads.

    Methods that take a `key` do what they are asked once for it: a second call gives what the first one made. They
    raise RepeatError where the first call asked for something else. Every method raises NotFoundError for an id that
    does not exist and StorageError when the data folder cannot be read or written.
    """

    def __init__(
        self,
        assistant: Assistant,
        store: ConversationStore,
        *,
        at_once: int = AT_ONCE,
        patience: float = PATIENCE,
    ) -> None:
        """Answer with `assistant`, keep in `store`.

        `at_once`: how many questions are answered at the same time; others wait their turn. `patience`: seconds that
        a message is answered on after its last reader left. What was being answered when a former process ended has
        failed.
        """
        self._assistant = assistant
        self._store = store
        self._patience = patience
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="answering")
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="suggesting")
        self._guard = threading.Lock()
        self._live: dict[str, Run] = {}
        self._keying = threading.Lock()
        self._asking: set[tuple[str, str]] = set()
        store.interrupt(RunError.__name__, _INTERRUPTED, UNKNOWN_END)

    @property
    def assistant(self) -> Assistant:
        """What answers; closing it is left to who built it."""
        return self._assistant

    # Conversations

    def create(self, title: str = "", key: RequestKey | None = None) -> ConversationFacts:
        """Make a conversation; without a title its first question names it."""
        with self._once(key) as kept:
            if kept is not None:
                return ConversationFacts.model_validate_json(kept.body or "")
            return self._store.create(" ".join(title.split()), key)

    def list(
        self, query: str | None = None, limit: int = 50, before: str | None = None
    ) -> tuple[tuple[ConversationFacts, ...], str | None]:
        """Return conversations, latest updated first, and the cursor of the next ones; see `ConversationStore.list`."""
        return self._store.list(query, limit, before)

    def read(self, conversation_id: str) -> Conversation:
        """Return a conversation with its messages and their answers."""
        return self._store.read(conversation_id)

    def rename(self, conversation_id: str, title: str) -> ConversationFacts:
        """Give a conversation another title."""
        return self._store.rename(conversation_id, " ".join(title.split()))

    def delete(self, conversation_id: str) -> None:
        """Remove a conversation, its messages, all answers given in it and the feedback on them."""
        with self._guard:
            runs = [run for run in self._live.values() if run.message.conversation_id == conversation_id]
        for run in runs:
            self._stop(run)
        self._store.delete(conversation_id)

    def export(self, conversation_id: str, form: ExportFormat) -> Export:
        """Return a conversation as a file."""
        return export(self._store.read(conversation_id), form)

    # Messages

    def send(
        self,
        conversation_id: str,
        question: str,
        filters: Filters = _EVERYTHING,
        *,
        standalone: str | None = None,
        replaces: str | None = None,
        key: RequestKey | None = None,
    ) -> Sent:
        """Ask `question` in a conversation and return at once, before it is answered.

        `standalone` is the user's own wording of the question as it stands without those before it. `replaces` names
        the message in whose place it is asked: that one and all after it leave the conversation once this one is
        answered. Raises QuestionError as `Assistant.ask` does.
        """
        with self._once(key) as kept:
            if kept is not None:
                return Sent(self.resume(conversation_id, kept.message_id or ""), again=True)
            if replaces is not None:
                self._store.message(conversation_id, replaces)
            if not filters.empty:
                self._assistant.matching(filters)
            before = self._store.answered(conversation_id, TURNS, replaces)
            turns = [turn_of(one.answer) for one in before if one.answer is not None]
            asked = self._assistant.settle(question, turns, standalone)
            message = Message(
                id=uuid4().hex,
                conversation_id=conversation_id,
                created=datetime.now(UTC),
                question=question,
                filters=filters,
                standalone_question=asked.question,
                status="running",
                replaces=replaces,
            )
            if replaces is not None:
                self.stop(conversation_id, replaces)
            run = Run(message, self._patience, self._stop)
            with self._guard:
                self._live[message.id] = run
            try:
                self._store.add(message, standalone, key)
                run.turn = self._pool.submit(self._answer, run, asked)
            except BaseException:
                with self._guard:
                    del self._live[message.id]
                raise
            return Sent(run, again=False)

    def regenerate(self, conversation_id: str, message_id: str, key: RequestKey | None = None) -> Sent:
        """Ask the question of a message anew, in its place; its former answer stays readable under its id."""
        if key is not None and (kept := self._store.kept(key)) is not None:
            return Sent(self.resume(conversation_id, kept.message_id or ""), again=True)
        former = self._store.message(conversation_id, message_id)
        return self.send(
            conversation_id,
            former.message.question,
            former.message.filters,
            standalone=former.wording,
            replaces=message_id,
            key=key,
        )

    def resume(self, conversation_id: str, message_id: str) -> Run:
        """Return the run of a message: the one under way, else as it was."""
        with self._guard:
            live = self._live.get(message_id)
        if live is not None and live.message.conversation_id == conversation_id:
            return live
        stored = self._store.message(conversation_id, message_id)
        if stored.message.status == "running":
            # It could not be recorded how it ended: nobody answers it any more.
            self._store.finish(stored.message, "failed", UNKNOWN_END, failure=RunError.__name__, error=_INTERRUPTED)
            stored = self._store.message(conversation_id, message_id)
        return told_again(stored)

    def stop(self, conversation_id: str, message_id: str, key: RequestKey | None = None) -> Stopping:
        """End a message that is being answered, at once; its answer is not kept."""
        with self._once(key) as kept:
            if kept is not None:
                return Stopping.model_validate_json(kept.body or "")
            run = self.resume(conversation_id, message_id)
            stopped = run.ended is None and self._stop(run)
            stopping = Stopping(status=run.result().message.status, stopped=stopped)
            if key is not None:
                self._store.note(key, stopping.model_dump_json(), conversation_id)
            return stopping

    # Answers

    def ask(self, question: str, filters: Filters = _EVERYTHING, key: RequestKey | None = None) -> Answer:
        """Return the answer to `question`, outside of any conversation, and keep it.

        Raises as `Assistant.ask` does, and InProgressError while a call with the same `key` is under way.
        """
        with self._alone(key) as kept:
            if kept is not None:
                return self.answer(kept.answer_id or "")
            answer = self._assistant.ask(question, filters)
            self._store.keep(answer, key)
            return answer

    def answer(self, answer_id: str) -> Answer:
        """Return an answer that was given."""
        return Answer.model_validate_json(self.answer_json(answer_id))

    def answer_json(self, answer_id: str) -> str:
        """Return an answer as the JSON that was sent, to the byte."""
        return self._store.answer(answer_id).json

    def judge(
        self,
        answer_id: str,
        vote: Vote,
        reason: str | None = None,
        text: str | None = None,
        key: RequestKey | None = None,
    ) -> Feedback:
        """Keep what someone thinks of an answer, in place of what was thought of it before."""
        with self._once(key) as kept:
            if kept is not None:
                return Feedback.model_validate_json(kept.body or "")
            feedback = Feedback(answer_id=answer_id, vote=vote, reason=reason, text=text, created=datetime.now(UTC))
            self._store.judge(feedback, key)
            return feedback

    def replay(self, answer_id: str) -> Replay:
        """Ask an answer's question again and say what has changed."""
        stored = self._store.answer(answer_id)
        return replay(self._assistant, Answer.model_validate_json(stored.json), stored.created)

    def follow_ups(self, answer_id: str) -> tuple[str, ...]:
        """Return questions to ask after an answer, each of which can be answered."""
        return follow_ups(self._assistant, self.answer(answer_id))

    def starters(self) -> tuple[str, ...]:
        """Return questions to begin with, each of which can be answered."""
        return starters(self._assistant)

    # Running

    def in_turn(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Call `function` when it is its turn among the questions that are being answered."""
        return self._pool.submit(function, *args, **kwargs)

    def aside(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Call `function`, which asks many questions, without taking turns from those that someone waits for."""
        return self._aside.submit(function, *args, **kwargs)

    def stop_waiting(self) -> None:
        """Stop the messages whose turn has not come, so that a server can end once the others are answered."""
        with self._guard:
            waiting = [run for run in self._live.values() if run.turn and not (run.turn.running() or run.turn.done())]
        for run in waiting:
            self._stop(run)

    def close(self) -> None:
        """Stop whatever is being answered and wait for its threads; the assistant is left open."""
        with self._guard:
            runs = list(self._live.values())
        for run in runs:
            self._stop(run)
        for pool in (self._pool, self._aside):
            pool.shutdown(cancel_futures=True)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def _answer(self, run: Run, asked: Standalone) -> None:
        message = run.message
        try:
            if run.stop.is_set():
                return
            for event in self._assistant.stream(message.question, message.filters, standalone=asked, stop=run.stop):
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

    def _stop(self, run: Run) -> bool:
        """End `run` as stopped, unless it is at its end; what its thread still finds is dropped."""
        run.stop.set()
        if run.turn is not None:
            run.turn.cancel()
        return self._end(run, "stopped")

    def _end(
        self, run: Run, status: MessageStatus, answer: Answer | None = None, failure: AssistantError | None = None
    ) -> bool:
        number = run.claim()
        if number is None:
            return False
        kind, error = (type(failure).__name__, str(failure)) if failure else (None, None)
        try:
            message = self._store.finish(run.message, status, number, answer=answer, failure=kind, error=error)
        except AssistantError as unkept:
            logger.error("how the message %s ended was not kept: %s", run.message.id, unkept, exc_info=unkept)
            kind = type(unkept).__name__
            message = run.message.model_copy(update={"status": "failed", "error": str(unkept)})
        with self._guard:
            self._live.pop(run.message.id, None)
        run.end(number, Ended(message=message, failure=kind))
        return True

    @contextmanager
    def _once(self, key: RequestKey | None) -> Iterator[Kept | None]:
        """Give what the first request with `key` made; None lets the caller make it, while others with a key wait."""
        if key is None:
            yield None
            return
        with self._keying:
            yield self._store.kept(key)

    @contextmanager
    def _alone(self, key: RequestKey | None) -> Iterator[Kept | None]:
        """Like `_once` for what takes long: others with the same key are refused meanwhile."""
        if key is None:
            yield None
            return
        name = key.path, key.key
        with self._keying:
            kept = self._store.kept(key)
            if name in self._asking:
                raise InProgressError(
                    f"a request with the Idempotency-Key {key.key[:40]!r} is being answered: send it again later"
                )
            self._asking.add(name)
        try:
            yield kept
        finally:
            with self._keying:
                self._asking.discard(name)
