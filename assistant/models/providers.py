"""Language models by provider and name: LangChain's `init_chat_model`, and what each provider calls things."""

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from assistant.errors import SettingsError
from assistant.models.writing import Limits

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# This package's extras; other providers are installed by the name of their LangChain package.
_EXTRAS = {
    "anthropic": "anthropic",
    "azure_openai": "openai",
    "google_genai": "google",
    "ollama": "ollama",
    "openai": "openai",
}
_EXAMPLE = "provider:model, such as openai:gpt-5-mini"
# Servers of one's own mostly want no key, OpenAI's client insists on one.
_NO_KEY = SecretStr("none")
# One connection a call: nothing stays open between questions, and none outlives the event loop that it belongs to,
# though some packages share their HTTP clients in the whole process.
_HEADERS = {"Connection": "close"}


@dataclass(frozen=True)
class Spec:
    """A provider, by LangChain's name of it, and a model of it."""

    provider: str
    model: str

    def __str__(self) -> str:
        return f"{self.provider}:{self.model}"

    @property
    def key_variable(self) -> str:
        """The environment variable from which the provider's package reads its key, by the common form."""
        return {"google_genai": "GOOGLE_API_KEY", "mistralai": "MISTRAL_API_KEY"}.get(
            self.provider, f"{self.provider.upper()}_API_KEY"
        )


def parse_spec(text: str) -> Spec:
    """Return the provider and the model that "provider:model" names. Raises SettingsError for another form."""
    provider, colon, model = text.strip().partition(":")
    if not (provider and colon and model):
        raise SettingsError(f"ASSISTANT_LLM={text!r} does not work: write it as {_EXAMPLE}")
    return Spec(provider.replace("-", "_").lower(), model)


def open_model(spec: Spec, base_url: str | None, api_key: SecretStr | None, limits: Limits) -> "BaseChatModel":
    """Return LangChain's model of that name, which tries once, and at temperature 0 where the model takes one.

    No connection is made. `limits.connect` holds with OpenAI's package alone, the others take no such limit. Raises
    SettingsError for a provider that does not exist or is not installed, and where a key is missing.
    """
    from langchain.chat_models import init_chat_model

    def init(key: SecretStr | None) -> "BaseChatModel":
        arguments = _arguments(spec.provider, base_url, key, limits)
        made: BaseChatModel = init_chat_model(spec.model, model_provider=spec.provider, **arguments)
        return made

    try:
        try:
            model = init(api_key)
        except Exception as error:
            # The provider's own variable, if set, has been tried first.
            if api_key or not base_url or spec.provider not in ("openai", "azure_openai") or not _lacks_key(error):
                raise
            model = init(_NO_KEY)
    except Exception as error:
        raise _setting(spec, error) from error
    _check_key(spec, model)
    if (model.profile or {}).get("temperature") and "temperature" in type(model).model_fields:
        return model.model_copy(update={"temperature": 0.0})
    return model


def structured_output(model: "BaseChatModel", spec: Spec, schema: dict[str, Any]) -> Any:
    """Return `model` bound to write JSON by `schema`, a Runnable of messages, by the provider's own mechanism.

    Raises SettingsError where its LangChain package knows none.
    """
    strict = {}
    if spec.provider in ("openai", "azure_openai"):
        # Its client imports hundreds of modules when this is first looked at: better now than while someone waits.
        getattr(getattr(model, "root_async_client", None), "beta", None)
        # Only its promise to follow the schema has a switch.
        strict = {"strict": True}
    try:
        parsed: Any = model.with_structured_output({"title": "answer", **schema}, method="json_schema", **strict)
        return parsed.first  # what comes after it reads the JSON
    except (NotImplementedError, ValueError, TypeError, AttributeError) as error:
        raise SettingsError(
            f"ASSISTANT_LLM_FORMAT=structured does not work with {spec}: set ASSISTANT_LLM_FORMAT=plain"
        ) from error


def _arguments(provider: str, base_url: str | None, api_key: SecretStr | None, limits: Limits) -> dict[str, Any]:
    """Return what to make the model with; a provider's own limits of time stand behind those of the caller."""
    out: dict[str, Any] = {"max_retries": 0, "timeout": math.ceil(limits.whole)}
    if base_url:
        out["base_url"] = base_url
    if api_key:
        out["api_key"] = api_key
    if provider in ("openai", "azure_openai"):
        from openai import Timeout

        # Left to itself, the package measures pauses too, and asks servers of one's own for no tokens.
        out |= {"default_headers": _HEADERS, "stream_chunk_timeout": None, "stream_usage": True}
        out["timeout"] = Timeout(limits.whole, connect=limits.connect)
    elif provider == "anthropic":
        out["default_headers"] = _HEADERS
    elif provider == "ollama":
        key = {"Authorization": f"Bearer {api_key.get_secret_value()}"} if api_key else {}
        out["client_kwargs"] = {"headers": _HEADERS | key, "timeout": limits.whole}
    return out


def _check_key(spec: Spec, model: "BaseChatModel") -> None:
    """Raise SettingsError for a model whose package notices only at the first call that it has no key."""
    if spec.provider != "anthropic":
        return
    key = getattr(model, "anthropic_api_key", None)
    if not isinstance(key, SecretStr) or not key.get_secret_value():
        raise _missing_key(spec)


def _setting(spec: Spec, error: Exception) -> SettingsError:
    """Return why no model of that name can be made."""
    text = str(error)
    if isinstance(error, ImportError):
        if extra := _EXTRAS.get(spec.provider):
            package = f"'assistant[{extra}]'"
        else:
            told = re.search(r"pip install ([\w.-]+)", text)
            package = told.group(1) if told else f"langchain-{spec.provider.replace('_', '-')}"
        return SettingsError(f"ASSISTANT_LLM={spec} needs a package that is not installed: pip install {package}")
    if text.startswith("Unsupported provider"):
        return SettingsError(f"ASSISTANT_LLM={spec} names no provider that LangChain knows: write it as {_EXAMPLE}")
    if _lacks_key(error):
        return _missing_key(spec)
    # Not the text, which may hold what was passed.
    return SettingsError(
        f"ASSISTANT_LLM={spec} cannot be set up ({type(error).__name__}): check ASSISTANT_LLM_BASE_URL"
    )


def _lacks_key(error: Exception) -> bool:
    return re.search(r"api.?key|credential", str(error), re.IGNORECASE) is not None


def _missing_key(spec: Spec) -> SettingsError:
    return SettingsError(f"ASSISTANT_LLM={spec} needs a key: set ASSISTANT_LLM_API_KEY or {spec.key_variable}")
