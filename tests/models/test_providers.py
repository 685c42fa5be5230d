"""Tests of `assistant.models.providers`."""

import sys
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from pydantic import SecretStr

from assistant.errors import SettingsError
from assistant.models.providers import Spec, open_model, parse_spec, structured_output
from assistant.models.writing import Limits

LIMITS = Limits(connect=3, first_token=4, whole=5.5)
KEY = SecretStr("sk-secret")
URL = "http://127.0.0.1:9/v1"


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The arguments of the models that were asked for; none is looked up."""
    calls: list[dict[str, Any]] = []

    def init(model: str, **arguments: Any) -> BaseChatModel:
        calls.append({"model": model, **arguments})
        return FakeListChatModel(responses=["x"])

    monkeypatch.setattr("langchain.chat_models.init_chat_model", init)
    return calls


@pytest.mark.parametrize(
    ("text", "provider", "model"),
    [
        ("openai:gpt-5-mini", "openai", "gpt-5-mini"),
        (" Google-GenAI:gemini-2.5-flash ", "google_genai", "gemini-2.5-flash"),
        ("ollama:llama3.2:3b", "ollama", "llama3.2:3b"),
    ],
)
def test_a_provider_and_a_model_are_named(text: str, provider: str, model: str) -> None:
    assert parse_spec(text) == Spec(provider, model)


@pytest.mark.parametrize("text", ["gpt-5", "", ":gpt-5", "openai:", ":"])
def test_another_form_is_refused_with_the_right_one(text: str) -> None:
    with pytest.raises(SettingsError, match="provider:model, such as openai:gpt-5-mini"):
        parse_spec(text)


def test_a_provider_that_does_not_exist() -> None:
    with pytest.raises(SettingsError, match="ASSISTANT_LLM=nobody:m names no provider"):
        open_model(Spec("nobody", "m"), None, None, LIMITS)


@pytest.mark.parametrize(
    ("provider", "module", "command"),
    [
        ("anthropic", "langchain_anthropic", r"pip install 'assistant\[anthropic\]'"),
        ("google_genai", "langchain_google_genai", r"pip install 'assistant\[google\]'"),
        ("ollama", "langchain_ollama", r"pip install 'assistant\[ollama\]'"),
        ("groq", "langchain_groq", "pip install langchain-groq"),
        ("bedrock", "langchain_aws", "pip install langchain-aws"),
    ],
)
def test_a_missing_package_comes_with_its_command(
    provider: str, module: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SettingsError, match=f"{command}$"):
        open_model(Spec(provider, "m"), None, KEY, LIMITS)


def test_a_missing_client_of_openai_comes_with_the_same_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(SettingsError, match=r"pip install 'assistant\[openai\]'$"):
        open_model(Spec("openai", "m"), None, KEY, LIMITS)


def test_a_missing_key_names_both_variables() -> None:
    with pytest.raises(SettingsError, match="set ASSISTANT_LLM_API_KEY or OPENAI_API_KEY"):
        open_model(Spec("openai", "gpt-5-mini"), None, None, LIMITS)


def test_a_key_that_is_noticed_only_at_the_first_call_is_missed_at_once(made: list[dict[str, Any]]) -> None:
    with pytest.raises(SettingsError, match="set ASSISTANT_LLM_API_KEY or ANTHROPIC_API_KEY"):
        open_model(Spec("anthropic", "claude-sonnet-4-5"), None, None, LIMITS)
    assert len(made) == 1


def key_of(model: BaseChatModel) -> str:
    key: SecretStr = model.openai_api_key  # type: ignore[attr-defined]
    return key.get_secret_value()


def test_a_server_of_ones_own_needs_no_key() -> None:
    assert key_of(open_model(Spec("openai", "local"), URL, None, LIMITS)) == "none"


def test_a_key_that_is_there_goes_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-variable")
    assert key_of(open_model(Spec("openai", "local"), URL, None, LIMITS)) == "sk-variable"
    assert key_of(open_model(Spec("openai", "local"), URL, KEY, LIMITS)) == "sk-secret"


def test_what_cannot_be_set_up_does_not_tell_the_key() -> None:
    broken: Any = 17  # no name of a model
    with pytest.raises(SettingsError, match="cannot be set up") as raised:
        open_model(Spec("openai", broken), URL, KEY, LIMITS)
    assert "sk-secret" not in str(raised.value)


def test_temperature_is_set_where_the_model_takes_it() -> None:
    chosen = {name: open_model(Spec("openai", name), None, KEY, LIMITS) for name in ("gpt-4o", "gpt-5-mini", "local")}
    temperatures = {name: model.temperature for name, model in chosen.items()}  # type: ignore[attr-defined]
    assert temperatures == {"gpt-4o": 0.0, "gpt-5-mini": None, "local": None}


def test_it_tries_once_and_within_the_limits() -> None:
    model: Any = open_model(Spec("openai", "local"), URL, None, LIMITS)
    assert model.root_async_client.max_retries == 0
    assert model.root_async_client.timeout.connect == 3
    assert model.root_async_client.timeout.read == 5.5
    other: Any = open_model(Spec("openai", "local"), URL, None, LIMITS)
    assert other.root_async_client._client is not model.root_async_client._client


def test_what_other_providers_are_told(made: list[dict[str, Any]]) -> None:
    open_model(Spec("ollama", "llama3"), URL, KEY, LIMITS)
    open_model(Spec("mistralai", "small"), None, KEY, LIMITS)
    ollama, mistral = made
    assert ollama["base_url"] == URL
    assert ollama["client_kwargs"]["headers"] == {"Connection": "close", "Authorization": "Bearer sk-secret"}
    assert ollama["client_kwargs"]["timeout"] == 5.5
    assert mistral == {
        "model": "small",
        "model_provider": "mistralai",
        "api_key": KEY,
        "max_retries": 0,
        "timeout": 6,
    }


def test_the_schema_is_bound_as_the_provider_wants_it() -> None:
    model = open_model(Spec("openai", "gpt-5-mini"), None, KEY, LIMITS)
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    bound = structured_output(model, Spec("openai", "gpt-5-mini"), schema)
    told = bound.kwargs["response_format"]["json_schema"]
    assert (told["name"], told["strict"]) == ("answer", True)
    assert told["schema"]["properties"] == {"a": {"type": "string"}}


def test_a_package_that_knows_no_schemas_is_told_apart() -> None:
    with pytest.raises(SettingsError, match="set ASSISTANT_LLM_FORMAT=plain"):
        structured_output(FakeListChatModel(responses=["x"]), Spec("litellm", "m"), {"type": "object"})
