"""Tests of `assistant.chat.chat`."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from assistant.catalog import RequestKey
from assistant.chat import Began, Chat, Ended, Run
from assistant.conversation import Turn
from assistant.errors import InProgressError, NotFoundError, QuestionError, RepeatError, RunError, StorageError
from assistant.events import Retrieved, Stated
from assistant.pipeline import Assistant
from assistant.types import Filters, Message

from .gate import Gate

LENGTH = "How many kilometres is the length of the Danube?"
TRIBUTARIES = "What are the three largest tributaries of the Danube?"


def key(name: str = "k", path: str = "/v1/x", digest: str = "d") -> RequestKey:
    return RequestKey(path, name, digest)


def done(chat: Chat, conversation: str, question: str = LENGTH, **more: object) -> Message:
    return chat.send(conversation, question, **more).run.result().message  # type: ignore[arg-type]


def reads(chat: Chat, conversation: str) -> list[tuple[str, str]]:
    return [(one.id, one.status) for one in chat.read(conversation).messages]


def test_a_message_is_told_step_by_step_and_kept(chat: Chat, conversation: str, own: Assistant) -> None:
    run = chat.send(conversation, TRIBUTARIES).run
    events = list(run.events())
    assert [number for number, _ in events] == list(range(1, len(events) + 1))
    began, retrieved, *stated, ended = [event for _, event in events]
    assert isinstance(began, Began)
    assert (began.message.status, began.message.answer, began.message.standalone_question) == (
        "running",
        None,
        TRIBUTARIES,
    )
    assert isinstance(retrieved, Retrieved)
    assert isinstance(ended, Ended)
    answer = ended.message.answer
    assert answer
    assert (ended.message.status, ended.failure, answer.question) == ("done", None, TRIBUTARIES)
    assert [event.statement for event in stated if isinstance(event, Stated)] == list(answer.statements)
    assert [one for event in stated if isinstance(event, Stated) for one in event.citations] == list(answer.citations)
    assert answer.text == own.ask(TRIBUTARIES).text
    (kept,) = chat.read(conversation).messages
    assert kept == ended.message
    assert chat.answer(answer.id) == answer
    assert chat.answer_json(answer.id) == answer.model_dump_json()
    assert kept.model_dump_json().count(chat.answer_json(answer.id)) == 1


def test_a_message_may_be_read_again_from_any_event(chat: Chat, conversation: str) -> None:
    first = chat.send(conversation, TRIBUTARIES).run
    events = list(first.events())
    again = chat.resume(conversation, first.message.id)
    assert again is not first
    assert again.since() == events
    assert list(again.events(after=3)) == events[3:]


def test_a_running_message_is_followed_live_by_several(chat: Chat, conversation: str, gate: Gate) -> None:
    gate.shut()
    run = chat.send(conversation, TRIBUTARIES).run
    assert gate.reached.acquire(timeout=60)
    other = chat.resume(conversation, run.message.id)
    assert other is run
    assert reads(chat, conversation) == [(run.message.id, "running")]
    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(lambda: list(run.events())) for _ in range(2)]
        gate.open()
        first, second = (one.result() for one in readers)
    assert first == second
    assert isinstance(first[-1][1], Ended)


def test_the_turns_before_it_make_the_question_whole(chat: Chat, conversation: str, gate: Gate) -> None:
    done(chat, conversation, "Where does the Danube rise?")
    leaning = done(chat, conversation, "What is its length in kilometres?")
    assert leaning.question == "What is its length in kilometres?"
    assert leaning.standalone_question is not None
    assert "Danube" in leaning.standalone_question
    assert leaning.answer
    assert leaning.answer.standalone_question == leaning.standalone_question == gate.asked[-1]
    assert leaning.answer.question == leaning.question
    alone = done(chat, chat.create().id, "What is its length in kilometres?")
    assert alone.standalone_question == "What is its length in kilometres?"


def test_the_users_own_wording_is_read_as_it_is(chat: Chat, conversation: str, gate: Gate) -> None:
    done(chat, conversation, "Where does the Danube rise?")
    message = done(chat, conversation, "And its length?", standalone="How much of solder  is tin?")
    assert message.standalone_question == "How much of solder is tin?" == gate.asked[-1]
    again = chat.regenerate(conversation, message.id).run.result().message
    assert (again.question, again.standalone_question) == (message.question, message.standalone_question)


def test_filters_hold_within_a_conversation(chat: Chat, conversation: str) -> None:
    filters = Filters(publisher=("Metal Monthly",), since=date(2024, 1, 1))
    message = done(chat, conversation, LENGTH, filters=filters)
    assert message.answer
    assert {hit.publisher for hit in message.answer.passages} == {"Metal Monthly"}
    assert chat.read(conversation).messages[0].filters == filters
    again = chat.regenerate(conversation, message.id).run.result().message
    assert again.filters == filters


def test_what_cannot_be_asked_leaves_no_message(chat: Chat, conversation: str) -> None:
    with pytest.raises(QuestionError):
        chat.send(conversation, "?")
    with pytest.raises(QuestionError):
        chat.send(conversation, LENGTH, standalone=" ")
    with pytest.raises(NotFoundError, match="'nowhere'"):
        chat.send(conversation, LENGTH, Filters(article=("nowhere",)))
    with pytest.raises(NotFoundError, match="no conversation has the id 'nope'"):
        chat.send("nope", LENGTH)
    with pytest.raises(NotFoundError, match="has no message 'nope'"):
        chat.send(conversation, LENGTH, replaces="nope")
    assert chat.read(conversation).messages == ()
    assert chat._runner.under_way == ()


def test_editing_takes_the_place_of_what_follows_once_it_is_answered(chat: Chat, conversation: str, gate: Gate) -> None:
    first, second, third = (done(chat, conversation, question) for question in (TRIBUTARIES, LENGTH, "What is tin?"))
    gate.shut()
    run = chat.send(conversation, "Where does it rise?", replaces=second.id).run
    assert gate.reached.acquire(timeout=60)
    assert [one for one, _ in reads(chat, conversation)] == [first.id, second.id, third.id, run.message.id]
    gate.open()
    edited = run.result().message
    assert edited.replaces == second.id
    assert "Danube" in (edited.standalone_question or "")
    assert reads(chat, conversation) == [(first.id, "done"), (edited.id, "done")]
    assert second.answer
    assert chat.answer(second.answer.id) == second.answer
    with pytest.raises(NotFoundError):
        chat.resume(conversation, third.id)


def test_regenerating_keeps_the_former_answer_readable(chat: Chat, conversation: str) -> None:
    former = done(chat, conversation)
    fresh = chat.regenerate(conversation, former.id).run.result().message
    assert former.answer
    assert fresh.answer
    assert (fresh.question, fresh.replaces) == (former.question, former.id)
    assert fresh.answer.id != former.answer.id
    assert reads(chat, conversation) == [(fresh.id, "done")]
    assert chat.answer(former.answer.id) == former.answer


def test_a_stopped_message_ends_at_once_and_keeps_no_answer(chat: Chat, conversation: str, gate: Gate) -> None:
    gate.shut()
    run = chat.send(conversation, LENGTH).run
    assert gate.reached.acquire(timeout=60)
    stopping = chat.stop(conversation, run.message.id)
    assert (stopping.status, stopping.stopped) == ("stopped", True)
    assert run.ended is not None
    gate.open()
    assert [number for number, _ in run.events()] == [1, 2, 3]
    assert chat.stop(conversation, run.message.id) == stopping.model_copy(update={"stopped": False})
    again = chat.resume(conversation, run.message.id)
    assert [number for number, _ in again.events()] == [1, 3]
    assert isinstance(again.result(), Ended)
    (kept,) = chat.read(conversation).messages
    assert (kept.status, kept.answer, kept.error) == ("stopped", None, None)
    assert chat.regenerate(conversation, run.message.id).run.result().message.status == "done"
    assert chat.stop(conversation, chat.read(conversation).messages[-1].id).status == "done"


def test_a_message_whose_turn_has_not_come_can_be_stopped(own: Assistant, gate: Gate) -> None:
    gate.shut()
    with Chat(own, own.conversations, at_once=1) as chat:
        conversation = chat.create().id
        first, second, third = (chat.send(conversation, LENGTH).run for _ in range(3))
        assert gate.reached.acquire(timeout=60)
        assert chat.stop(conversation, second.message.id).stopped
        assert [type(event) for _, event in second.events()] == [Began, Ended]
        chat.stop_waiting()
        assert third.result().message.status == "stopped"
        assert first.ended is None
        gate.open()
        assert first.result().message.status == "done"
    assert len(gate.asked) == 1


def test_a_message_goes_on_for_a_while_when_its_reader_leaves(chat: Chat, conversation: str, gate: Gate) -> None:
    gate.shut()
    left, kept, unread = (chat.send(conversation, LENGTH).run for _ in range(3))
    with left.reading():
        assert gate.reached.acquire(timeout=60)
    over = threading.Event()
    with kept.reading(), left.reading(lambda: over.set() if left.ended else None):
        pass
    reader = iter(kept.events())
    next(reader)
    while left.ended is None:
        threading.Event().wait(0.01)
    gate.open()
    assert [event for _, event in reader][-1] == kept.ended
    assert (left.ended.message.status, kept.result().message.status) == ("stopped", "done")
    assert unread.result().message.status == "done"


def test_closing_stops_what_is_running_and_the_next_start_fails_what_was_left(own: Assistant, gate: Gate) -> None:
    gate.shut()
    chat = Chat(own, own.conversations)
    conversation = chat.create().id
    run = chat.send(conversation, LENGTH).run
    assert gate.reached.acquire(timeout=60)
    closing = threading.Thread(target=chat.close)
    closing.start()
    assert run.result().message.status == "stopped"
    gate.open()
    closing.join(60)
    killed = run.message.model_copy(update={"id": "killed"})
    own.conversations.add(killed)
    with Chat(own, own.conversations) as later:
        stored = later.read(conversation).messages[-1]
        assert stored.status == "failed"
        assert stored.error == "the server stopped while this question was answered: ask it again"
        events = list(later.resume(conversation, "killed").events(after=5))
        assert [type(event) for _, event in events] == [Ended]
        assert later.regenerate(conversation, "killed").run.result().message.status == "done"
        assert reads(later, conversation)[0] == (run.message.id, "stopped")


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (StorageError("the disk is full: free some"), "StorageError", "the disk is full: free some"),
        (RuntimeError("secret"), "RunError", "answering failed, which is not your fault: report urn:uuid:"),
    ],
)
def test_a_failure_is_told_and_kept(
    chat: Chat, conversation: str, gate: Gate, error: Exception, kind: str, said: str
) -> None:
    gate.fail = error
    ended = chat.send(conversation, LENGTH).run.result()
    assert (ended.failure, ended.message.status) == (kind, "failed")
    assert (ended.message.error or "").startswith(said)
    assert "secret" not in (ended.message.error or "")
    assert chat.resume(conversation, ended.message.id).result() == ended
    gate.fail = None
    assert chat.regenerate(conversation, ended.message.id).run.result().message.status == "done"
    assert [status for _, status in reads(chat, conversation)] == ["done"]


def test_an_end_that_cannot_be_kept_is_told_as_a_failure(
    chat: Chat, conversation: str, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> Message:
        raise StorageError("the disk is full: free some")

    gate.shut()
    run = chat.send(conversation, LENGTH).run
    with monkeypatch.context() as patch:
        patch.setattr(chat._store, "finish", fail)
        gate.open()
        ended = run.result()
    assert (ended.failure, ended.message.status, ended.message.error) == (
        "StorageError",
        "failed",
        "the disk is full: free some",
    )
    assert reads(chat, conversation) == [(run.message.id, "running")]
    assert chat.resume(conversation, run.message.id).result().message.status == "failed"
    assert reads(chat, conversation) == [(run.message.id, "failed")]


def test_deleting_a_conversation_stops_what_runs_in_it(chat: Chat, conversation: str, gate: Gate) -> None:
    answered = done(chat, conversation)
    gate.shut()
    run = chat.send(conversation, LENGTH).run
    assert gate.reached.acquire(timeout=60)
    chat.delete(conversation)
    assert run.result().message.status == "stopped"
    gate.open()
    assert answered.answer
    for gone in (
        lambda: chat.read(conversation),
        lambda: chat.answer_json(answered.answer.id if answered.answer else ""),
        lambda: chat.resume(conversation, run.message.id),
        lambda: chat.delete(conversation),
    ):
        with pytest.raises(NotFoundError):
            gone()


def test_titles_are_folded(chat: Chat) -> None:
    made = chat.create("  Rare \n earths ")
    assert made.title == "Rare earths"
    assert chat.rename(made.id, " Tin\t").title == "Tin" == chat.list("tin")[0][0].title


def test_answers_outside_of_conversations_are_kept(chat: Chat) -> None:
    answer = chat.ask(LENGTH)
    assert chat.answer(answer.id) == answer
    with pytest.raises(QuestionError):
        chat.ask("?")
    assert chat.list() == ((), None)


def test_a_key_asks_once(chat: Chat, gate: Gate) -> None:
    first = chat.ask(LENGTH, key=key())
    assert chat.ask(LENGTH, key=key()) == first
    assert chat.ask(LENGTH, key=key("other")).id != first.id
    assert len(gate.asked) == 2
    with pytest.raises(RepeatError):
        chat.ask(LENGTH, key=key(digest="e"))
    gate.shut()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(chat.ask, LENGTH, key=key("slow"))
        assert gate.reached.acquire(timeout=60)
        with pytest.raises(InProgressError, match="Idempotency-Key 'slow' is being answered"):
            chat.ask(LENGTH, key=key("slow"))
        gate.open()
        slow = running.result()
    assert chat.ask(LENGTH, key=key("slow")) == slow


def test_a_request_that_failed_may_be_sent_again_with_its_key(chat: Chat, gate: Gate) -> None:
    gate.fail = RunError("no: again")
    with pytest.raises(RunError):
        chat.ask(LENGTH, key=key())
    gate.fail = None
    assert chat.ask(LENGTH, key=key()).status == "answered"


def test_turns_that_the_caller_keeps_make_a_question_whole(chat: Chat) -> None:
    turns = [Turn(question="Where does the Danube rise?", standalone_question="Where does the Danube rise?")]
    answer = chat.ask("What is its length in kilometres?", turns=turns)
    told = chat.tell("What is its length in kilometres?", turns=turns).result().message
    assert told.answer
    assert told.standalone_question == answer.standalone_question == told.answer.standalone_question
    assert "Danube" in answer.standalone_question


def test_an_answer_is_told_outside_of_conversations_and_kept(chat: Chat, own: Assistant) -> None:
    filters = Filters(publisher=("River Review",))
    run = chat.tell(TRIBUTARIES, filters)
    events = [event for _, event in run.events()]
    began, retrieved, *stated, ended = events
    assert isinstance(began, Began)
    assert isinstance(retrieved, Retrieved)
    assert isinstance(ended, Ended)
    message, answer = ended.message, ended.message.answer
    assert answer
    assert (message.id, message.conversation_id, message.status) == (run.message.id, "", "done")
    assert (began.message.status, message.filters, message.question) == ("running", filters, TRIBUTARIES)
    assert [event.statement for event in stated if isinstance(event, Stated)] == list(answer.statements)
    assert answer.text == own.ask(TRIBUTARIES, filters).text
    assert chat.answer(answer.id) == answer
    assert chat.list() == ((), None)
    assert chat._runner.under_way == ()


def test_what_is_told_stops_when_its_reader_leaves(chat: Chat, gate: Gate) -> None:
    gate.shut()
    run = chat.tell(LENGTH, key=key())
    with run.reading():
        assert gate.reached.acquire(timeout=60)
    assert run.result().message.status == "stopped"
    assert run.stop.is_set()
    gate.open()
    assert chat.tell(LENGTH, key=key()).result().message.status == "done"


def test_a_key_tells_once(chat: Chat, gate: Gate) -> None:
    gate.shut()
    run = chat.tell(TRIBUTARIES, key=key())
    with pytest.raises(InProgressError, match="Idempotency-Key 'k' is being answered"):
        chat.tell(TRIBUTARIES, key=key())
    gate.open()
    first = run.result().message
    again = chat.tell(TRIBUTARIES, key=key())
    assert [event for _, event in again.events()][1:-1] == [event for _, event in run.events()][1:-1]
    repeated = again.result().message
    assert (repeated.answer, repeated.created) == (first.answer, first.created)
    assert len(gate.asked) == 1
    with pytest.raises(RepeatError):
        chat.tell(TRIBUTARIES, key=key(digest="e"))
    assert first.answer
    assert chat.ask(TRIBUTARIES, key=key()) == first.answer


def test_what_cannot_be_told_leaves_its_key_free(chat: Chat, gate: Gate) -> None:
    with pytest.raises(QuestionError):
        chat.tell("?", key=key())
    with pytest.raises(NotFoundError, match="'nowhere'"):
        chat.tell(LENGTH, Filters(article=("nowhere",)), key=key())
    gate.fail = RunError("no: again")
    ended = chat.tell(LENGTH, key=key()).result()
    assert (ended.failure, ended.message.status, ended.message.error) == ("RunError", "failed", "no: again")
    gate.fail = None
    assert chat.tell(LENGTH, key=key()).result().message.status == "done"


def test_an_answer_told_that_cannot_be_kept_is_a_failure(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> str:
        raise StorageError("the disk is full: free some")

    monkeypatch.setattr(chat._store, "keep", fail)
    ended = chat.tell(LENGTH, key=key()).result()
    assert (ended.failure, ended.message.status, ended.message.answer) == ("StorageError", "failed", None)
    monkeypatch.undo()
    assert chat.tell(LENGTH, key=key()).result().message.status == "done"
    assert chat.tally.counts().answers["extractive", "answered"] == 1


def test_every_answer_given_is_counted_once(chat: Chat, conversation: str, gate: Gate) -> None:
    done(chat, conversation)
    chat.ask(LENGTH, key=key())
    chat.ask(LENGTH, key=key())
    chat.tell(LENGTH, key=key("other")).result()
    chat.tell(LENGTH, key=key("other")).result()
    gate.fail = RunError("no: again")
    done(chat, conversation)
    counts = chat.tally.counts()
    assert {kind: count for kind, count in counts.answers.items() if count} == {("extractive", "answered"): 3}
    assert sum(counts.durations["extractive"].counts) == 3


def test_a_key_makes_one_conversation_one_message_one_vote(chat: Chat, gate: Gate) -> None:
    made = chat.create(key=key())
    chat.rename(made.id, "Changed")
    assert chat.create(key=key()) == made
    assert len(chat.list()[0]) == 1
    gate.shut()
    sent = chat.send(made.id, LENGTH, key=key(path="/m"))
    assert not sent.again
    joined = chat.send(made.id, LENGTH, key=key(path="/m"))
    assert (joined.run, joined.again) == (sent.run, True)
    gate.open()
    message = sent.run.result().message
    again = chat.send(made.id, LENGTH, key=key(path="/m")).run
    assert again.result().message == message
    assert [one for one, _ in reads(chat, made.id)] == [message.id]
    assert message.answer
    vote = chat.judge(message.answer.id, "up", key=key("vote"))
    chat.judge(message.answer.id, "down")
    assert chat.judge(message.answer.id, "up", key=key("vote")) == vote
    assert (chat.read(made.id).messages[0].feedback or vote).vote == "down"


def test_a_key_regenerates_and_stops_once(chat: Chat, conversation: str, gate: Gate) -> None:
    former = done(chat, conversation)
    fresh = chat.regenerate(conversation, former.id, key("again")).run.result().message
    repeated = chat.regenerate(conversation, former.id, key("again"))
    assert (repeated.again, repeated.run.result().message) == (True, fresh)
    gate.shut()
    run = chat.send(conversation, LENGTH).run
    assert gate.reached.acquire(timeout=60)
    first = chat.stop(conversation, run.message.id, key("stop"))
    assert chat.stop(conversation, run.message.id, key("stop")) == first
    assert first.stopped


def test_many_send_the_same_key_at_once(chat: Chat, conversation: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(chat.send, conversation, LENGTH, key=key()) for _ in range(8)]
        ids = {one.result().run.result().message.id for one in sent}
    assert len(ids) == 1
    assert [one for one, _ in reads(chat, conversation)] == [*ids]


def test_feedback(chat: Chat, conversation: str) -> None:
    message = done(chat, conversation)
    assert message.answer
    given = chat.judge(message.answer.id, "down", "incomplete", "It misses the Inn.")
    assert chat.read(conversation).messages[0].feedback == given
    with pytest.raises(NotFoundError, match="no answer has the id 'nope'"):
        chat.judge("nope", "up")


def test_fifty_messages_at_once_are_all_answered(chat: Chat, conversation: str) -> None:
    runs: list[Run] = [chat.send(conversation, LENGTH).run for _ in range(50)]
    assert {run.result().message.status for run in runs} == {"done"}
    assert [one for one, _ in reads(chat, conversation)] == [run.message.id for run in runs]
    assert chat._runner.under_way == ()


def test_suggestions_are_asked_for_aside(chat: Chat, build: Callable[..., Assistant]) -> None:
    assert isinstance(chat.aside(chat.starters).result(60), tuple)
    answer = chat.ask(TRIBUTARIES)
    assert isinstance(chat.aside(chat.follow_ups, answer.id).result(60), tuple)
    assert build is not None
