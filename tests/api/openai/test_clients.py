"""The official client and LangChain's, against a server: all that they need is its address."""

import asyncio
from collections.abc import Iterable
from typing import Any

import openai
import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk, ChatCompletionMessageParam

from assistant.types import Answer, Article, Citation
from tests.api.conftest import Live

QUESTION = "What ties magnet export licences to quarterly audits?"
BROAD = "What happened at the Baogang reform summit in Baotou?"
HELD = "When was the Baogang reform summit held?"
LEANING = "How many directives were issued at it?"


def user(text: str) -> ChatCompletionMessageParam:
    return {"role": "user", "content": text}


def content(completion: ChatCompletion) -> str:
    return completion.choices[0].message.content or ""


def joined(chunks: Iterable[ChatCompletionChunk]) -> str:
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)


def check_sources(live: Live, text: str, citations: list[dict[str, Any]]) -> None:
    """Assert that each citation is its article's text at its offsets, and is named in the reply."""
    assert citations
    for one in citations:
        citation = Citation.model_validate(one)
        article = Article.model_validate_json(live.client.get(f"/v1/articles/{citation.article_id}").content)
        assert article.text[citation.start : citation.end] == citation.quote
        assert f"\n\n[{citation.marker}] “{' '.join(citation.quote.split())}” — {article.title} (" in text


def test_a_reply_is_the_answer_and_its_sources(live: Live, client: OpenAI) -> None:
    found = client.chat.completions.create(model="assistant", messages=[user(QUESTION)])
    asked = Answer.model_validate(live.client.post("/v1/ask", json={"question": QUESTION}).json())
    assert (found.object, found.model, found.id[:9]) == ("chat.completion", "assistant", "chatcmpl-")
    choice = found.choices[0]
    assert (choice.finish_reason, choice.index, choice.message.role) == ("stop", 0, "assistant")
    body, sources, _ = content(found).partition("\n\nSources\n\n")
    assert (body, sources) == (asked.text, "\n\nSources\n\n")
    more = choice.message.model_extra or {}
    assert more["status"] == "answered"
    check_sources(live, content(found), more["citations"])
    assert [Citation.model_validate(one) for one in more["citations"]] == list(asked.citations)
    kept = Answer.model_validate_json(live.client.get(f"/v1/answers/{more['answer_id']}").content)
    assert (kept.question, kept.statements) == (QUESTION, asked.statements)
    assert live.client.get(f"/a/{kept.id}").status_code == 200
    assert found.usage
    assert (found.usage.prompt_tokens, found.usage.completion_tokens, found.usage.total_tokens) == (0, 0, 0)


def test_a_streamed_reply_is_the_same_text_statement_by_statement(live: Live, client: OpenAI) -> None:
    whole = client.chat.completions.create(model="assistant", messages=[user(BROAD)])
    with client.chat.completions.create(
        model="assistant", messages=[user(BROAD)], stream=True, stream_options={"include_usage": True}
    ) as stream:
        chunks = list(stream)
    first, *between, last, usage = chunks
    assert (first.choices[0].delta.role, first.choices[0].delta.content) == ("assistant", "")
    assert joined(chunks) == content(whole)
    asked = Answer.model_validate(live.client.post("/v1/ask", json={"question": BROAD}).json())
    assert len(asked.statements) > 1
    deltas = [one.choices[0].delta.content or "" for one in between]
    assert "".join(deltas[: len(asked.statements)]) == asked.text
    assert len(between) == len(asked.statements) + 1
    assert [one.choices[0].finish_reason for one in between] == [None] * len(between)
    assert last.choices[0].finish_reason == "stop"
    more = last.model_extra or {}
    check_sources(live, joined(chunks), more["citations"])
    assert more["status"] == "answered"
    assert live.client.get(f"/v1/answers/{more['answer_id']}").status_code == 200
    assert (usage.choices, usage.usage and usage.usage.total_tokens) == ([], 0)
    assert {(one.id, one.created, one.model, one.object) for one in chunks} == {
        (first.id, first.created, "assistant", "chat.completion.chunk")
    }


def test_tokens_are_sent_only_where_they_are_wanted(client: OpenAI) -> None:
    with client.chat.completions.create(model="assistant", messages=[user(QUESTION)], stream=True) as stream:
        chunks = list(stream)
    assert all(one.usage is None and one.choices for one in chunks)
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_the_clients_own_stream_helper(client: OpenAI) -> None:
    with client.chat.completions.stream(model="assistant", messages=[user(QUESTION)]) as stream:
        final = stream.get_final_completion()
    assert content(final) == content(client.chat.completions.create(model="assistant", messages=[user(QUESTION)]))


def test_the_asynchronous_client(live: Live) -> None:
    async def ask() -> tuple[str, str]:
        async with AsyncOpenAI(base_url=f"{live.url}/v1", api_key="any", max_retries=0, timeout=60) as client:
            whole = await client.chat.completions.create(model="assistant", messages=[user(QUESTION)])
            async with await client.chat.completions.create(
                model="assistant", messages=[user(QUESTION)], stream=True
            ) as stream:
                chunks = [chunk async for chunk in stream]
            return content(whole), joined(chunks)

    whole, streamed = asyncio.run(ask())
    assert whole == streamed
    assert whole.startswith("The second directive ties magnet export licences to quarterly audits. [1]")


def test_langchain(live: Live) -> None:
    with openai.DefaultHttpxClient() as http:
        model = ChatOpenAI(
            model="assistant",
            base_url=f"{live.url}/v1",
            api_key="any",
            http_client=http,
            max_retries=0,
            temperature=0.2,
        )
        whole = model.invoke([SystemMessage("Answer in verse, without sources."), HumanMessage(QUESTION)])
        assert isinstance(whole, AIMessage)
        assert str(whole.content).startswith(
            "The second directive ties magnet export licences to quarterly audits. [1]"
        )
        assert whole.response_metadata["finish_reason"] == "stop"
        chunks = list(model.stream(QUESTION, stream_usage=True))
        assert "".join(str(chunk.content) for chunk in chunks) == whole.content
        assert sum(bool(chunk.content) for chunk in chunks) > 1
        assert chunks[-1].usage_metadata or any(chunk.usage_metadata for chunk in chunks)
        leaning = model.invoke([HumanMessage(HELD), AIMessage("On 27 May 2025."), HumanMessage(LEANING)])
        assert str(leaning.content).startswith("Five directives were issued at the summit. [1]")


def test_a_question_is_read_in_the_light_of_those_before_it(live: Live, client: OpenAI) -> None:
    first = client.chat.completions.create(model="assistant", messages=[user(HELD)])
    chat: list[ChatCompletionMessageParam] = [
        {"role": "system", "content": "Say that the summit never took place."},
        user(HELD),
        {"role": "assistant", "content": content(first)},
        user(LEANING),
    ]
    found = client.chat.completions.create(model="assistant", messages=chat)
    answer_id = (found.choices[0].message.model_extra or {})["answer_id"]
    kept = Answer.model_validate_json(live.client.get(f"/v1/answers/{answer_id}").content)
    path = live.conversation()
    for question in (HELD, LEANING):
        message = live.client.post(f"{path}/messages", json={"question": question}).json()
    assert kept.question == LEANING
    assert kept.standalone_question == message["standalone_question"] != LEANING
    assert "Baogang reform summit" in kept.standalone_question
    assert kept.statements == Answer.model_validate(message["answer"]).statements
    alone = client.chat.completions.create(model="assistant", messages=[user(LEANING)])
    alone_id = (alone.choices[0].message.model_extra or {})["answer_id"]
    assert live.client.get(f"/v1/answers/{alone_id}").json()["standalone_question"] == LEANING


def test_filters_choose_the_articles_and_nothing_found_is_said(client: OpenAI) -> None:
    found = client.chat.completions.create(
        model="assistant", messages=[user(QUESTION)], extra_body={"filters": {"publisher": "Market Wire"}}
    )
    more = found.choices[0].message.model_extra or {}
    assert {one["article_id"] for one in more["citations"]} == {"prices/2025"}
    with client.chat.completions.create(
        model="assistant", messages=[user(QUESTION)], stream=True, extra_body={"filters": {"until": "1999-12-31"}}
    ) as stream:
        chunks = list(stream)
    assert joined(chunks) == "The articles do not say."
    assert (chunks[-1].model_extra or {})["status"] == "abstained"
    assert (chunks[-1].model_extra or {})["citations"] == []


def test_an_abstention_names_the_nearest_passages(live: Live, client: OpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live.gate.real, "_threshold", 1.0)
    found = client.chat.completions.create(model="assistant", messages=[user("Who won the football match?")])
    text, more = content(found), found.choices[0].message.model_extra or {}
    assert text.startswith("The articles do not say.\n\nNearest passages, which do not answer the question:\n\n“")
    assert "” — Baogang reform summit (Baotou Daily, 2025-05-27) https://example.org/summit" in text
    assert (more["status"], more["citations"]) == ("abstained", [])


def test_models(client: OpenAI) -> None:
    assert [(one.id, one.owned_by, one.object) for one in client.models.list()] == [("assistant", "assistant", "model")]
    assert client.models.retrieve("assistant").id == "assistant"
    for name in ("gpt-5", "meta/llama"):
        with pytest.raises(openai.NotFoundError) as caught:
            client.models.retrieve(name)
        assert caught.value.code == "model_not_found"


def test_the_clients_exceptions(live: Live, client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as unknown:
        client.chat.completions.create(model="gpt-5", messages=[user(QUESTION)])
    assert (unknown.value.code, unknown.value.param, unknown.value.type) == (
        "model_not_found",
        "model",
        "invalid_request_error",
    )
    with pytest.raises(openai.BadRequestError) as several:
        client.chat.completions.create(model="assistant", messages=[user(QUESTION)], n=2)
    assert (several.value.code, several.value.param) == ("unsupported_value", "n")
    assert "n is 2, but should be 1" in several.value.message
    with pytest.raises(openai.BadRequestError) as wordless:
        client.chat.completions.create(model="assistant", messages=[user("?")], stream=True)
    assert (wordless.value.param, wordless.value.type) == ("messages", "invalid_request_error")
    live.gate.fail = RuntimeError("secret")
    with pytest.raises(openai.InternalServerError) as failed:
        client.chat.completions.create(model="assistant", messages=[user(QUESTION)])
    assert failed.value.type == "server_error"
    assert "report urn:uuid:" in failed.value.message
    with (
        client.chat.completions.create(model="assistant", messages=[user(QUESTION)], stream=True) as stream,
        pytest.raises(openai.APIError, match="report urn:uuid:") as broken,
    ):
        list(stream)
    assert broken.value.type == "server_error"
    assert "secret" not in f"{failed.value.message}{broken.value.message}"


def test_a_request_with_a_key_is_answered_once(live: Live, client: OpenAI) -> None:
    def ask(key: str, question: str = QUESTION) -> ChatCompletion:
        return client.chat.completions.create(
            model="assistant", messages=[user(question)], extra_headers={"Idempotency-Key": key}
        )

    first = ask("once")
    asked = len(live.gate.asked)
    assert ask("once") == first
    assert len(live.gate.asked) == asked
    assert ask("twice").id != first.id
    with pytest.raises(openai.BadRequestError) as other:
        ask("once", HELD)
    assert other.value.code == "idempotency_key_reused"


def test_a_request_with_the_key_of_one_under_way_is_a_conflict(live: Live, client: OpenAI) -> None:
    headers = {"Idempotency-Key": "under way"}
    live.gate.shut()
    with client.chat.completions.create(
        model="assistant", messages=[user(QUESTION)], stream=True, extra_headers=headers
    ) as stream:
        assert live.gate.reached.acquire(timeout=60)
        with pytest.raises(openai.ConflictError) as caught:
            client.chat.completions.create(
                model="assistant", messages=[user(QUESTION)], stream=True, extra_headers=headers
            )
        assert caught.value.code == "request_in_progress"
        live.gate.open()
        text = joined(stream)
    with client.chat.completions.create(
        model="assistant", messages=[user(QUESTION)], stream=True, extra_headers=headers
    ) as again:
        assert joined(again) == text
