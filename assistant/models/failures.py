"""Failures of providers of language models as WritingError, told by the shape of an exception.

No provider's package is imported: a status code, the names of the classes and what an exception was caused by say
enough.
"""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import SecretStr

from assistant.errors import WritingError, WritingFailure

_UNREACHABLE = {"ConnectError", "ConnectTimeout", "gaierror", "ConnectionRefusedError", "ClientConnectorError"}
# What HTTP clients and their users raise for a connection that breaks off, and for a body that cannot be read.
_BROKEN = {
    "APIConnectionError",
    "APIResponseValidationError",
    "ConnectionError",
    "JSONDecodeError",
    "TransportError",
    "ValidationError",
}
# By each provider's own word for why a model ended: what it would not say, and what it had no more room for.
_REFUSALS = {"content_filter", "refusal", "safety", "recitation", "blocklist", "prohibited_content", "spii"}
_CUT_OFF = {"length", "max_tokens", "incomplete", "model_length", "model_context_window_exceeded"}
# The names under which they tell it.
_FINISH = ("finish_reason", "stop_reason", "done_reason", "stopReason", "status")
# Those that always tell it: without it, something is missing.
_TELLING = {"openai", "azure_openai", "anthropic", "ollama", "google_genai", "mistralai", "groq", "deepseek", "xai"}
_AGAIN = "ask again"
# Beginnings that only keys have.
_KEYS = re.compile(r"\b(?:sk-|gsk_|xai-|AIza)[A-Za-z0-9_-]{8,}")
_BLOT = "[secret]"


def of_exception(
    error: BaseException, name: str, *, key_variable: str, structured: bool, key: SecretStr | None = None
) -> WritingError:
    """Return what `error`, raised while the model `name` was asked, means for the user.

    Some providers repeat the `key` that they do not take: it is not told.
    """
    told = _of_exception(error, name, key_variable, structured=structured)
    secret = key.get_secret_value() if key is not None else ""
    said = str(told).replace(secret, _BLOT) if secret else str(told)
    return WritingError(_KEYS.sub(_BLOT, said), told.reason)


def _of_exception(error: BaseException, name: str, key_variable: str, *, structured: bool) -> WritingError:
    chain = list(_chain(error))
    status = next((code for one in chain if (code := _status(one)) is not None), None)
    if status is not None:
        return _of_status(status, chain, name, key_variable, structured=structured)
    classes = {kind.__name__ for one in chain for kind in type(one).__mro__}
    if classes & _UNREACHABLE:
        return _failed(name, "unreachable", "cannot be reached: check ASSISTANT_LLM_BASE_URL and the network")
    if any("Timeout" in one for one in classes):
        return _failed(name, "timeout", f"took too long: {_AGAIN}, or raise ASSISTANT_LLM_TIMEOUT")
    if any("ContentFilter" in one for one in classes):
        return refused(name)
    if any("LengthFinish" in one for one in classes):
        return endless(name)
    if type(error).__module__ == "builtins" or classes & _BROKEN:
        return broken(name)
    return _failed(name, "failed", f"failed ({type(error).__name__}{_message(chain)}): {_AGAIN}")


def of_finish(metadata: dict[str, Any], provider: str, name: str) -> WritingError | None:
    """Return why what a model wrote is not all, by what its provider told at the end; None where it is."""
    finish = next((str(metadata[key]).lower() for key in _FINISH if metadata.get(key)), None)
    if finish is None:
        return broken(name) if provider in _TELLING else None
    if finish in _REFUSALS:
        return refused(name)
    return endless(name) if finish in _CUT_OFF else None


def refused(name: str) -> WritingError:
    """The model would not answer."""
    return _failed(name, "refused", "refuses to answer this: put the question differently")


def broken(name: str) -> WritingError:
    """What came broke off, or cannot be read."""
    return _failed(name, "broken", f"broke off in the middle, or sent what cannot be read: {_AGAIN}")


def endless(name: str) -> WritingError:
    """More came than an answer can hold."""
    return _failed(name, "endless", f"wrote more than an answer can hold: {_AGAIN}, or ask for less at once")


def empty(name: str, *, structured: bool) -> WritingError:
    """Nothing came."""
    remedy = " or set ASSISTANT_LLM_FORMAT=plain" if structured else ""
    return _failed(name, "empty", f"wrote nothing: {_AGAIN}{remedy}")


def too_slow(name: str, seconds: float, *, begun: bool) -> WritingError:
    """A limit of time has passed."""
    what, setting = ("was not done", "TIMEOUT") if begun else ("wrote nothing", "FIRST_TOKEN_TIMEOUT")
    return _failed(name, "timeout", f"{what} after {seconds:g} s: {_AGAIN}, or raise ASSISTANT_LLM_{setting}")


def _of_status(
    status: int, chain: list[BaseException], name: str, key_variable: str, *, structured: bool
) -> WritingError:
    text = _message(chain)
    if status == 429:
        if "quota" in text:
            return _failed(name, "rate_limited", f"has used up its quota (HTTP 429{text}): see to the account")
        after = next((value for one in chain if (value := _retry_after(one))), None)
        return _failed(name, "rate_limited", f"takes no more for now (HTTP 429): {_AGAIN} {after or 'a little later'}")
    if status in (401, 403):
        remedy = f"set another ASSISTANT_LLM_API_KEY or {key_variable}"
        return _failed(name, "refused", f"does not accept the key (HTTP {status}): {remedy}")
    if status == 404:
        remedy = "check ASSISTANT_LLM and ASSISTANT_LLM_BASE_URL"
        return _failed(name, "refused", f"is not known to its server (HTTP 404): {remedy}")
    if status in (408, 504):
        return _failed(name, "timeout", f"took too long (HTTP {status}): {_AGAIN}")
    if status >= 500:
        return _failed(name, "failed", f"has trouble at its server (HTTP {status}): {_AGAIN}")
    if structured and re.search(r"schema|response_?format|structured|output_config", text, re.IGNORECASE):
        return _failed(name, "refused", f"does not take the schema (HTTP {status}): set ASSISTANT_LLM_FORMAT=plain")
    return _failed(name, "refused", f"does not take the request (HTTP {status}{text}): check ASSISTANT_LLM")


def _failed(name: str, reason: WritingFailure, what: str) -> WritingError:
    return WritingError(f"the language model {name} {what}", reason)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield `error` and what it was caused by, the nearest first."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _status(error: BaseException) -> int | None:
    for holder in (error, getattr(error, "response", None)):
        for attribute in ("status_code", "code"):
            code = getattr(holder, attribute, None)
            if isinstance(code, int) and 400 <= code <= 599:
                return code
    return None


def _retry_after(error: BaseException) -> str | None:
    """Return when to ask again, as the provider says: in seconds or at a date."""
    headers: Any = getattr(getattr(error, "response", None), "headers", None)
    value = str(headers.get("retry-after") or "").strip() if headers is not None else ""
    if not value:
        return None
    return f"in {value} s" if value.replace(".", "", 1).isdigit() else f"after {value}"


def _message(chain: list[BaseException]) -> str:
    """Return the provider's own words, one line, not too long, after a colon; empty where there are none."""
    for one in chain:
        body = getattr(one, "body", None)
        text = body.get("message") if isinstance(body, dict) else None
        if text := " ".join(str(text or "").split()):
            return f": {text[:200]}"
    return ""
