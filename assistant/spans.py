"""Spans: how long the steps of an answer take, told to whoever traces; nothing at all where nobody does.

A span carries names and figures, never what was asked or answered.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

Value = str | int | float | bool


class Tracer(Protocol):
    """Where spans go."""

    def span(self, name: str, attributes: Mapping[str, Value]) -> AbstractContextManager[object]:
        """Return what begins a span when it is entered and ends it when it is left, by whichever thread."""
        ...


_NOTHING = nullcontext()
_tracer: Tracer | None = None


def install(tracer: Tracer | None) -> None:
    """Send the spans of this process to `tracer` from now on, nowhere where it is None."""
    global _tracer  # noqa: PLW0603  # one process has one trace exporter
    _tracer = tracer


def installed() -> Tracer | None:
    """Return where spans go."""
    return _tracer


def span(name: str, **attributes: Value) -> AbstractContextManager[object]:
    """Return a span of what happens within."""
    return _NOTHING if _tracer is None else _tracer.span(name, attributes)
