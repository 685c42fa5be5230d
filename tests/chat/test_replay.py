"""Tests of `assistant.chat.replay`."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from assistant.chat import Chat
from assistant.errors import NotFoundError, Stopped
from assistant.pipeline import Assistant
from assistant.types import Filters
from tests.material import write_markdown

LENGTH = "How many kilometres is the length of the Danube?"


def given(own: Assistant, answer_id: str, when: timedelta) -> None:
    """Move the moment at which the answer was given: articles know theirs to the second only."""
    then = (datetime.now(UTC) + when).isoformat(timespec="microseconds")
    with own.conversations._write() as connection:
        connection.execute(text("UPDATE answers SET created = :then WHERE id = :id"), {"then": then, "id": answer_id})


def test_an_unchanged_corpus_gives_the_identical_answer(chat: Chat) -> None:
    for filters in (Filters(), Filters(publisher=("River Review",), until=date(2025, 1, 1))):
        answer = chat.ask(LENGTH, filters)
        again = chat.replay(answer.id)
        assert (again.identical, again.differences) == (True, ())
        assert again.answer.citations == answer.citations
        assert again.answer.receipt == answer.receipt


def test_a_question_that_leaned_on_others_is_asked_as_it_was_read(chat: Chat, conversation: str) -> None:
    chat.send(conversation, "Where does the Danube rise?").run.result()
    message = chat.send(conversation, "What is its length in kilometres?").run.result().message
    assert message.answer
    again = chat.replay(message.answer.id)
    assert (again.identical, again.differences) == (True, ())
    assert again.answer.standalone_question == message.standalone_question
    assert again.answer.question == message.question
    assert again.answer.receipt == message.answer.receipt


def test_what_is_stopped_is_not_answered(chat: Chat) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        chat.replay(chat.ask(LENGTH).id, stop)


def test_articles_that_changed_are_named(chat: Chat, own: Assistant, articles_folder: Path) -> None:
    answer = chat.ask(LENGTH)
    write_markdown(articles_folder / "danube.md", "# The river Danube\n\nThe length of the Danube is 2,857 kilometres.")
    write_markdown(articles_folder / "new.md", "# Lead\n\nLead is soft.", title="On lead")
    own.ingest([articles_folder])
    own.remove("tin")
    own.remove("bridges")
    own.remove("copper")
    given(own, answer.id, -timedelta(hours=1))
    again = chat.replay(answer.id)
    assert not again.identical
    assert any(one.startswith("answer: the citations differ") for one in again.differences)
    corpus = [one for one in again.differences if one.startswith("corpus: ")]
    assert sorted(corpus) == [
        "corpus: the article 'bridges' (Bridges of Budapest) was removed",
        "corpus: the article 'copper' (Copper in wiring) was removed",
        "corpus: the article 'danube' (The river Danube) was changed",
        "corpus: the article 'new' (On lead) was added or changed",
        "corpus: the article 'tin' (Tin and its alloys) was removed",
    ]
    assert any("2,857" in one.quote for one in again.answer.citations)


def test_what_changed_elsewhere_is_told_though_the_answer_is_the_same(chat: Chat, own: Assistant) -> None:
    answer = chat.ask(LENGTH, Filters(article=("danube",)))
    own.remove("copper")
    given(own, answer.id, timedelta(hours=1))
    again = chat.replay(answer.id)
    assert again.identical
    assert again.differences == ("corpus: articles that this answer did not rest on were changed or removed",)


def test_settings_and_reader_that_changed_are_named(build: Callable[..., Assistant]) -> None:
    first = build(threshold=0.0)
    with Chat(first, first.conversations) as chat:
        answer = chat.ask(LENGTH)
    first.close()
    second = build(threshold=0.99, reader="none")
    with Chat(second, second.conversations) as chat:
        again = chat.replay(answer.id)
    assert not again.identical
    assert "answer: it was answered, now it is abstained" in again.differences
    assert "settings: threshold was 0.0, now it is 0.99" in again.differences
    reader = f"reader: it was {answer.receipt.reader}, now it is {again.answer.receipt.reader}"
    assert reader in again.differences
    assert answer.receipt.reader != again.answer.receipt.reader


def test_an_answer_that_was_never_given_or_whose_filter_is_gone(chat: Chat, own: Assistant) -> None:
    with pytest.raises(NotFoundError, match="no answer has the id 'x'"):
        chat.replay("x")
    answer = chat.ask(LENGTH, Filters(article=("tin",)))
    own.remove("tin")
    with pytest.raises(NotFoundError, match="no article has the id 'tin'"):
        chat.replay(answer.id)
