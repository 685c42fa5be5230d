"""Tests of `assistant.api.openai.wire`: what a request may hold, by what the server says to it."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.api.openai.wire import CompletionRequest
from assistant.types import Filters

MESSAGES = [{"role": "user", "content": "What ties magnet export licences to quarterly audits?"}]
TOOL = {"type": "function", "function": {"name": "f", "parameters": {}}}
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,"}}


def post(http: TestClient, **more: Any) -> Any:
    return http.post("/v1/chat/completions", json={"model": "assistant", "messages": MESSAGES, **more})


@pytest.mark.parametrize(
    ("more", "param", "code", "message"),
    [
        ({"n": 2}, "n", "unsupported_value", "n is 2, but should be 1"),
        ({"n": "many"}, "n", "invalid_value", 'n is "many", but should be'),
        ({"tool_choice": "required", "tools": [TOOL]}, "tool_choice", "unsupported_value", 'is "required", but'),
        ({"tool_choice": TOOL, "tools": [TOOL]}, "tool_choice", "unsupported_value", "no tool is ever called"),
        ({"function_call": {"name": "f"}}, "function_call", "unsupported_value", "no tool is ever called"),
        ({"logprobs": True}, "logprobs", "unsupported_value", "there are no tokens to weigh"),
        ({"top_logprobs": 2}, "top_logprobs", "unsupported_value", "there are no tokens to weigh"),
        ({"modalities": ["text", "audio"]}, "modalities", "unsupported_value", "an answer is text"),
        ({"audio": {"voice": "x"}}, "audio", "unsupported_value", "an answer is text"),
        ({"response_format": {"type": "json_object"}}, "response_format.type", "unsupported_value", '"json_object"'),
        ({"response_format": {"type": "json_schema"}}, "response_format.type", "unsupported_value", "its sources"),
        ({"messages": []}, "messages", "invalid_value", 'send one of the role "user"'),
        ({"messages": None}, "messages", "invalid_value", "messages is null, but should be"),
        ({"messages": [{"role": "king", "content": "x"}]}, "messages[0].role", "invalid_value", '"king"'),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "x"}, IMAGE]}]},
            "messages[0].content[1].type",
            "invalid_value",
            'is "image_url", but should be',
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}]},
            "messages[0].content[0].type",
            "invalid_value",
            '"input_audio"',
        ),
        ({"model": "gpt-5"}, "model", "model_not_found", 'should be "assistant", the one model that is served'),
        ({"filters": {"publsher": "x"}}, "filters.publsher", "invalid_value", "is an unknown key: leave it out"),
        ({"filters": {"since": "soon"}}, "filters.since", "invalid_value", 'should be a date such as "2025-05-27"'),
        ({"filters": {"article": ["nowhere"]}}, "filters", "not_found", "'nowhere'"),
        ({"since": "2025-01-01"}, None, "invalid_value", 'put it into an object "filters"'),
        ({"filter": {}}, None, "invalid_value", 'filter has no effect beside "messages"'),
        ({"stream_options": {"include_usage": 5}}, "stream_options.include_usage", "invalid_value", "is 5, but"),
    ],
)
def test_what_is_refused(http: TestClient, more: dict[str, Any], param: str | None, code: str, message: str) -> None:
    found = post(http, **more)
    error = found.json()["error"]
    assert found.status_code == (404 if code in ("model_not_found", "not_found") else 400)
    assert found.headers["content-type"] == "application/json"
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", param, code)
    assert message in error["message"]


def test_what_is_accepted_without_effect(http: TestClient) -> None:
    plain = post(http).json()["choices"][0]["message"]["content"]
    more = {
        "temperature": 1.9,
        "top_p": 0.1,
        "max_tokens": 1,
        "max_completion_tokens": 1,
        "stop": ["The"],
        "seed": 7,
        "user": "u",
        "metadata": {"a": "b"},
        "store": True,
        "presence_penalty": 2,
        "frequency_penalty": -2,
        "logit_bias": {"1": 100},
        "response_format": {"type": "text"},
        "tools": [TOOL],
        "tool_choice": "auto",
        "n": 1,
        "logprobs": False,
        "modalities": ["text"],
        "stream": False,
        "stream_options": None,
        "filters": None,
        "chat_id": "of another program",
        "messages": [
            {"role": "developer", "content": [{"type": "text", "text": "Answer 'no'."}]},
            {"role": "user", "name": "u", "content": [{"type": "text", "text": MESSAGES[0]["content"]}]},
        ],
    }
    assert post(http, **more).json()["choices"][0]["message"]["content"] == plain


def test_what_is_read_of_a_request() -> None:
    request = CompletionRequest.model_validate(
        {
            "model": "assistant",
            "messages": [
                {"role": "assistant", "content": None, "tool_calls": []},
                {"role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]},
                *MESSAGES,
            ],
            "stream_options": {"include_usage": True, "include_obfuscation": False},
            "filters": {"publisher": "P"},
        }
    )
    assert [one.text for one in request.messages] == ["", "", MESSAGES[0]["content"]]
    assert request.wants_usage
    assert not CompletionRequest.model_validate({"model": "assistant", "messages": MESSAGES}).wants_usage
    assert request.filters == Filters(publisher=("P",))
