"""The language that an answer is asked for in: it goes with the question into the thread that answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ASKED: ContextVar[str | None] = ContextVar("asked_language", default=None)


@contextmanager
def answers_in(language: str | None) -> Iterator[None]:
    """Let what is asked within be written in `language`, an English name such as German; None: as the question is."""
    token = _ASKED.set(language)
    try:
        yield
    finally:
        _ASKED.reset(token)


def asked_language() -> str | None:
    """Return the language that the present question is to be answered in, None for that of the question."""
    return _ASKED.get()
