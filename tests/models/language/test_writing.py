"""Tests of `assistant.models.language`: what is written, by LangChain and OpenAI's client, over HTTP."""

import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from assistant.errors import SettingsError
from assistant.models.language import LangChainModel
from assistant.models.prices import cost_usd
from assistant.models.scripted import Reply, ScriptedModelServer
from assistant.models.writing import Instructions
from assistant.types import Usage
from tests.material import run_python
from tests.models.language.material import (
    ASKED,
    BY_SCHEMA,
    SCHEMA,
    SPEC,
    Open,
    written,
)


def test_text_comes_in_its_pieces_and_tokens_last(opened: Open) -> None:
    model, server = opened([Reply(["Tin ", "melts at ", "232."], tokens=(7, 3))])
    assert list(model.write(ASKED)) == ["Tin ", "melts at ", "232.", Usage(input_tokens=7, output_tokens=3)]
    (request,) = server.requests
    assert (request.system, request.user) == ("Answer.", "When does tin melt?")
    assert request.body["model"] == "gpt-4o"


def test_a_piece_is_yielded_before_the_next_is_written(opened: Open) -> None:
    go_on = threading.Event()

    def pieces() -> Iterator[str]:
        yield "Tin "
        assert go_on.wait(20)
        yield "melts."

    model, _ = opened(lambda _: Reply(pieces()))
    writing = model.write(ASKED)
    assert next(writing) == "Tin "
    go_on.set()
    assert next(writing) == "melts."
    assert isinstance(next(writing), Usage)


def test_without_tokens_there_is_no_usage(opened: Open) -> None:
    model, _ = opened([Reply("Tin.", tokens=None)])
    assert list(model.write(ASKED)) == ["Tin."]


def test_a_price_is_known_at_the_providers_own_address(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedModelServer(Reply("Tin.", tokens=(1000, 500))) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-variable")
        with closing(LangChainModel(SPEC)) as model:
            usage = written(model)[1]
        assert server.requests[0].headers["authorization"] == "Bearer sk-variable"
    assert usage == Usage(input_tokens=1000, output_tokens=500, cost_usd=cost_usd("openai", "gpt-4o", 1000, 500))
    assert usage.cost_usd
    model, _ = opened(Reply("Tin.", tokens=(1000, 500)))
    assert written(model)[1] == Usage(input_tokens=1000, output_tokens=500)


def test_any_text_arrives_as_it_was_in_both_ways() -> None:
    texts = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=40)
    replies: list[Reply] = []
    with (
        ScriptedModelServer(lambda _: replies[-1]) as server,
        closing(LangChainModel(SPEC, base_url=server.url, format="plain")) as model,
    ):

        @settings(max_examples=25)
        @given(texts, texts, st.lists(texts, max_size=4))
        def check(system: str, user: str, pieces: list[str]) -> None:
            replies.append(Reply([*pieces, "."]))
            text, _, error = written(model, Instructions("{" + system, "{user} {{" + user))
            assert error is None
            assert text == "".join(pieces) + "."
            assert server.requests[-1].system == "{" + system
            assert server.requests[-1].user == "{user} {{" + user

        check()


@pytest.mark.parametrize("format", ["structured", "plain"])
def test_a_schema_goes_to_a_model_that_follows_one(format: str, opened: Open) -> None:
    model, server = opened('{"text": "Tin."}', format=format)
    assert model.structured == (format == "structured")
    assert written(model, BY_SCHEMA)[:2] == ('{"text": "Tin."}', Usage(input_tokens=100, output_tokens=20))
    written(model)
    with_schema, without = server.requests
    assert "response_format" not in without.body
    if format == "plain":
        assert with_schema.schema is None
    else:
        assert with_schema.schema == SCHEMA | {"additionalProperties": False}
        assert with_schema.body["response_format"]["json_schema"]["strict"] is True


@pytest.mark.parametrize(("spec", "structured"), [("openai:gpt-5-mini", True), ("openai:local", False)])
def test_by_itself_it_goes_by_the_profile(spec: str, structured: bool, opened: Open) -> None:
    model, server = opened('{"text": "Tin."}', spec, format="auto")
    assert model.structured == structured
    written(model, BY_SCHEMA)
    assert ("response_format" in server.requests[0].body) == structured


def test_a_package_that_knows_no_schemas_writes_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    knows: Any = {"structured_output": True}
    fake = FakeListChatModel(responses=["Tin."], profile=knows)
    monkeypatch.setattr("langchain.chat_models.init_chat_model", lambda *_, **__: fake)
    with closing(LangChainModel("litellm:m")) as model:
        assert not model.structured
        assert written(model, BY_SCHEMA) == ("Tin.", None, None)
    with pytest.raises(SettingsError, match="ASSISTANT_LLM_FORMAT=plain"):
        LangChainModel("litellm:m", format="structured")


def test_langchain_is_imported_when_a_model_is_made() -> None:
    code = (
        "import sys, assistant.models.language\n"
        "heavy = {'langchain', 'langchain_core', 'openai', 'genai_prices'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "assistant.models.language.LangChainModel('openai:local', base_url='http://127.0.0.1:9/v1').close()\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    assert run_python(code).stdout.splitlines() == ["[]", "['langchain', 'langchain_core', 'openai']"]
