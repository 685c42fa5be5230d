"""Tests of `assistant.api.tracing`."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from assistant import spans
from assistant.api.app import create_app
from assistant.api.guards import Guards
from assistant.api.tracing import Tracing, start
from assistant.chat import Chat

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

QUESTION = "What ties magnet export licences to quarterly audits?"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracing(exporter: InMemorySpanExporter) -> Iterator[Tracing]:
    made = Tracing(exporter)
    spans.install(made)
    yield made
    made.close()
    assert spans.installed() is None


@pytest.fixture
def traced(chat: Chat, tracing: Tracing) -> TestClient:
    return TestClient(create_app(chat, guards=Guards(tracing=tracing)), raise_server_exceptions=False)


def seen(tracing: Tracing, exporter: InMemorySpanExporter) -> "Sequence[ReadableSpan]":
    tracing._provider.force_flush()
    return exporter.get_finished_spans()


def test_a_question_is_a_span_with_its_steps(
    traced: TestClient, tracing: Tracing, exporter: InMemorySpanExporter
) -> None:
    chats = {"model": "assistant", "messages": [{"role": "user", "content": QUESTION}]}
    for path, body in (("/v1/ask", {"question": QUESTION}), ("/v1/chat/completions", chats)):
        exporter.clear()
        assert traced.post(path, json=body, headers={"traceparent": PARENT}).status_code == 200
        found = {one.name: one for one in seen(tracing, exporter)}
        assert set(found) == {f"POST {path}", "retrieval", "reading"}
        request = found[f"POST {path}"]
        assert request.kind is SpanKind.SERVER
        assert request.attributes is not None
        assert dict(request.attributes) == {
            "http.request.method": "POST",
            "http.response.status_code": 200,
            "http.route": path,
            "url.scheme": "http",
        }
        assert request.context is not None
        assert request.parent is not None
        assert f"{request.parent.span_id:016x}" == PARENT.split("-")[2]
        for name in ("retrieval", "reading"):
            parent = found[name].parent
            assert parent is not None
            assert parent.span_id == request.context.span_id
        assert {f"{one.context.trace_id:032x}" for one in found.values() if one.context} == {PARENT.split("-")[1]}
        assert "licences" not in "".join(one.to_json() for one in found.values())


def test_a_route_that_there_is_not_has_no_name(
    traced: TestClient, tracing: Tracing, exporter: InMemorySpanExporter
) -> None:
    traced.get("/nowhere/private")
    (found,) = seen(tracing, exporter)
    assert found.name == "GET"
    assert "private" not in found.to_json()


def test_a_failed_step_tells_its_kind_alone(tracing: Tracing, exporter: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="private"), spans.span("reading"):
        raise ValueError("private")
    (found,) = seen(tracing, exporter)
    assert found.attributes is not None
    assert dict(found.attributes) == {"error.type": "ValueError"}
    assert "private" not in found.to_json()
    assert found.resource.attributes["service.name"] == "assistant"


def test_start_sends_to_a_collector_and_close_does_not_wait_long_for_one_that_is_not_there() -> None:
    made = start("http://127.0.0.1:9")
    assert spans.installed() is made
    made.close()
    assert spans.installed() is None
