"""Tests of `assistant.langchain`."""

import pytest
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda

from assistant.errors import QuestionError
from assistant.langchain import AssistantRunnable, PassageRetriever
from assistant.pipeline import Assistant
from assistant.types import Answer, Filters

QUESTION = "How much less energy does recycling copper take than smelting ore?"


def test_documents_are_the_hits_best_first(assistant: Assistant) -> None:
    documents = PassageRetriever(assistant=assistant, limit=3).invoke(QUESTION)
    hits = assistant.search(QUESTION, limit=3)
    assert [(one.id, one.page_content) for one in documents] == [(hit.id, hit.text) for hit in hits]
    first = documents[0].metadata
    assert (first["article_id"], first["publisher"], first["published"]) == ("copper", "Metal Monthly", "2025-01-10")
    assert (first["start"], first["end"], first["score"]) == (hits[0].start, hits[0].end, hits[0].score)
    assert not {"text", "id"} & set(first)


def test_filters_hold(assistant: Assistant) -> None:
    retriever = PassageRetriever(assistant=assistant, filters=Filters(publisher=("River Review",)))
    assert {one.metadata["article_id"] for one in retriever.invoke(QUESTION)} == {"danube"}
    answer = AssistantRunnable(assistant, Filters(article=("tin",))).invoke(QUESTION)
    assert {hit.article_id for hit in answer.passages} == {"tin"}


def test_the_runnable_gives_the_assistants_answer(assistant: Assistant) -> None:
    answer = AssistantRunnable(assistant).invoke(QUESTION)
    assert isinstance(answer, Answer)
    assert answer.text == assistant.ask(QUESTION).text != ""


def test_they_compose_with_other_runnables(assistant: Assistant) -> None:
    def first_words(documents: list[Document]) -> str:
        return documents[0].page_content[:9]

    found = PassageRetriever(assistant=assistant) | RunnableLambda(first_words)
    assert found.invoke(QUESTION) == "Recycling"
    asked = RunnableLambda(str.strip) | AssistantRunnable(assistant) | RunnableLambda(lambda answer: answer.status)
    assert asked.invoke(f"  {QUESTION} ") == "answered"
    both = AssistantRunnable(assistant).batch([QUESTION, "How many kilometres is the length of the Danube?"])
    assert [one.citations[0].article_id for one in both] == ["copper", "danube"]


def test_errors_come_through(assistant: Assistant) -> None:
    with pytest.raises(QuestionError):
        AssistantRunnable(assistant).invoke("?")
    with pytest.raises(QuestionError):
        PassageRetriever(assistant=assistant).invoke("")
