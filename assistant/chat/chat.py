"""Chat: what every edge that asks and keeps answers calls, within conversations and outside of them."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from copy import copy
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, NamedTuple, ParamSpec, Self, TypeVar
from uuid import uuid4

from assistant.catalog import ConversationStore, KeyStore, RequestKey, StoredMessage
from assistant.chat.export import Export, ExportFormat, export
from assistant.chat.folders import without_folder
from assistant.chat.keys import Keys
from assistant.chat.replay import Replay, replay
from assistant.chat.runner import Runner
from assistant.chat.runs import UNKNOWN_END, Run, told_again
from assistant.chat.tally import Tally
from assistant.conversation import TURNS, Standalone, Turn, turn_of
from assistant.errors import RunError
from assistant.pipeline import Assistant
from assistant.suggestions import follow_ups, starters
from assistant.types import (
    Answer,
    Article,
    ArticleFacts,
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


class Sent(NamedTuple):
    """The run of a message, and whether an earlier request with the same key began it."""

    run: Run
    again: bool


class Stopping(Frozen):
    """How a message that was to be stopped ended; `stopped` is False where it had ended before."""

    status: MessageStatus
    stopped: bool


class Chat:
    """Conversations over one Assistant, and answers outside of them; methods may be called from several threads.

    Methods that take a `key` do what they are asked once for it: a second call gives what the first one made. They
    raise RepeatError where the first call asked for something else. Every method raises NotFoundError for an id that
    does not exist, or is not of the owner whose chat this is, and StorageError when the data folder cannot be read or
    written.
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

        `at_once`: how many questions are answered at the same time, others wait their turn. `patience`: seconds that
        a message is answered on after its last reader left. What was being answered when a former process ended has
        failed.
        """
        self._assistant = assistant
        self._store = store
        self._patience = patience
        self._tally = Tally()
        self._runner = Runner(assistant, at_once, self._tally.count)
        self._keys = Keys(store)
        self._root: Chat = self
        store.interrupt(RunError.__name__, _INTERRUPTED, UNKNOWN_END)

    def of(self, owner: str | None) -> "Chat":
        """Return the chat of the owner of a key: what they asked, and answers from what they see.

        As it was made it is nobody's: what was asked without a key. All have the same threads.
        """
        root = self._root
        if owner is None:
            return root
        mine = copy(root)
        mine._assistant = root._assistant.of(owner)
        mine._store = root._store.of(owner)
        mine._keys = root._keys.of(mine._store)
        return mine

    @property
    def keystore(self) -> KeyStore:
        """The keys of those who may use a server."""
        return KeyStore.beside(self._store)

    @property
    def assistant(self) -> Assistant:
        """What answers; closing it is left to who built it."""
        return self._assistant

    @property
    def tally(self) -> Tally:
        """What was counted of the answers given by `send`, `ask` and `tell`."""
        return self._tally

    # Conversations

    def create(self, title: str = "", key: RequestKey | None = None, edge: str | None = None) -> ConversationFacts:
        """Make a conversation; without a title its first question names it.

        `edge` is where it is had, if that is not the API: its answers are for whoever knows their ids.
        """
        with self._keys.once(key) as kept:
            if kept is not None:
                return ConversationFacts.model_validate_json(kept.body or "")
            return self._store.create(" ".join(title.split()), key, edge)

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
        for run in self._runner.under_way:
            if run.message.conversation_id == conversation_id and run.owner == self._store.owner:
                self._runner.stop(run)
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
        with self._keys.once(key) as kept:
            if kept is not None:
                return Sent(self.resume(conversation_id, kept.message_id or ""), again=True)
            if replaces is not None:
                self._store.message(conversation_id, replaces)
            if not filters.empty:
                self._assistant.matching(filters)
            before = self._store.answered(conversation_id, TURNS, replaces)
            turns = [turn_of(one.answer) for one in before if one.answer is not None]
            asked = self._assistant.settle(question, turns, standalone)
            message = _running(question, filters, asked, conversation_id, replaces)
            if replaces is not None:
                self.stop(conversation_id, replaces)

            def record(status: MessageStatus, last_event: int, /, **how: Any) -> Message:
                return self._store.finish(message, status, last_event, **how)

            run = self._runner.begin(
                message,
                asked,
                record,
                self._patience,
                lambda: self._store.add(message, standalone, key),
                turns=() if standalone else turns,
                owner=self._store.owner,
            )
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
        live = self._runner.find(message_id)
        if live is not None and live.message.conversation_id == conversation_id and live.owner == self._store.owner:
            return live
        stored = self._store.message(conversation_id, message_id)
        if stored.message.status == "running":
            # It could not be recorded how it ended: nobody answers it any more.
            self._store.finish(stored.message, "failed", UNKNOWN_END, failure=RunError.__name__, error=_INTERRUPTED)
            stored = self._store.message(conversation_id, message_id)
        return told_again(stored)

    def stop(self, conversation_id: str, message_id: str, key: RequestKey | None = None) -> Stopping:
        """End a message that is being answered, at once; its answer is not kept."""
        with self._keys.once(key) as kept:
            if kept is not None:
                return Stopping.model_validate_json(kept.body or "")
            run = self.resume(conversation_id, message_id)
            stopped = run.ended is None and self._runner.stop(run)
            stopping = Stopping(status=run.result().message.status, stopped=stopped)
            if key is not None:
                self._store.note(key, stopping.model_dump_json(), conversation_id)
            return stopping

    # Answers

    def ask(
        self,
        question: str,
        filters: Filters = _EVERYTHING,
        key: RequestKey | None = None,
        turns: Sequence[Turn] = (),
        stop: threading.Event | None = None,
    ) -> Answer:
        """Return the answer to `question`, outside of any conversation, and keep it.

        `turns` are those before it, oldest first, where the caller keeps them. Raises as `Assistant.ask` does, and
        InProgressError while a call with the same `key` is under way.
        """
        with self._keys.alone(key) as kept:
            if kept is not None:
                return self.answer(kept.answer_id or "")
            answer = self._assistant.ask(question, filters, turns, stop=stop)
            self._store.keep(answer, key)
            self._tally.count(answer)
            return answer

    def tell(
        self,
        question: str,
        filters: Filters = _EVERYTHING,
        turns: Sequence[Turn] = (),
        key: RequestKey | None = None,
    ) -> Run:
        """Ask as `ask` does, but return at once: the run belongs to a message of no conversation, whose id is empty.

        The answer is kept, `created` of the message then being when; the message itself is not. Without a
        conversation nobody can come back to it, so it is stopped as soon as its last reader leaves.
        """
        kept = self._keys.take(key)
        try:
            if kept is not None:
                run = told_again(StoredMessage(self._answered(kept.answer_id or "")))
                self._keys.release(key)
                return run
            if not filters.empty:
                self._assistant.matching(filters)
            asked = self._assistant.settle(question, turns)
            message = _running(question, filters, asked)

            def record(
                status: MessageStatus, _last_event: int, /, *, answer: Answer | None, error: str | None, **_: object
            ) -> Message:
                try:
                    if answer is None:
                        return message.model_copy(update={"status": status, "error": error})
                    self._store.keep(answer, key)
                    return self._answered(answer.id).model_copy(update={"id": message.id, "filters": filters})
                finally:
                    self._keys.release(key)

            return self._runner.begin(message, asked, record, patience=0.0, turns=turns, owner=self._store.owner)
        except BaseException:
            self._keys.release(key)
            raise

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
        with self._keys.once(key) as kept:
            if kept is not None:
                return Feedback.model_validate_json(kept.body or "")
            feedback = Feedback(answer_id=answer_id, vote=vote, reason=reason, text=text, created=datetime.now(UTC))
            self._store.judge(feedback, key)
            return feedback

    def replay(self, answer_id: str, stop: threading.Event | None = None) -> Replay:
        """Ask an answer's question again and say what has changed. Raises Stopped after `stop` is set."""
        stored = self._store.answer(answer_id)
        return replay(self._assistant, Answer.model_validate_json(stored.json), stored.created, stop)

    def follow_ups(self, answer_id: str) -> tuple[str, ...]:
        """Return questions to ask after an answer, each of which can be answered."""
        return follow_ups(self._assistant, self.answer(answer_id))

    def starters(self) -> tuple[str, ...]:
        """Return questions to begin with, each of which can be answered."""
        return starters(self._assistant)

    # Articles

    def articles(self) -> tuple[ArticleFacts, ...]:
        """Return all articles as they are told to everybody: of the files that they were read from, only the names."""
        return tuple(map(without_folder, self._assistant.articles()))

    def article(self, article_id: str) -> Article:
        """Return one article with its text, told as `articles` tells it."""
        return without_folder(self._assistant.article(article_id))

    # Running

    def in_turn(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Call `function` when it is its turn among the questions that are being answered."""
        return self._runner.in_turn(function, *args, **kwargs)

    def aside(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Call `function`, which asks many questions, without taking turns from those that someone waits for."""
        return self._runner.aside(function, *args, **kwargs)

    def stop_waiting(self) -> None:
        """Stop the messages whose turn has not come, so that a server can end once the others are answered."""
        self._runner.stop_waiting()

    def stop_all(self) -> None:
        """Stop all messages that have not ended; each of their readers gets the last event."""
        self._runner.stop_all()

    def close(self) -> None:
        """Stop whatever is being answered and wait for its threads; the assistant is left open."""
        self._runner.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def _answered(self, answer_id: str) -> Message:
        """Return a message of no conversation that has this answer; it is as old as the answer."""
        stored = self._store.answer(answer_id)
        answer = Answer.model_validate_json(stored.json)
        return Message(
            id=answer.id,
            conversation_id="",
            created=stored.created,
            question=answer.question,
            standalone_question=answer.standalone_question,
            status="done",
            answer=answer,
        )


def _running(
    question: str, filters: Filters, asked: Standalone, conversation_id: str = "", replaces: str | None = None
) -> Message:
    return Message(
        id=uuid4().hex,
        conversation_id=conversation_id,
        created=datetime.now(UTC),
        question=question,
        filters=filters,
        standalone_question=asked.question,
        status="running",
        replaces=replaces,
    )
