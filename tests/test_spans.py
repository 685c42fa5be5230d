"""Tests of `assistant.spans`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from assistant import spans
from assistant.spans import Value, span
from tests.material import run_python


class Kept:
    """Keeps the spans."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, Value]]] = []

    @contextmanager
    def span(self, name: str, attributes: Mapping[str, Value]) -> Iterator[None]:
        yield
        self.seen.append((name, dict(attributes)))


@pytest.fixture
def kept() -> Iterator[Kept]:
    tracer = Kept()
    spans.install(tracer)
    yield tracer
    spans.install(None)


def test_spans_go_to_who_traces(kept: Kept) -> None:
    with span("outer", count=2), span("inner"):
        pass
    assert kept.seen == [("inner", {}), ("outer", {"count": 2})]
    assert spans.installed() is kept


def test_without_a_tracer_all_spans_are_one_thing_that_does_nothing() -> None:
    assert spans.installed() is None
    assert span("one") is span("two", count=1)
    with span("one"), span("one"):
        pass


def test_the_library_is_imported_only_by_who_traces() -> None:
    code = """
import sys
import assistant.api, assistant.api.tracing, assistant.pipeline
print([name for name in sys.modules if name.startswith(("opentelemetry.sdk", "opentelemetry.exporter", "grpc"))])
"""
    assert run_python(code).stdout == "[]\n"
