"""Tests of `assistant.models.failures`: exceptions by their shape, as the packages of several providers raise them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from assistant.errors import WritingError, WritingFailure
from assistant.models import failures

NAME = "openai:m"


class Response:
    """What HTTP clients hang on their exceptions."""

    def __init__(self, status_code: int, headers: dict[str, str] | None = None) -> None:
        self.status_code = status_code
        self.headers = headers or {}


class StatusError(Exception):
    """As OpenAI's and Anthropic's clients raise it."""

    def __init__(self, status: int, message: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status_code = status
        self.response = Response(status, headers)
        self.body = {"message": message}


def named(name: str, *bases: type[Exception]) -> Exception:
    return type(name, bases or (Exception,), {})("it happened")  # type: ignore[no-any-return]


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def told(error: Exception, *, structured: bool = False) -> WritingError:
    return failures.of_exception(error, NAME, key_variable="OPENAI_API_KEY", structured=structured)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "refused"),
        (401, "refused"),
        (403, "refused"),
        (404, "refused"),
        (422, "refused"),
        (408, "timeout"),
        (504, "timeout"),
        (429, "rate_limited"),
        (500, "failed"),
        (529, "failed"),
    ],
)
def test_a_status_has_its_reason(status: int, reason: WritingFailure) -> None:
    assert told(StatusError(status)).reason == reason
    assert f"HTTP {status}" in str(told(StatusError(status)))


def test_a_status_is_found_on_the_response_and_on_the_cause() -> None:
    error = named("Odd")
    error.response = Response(429)  # type: ignore[attr-defined]
    assert told(error).reason == "rate_limited"
    assert told(caused(named("Outer"), StatusError(500))).reason == "failed"
    google = named("ClientError")
    google.code = 403  # type: ignore[attr-defined]
    assert told(google).reason == "refused"


@pytest.mark.parametrize(
    ("after", "said"),
    [("7", "ask again in 7 s"), ("1.5", "ask again in 1.5 s"), ("Wed, 21 Oct 2026 07:28:00 GMT", "after Wed, 21 Oct")],
)
def test_it_says_when_to_ask_again(after: str, said: str) -> None:
    assert said in str(told(StatusError(429, headers={"retry-after": after})))


def test_without_a_time_it_says_later() -> None:
    assert str(told(StatusError(429))).endswith("ask again a little later")


def test_a_quota_that_is_used_up_does_not_come_back_by_waiting() -> None:
    error = told(StatusError(429, "You exceeded your current quota"))
    assert error.reason == "rate_limited"
    assert "ask again" not in str(error)


def test_a_refused_key_names_both_variables_and_no_key() -> None:
    error = told(StatusError(401, "Incorrect API key provided: sk-abc"))
    assert "ASSISTANT_LLM_API_KEY or OPENAI_API_KEY" in str(error)
    assert "sk-abc" not in str(error)


def test_a_refused_schema_has_a_remedy_only_where_one_was_sent() -> None:
    refused = StatusError(400, "response_format json_schema is not supported")
    assert "ASSISTANT_LLM_FORMAT=plain" in str(told(refused, structured=True))
    assert "ASSISTANT_LLM_FORMAT" not in str(told(refused))
    assert "ASSISTANT_LLM_FORMAT" not in str(told(StatusError(400, "too many tokens"), structured=True))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (caused(named("APIConnectionError"), named("ConnectError")), "unreachable"),
        (caused(named("APITimeoutError"), named("ConnectTimeout")), "unreachable"),
        (ConnectionRefusedError(111, "refused"), "unreachable"),
        (caused(named("APITimeoutError"), named("ReadTimeout")), "timeout"),
        (TimeoutError(), "timeout"),
        (
            caused(named("APIConnectionError"), named("RemoteProtocolError", named("TransportError").__class__)),
            "broken",
        ),
        (ConnectionResetError(104, "reset"), "broken"),
        (named("JSONDecodeError", ValueError), "broken"),
        (KeyError("choices"), "broken"),
        (named("ValidationError"), "broken"),
        (named("ContentFilterFinishReasonError"), "refused"),
        (named("LengthFinishReasonError"), "endless"),
        (named("Unheard"), "failed"),
    ],
    ids=str,
)
def test_a_class_has_its_reason(error: Exception, reason: WritingFailure) -> None:
    assert told(error).reason == reason


def test_a_chain_that_bites_its_tail_ends() -> None:
    one, other = named("One"), named("Other")
    assert told(caused(one, caused(other, one))).reason == "failed"


@given(st.text())
def test_the_words_of_a_provider_are_one_short_line(words: str) -> None:
    text = str(told(StatusError(400, words)))
    assert len(text) < 400
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize(
    ("metadata", "provider", "reason"),
    [
        ({"finish_reason": "stop"}, "openai", None),
        ({"finish_reason": "content_filter"}, "openai", "refused"),
        ({"finish_reason": "length"}, "openai", "endless"),
        ({"stop_reason": "end_turn"}, "anthropic", None),
        ({"stop_reason": "refusal"}, "anthropic", "refused"),
        ({"stop_reason": "max_tokens"}, "anthropic", "endless"),
        ({"done_reason": "stop"}, "ollama", None),
        ({"finish_reason": "SAFETY"}, "google_genai", "refused"),
        ({"status": "completed"}, "openai", None),
        ({"status": "incomplete"}, "openai", "endless"),
        ({"model_name": "m"}, "openai", "broken"),
        ({"finish_reason": None}, "ollama", "broken"),
        ({}, "litellm", None),
    ],
)
def test_the_end_is_read_as_each_provider_tells_it(
    metadata: dict[str, Any], provider: str, reason: WritingFailure | None
) -> None:
    error = failures.of_finish(metadata, provider, NAME)
    assert (error.reason if error else None) == reason


def test_a_limit_of_time_names_its_setting() -> None:
    assert str(failures.too_slow(NAME, 60.0, begun=False)).endswith(
        "wrote nothing after 60 s: ask again, or raise ASSISTANT_LLM_FIRST_TOKEN_TIMEOUT"
    )
    assert str(failures.too_slow(NAME, 0.5, begun=True)).endswith(
        "was not done after 0.5 s: ask again, or raise ASSISTANT_LLM_TIMEOUT"
    )


def test_a_key_that_a_provider_repeats_is_not_told() -> None:
    key = SecretStr("Zq7mWvB2xK9")
    for status in (400, 422, 429):
        error = StatusError(status, f"no quota for the key {key.get_secret_value()} or sk-1234567890abc")
        said = str(failures.of_exception(error, NAME, key_variable="K", structured=False, key=key))
        assert "no quota for the key [secret] or [secret]" in said
