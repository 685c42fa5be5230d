"""Assistants over the five articles, and what they are asked."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.factory import build_assistant
from assistant.models.fake import HashingEmbedder
from assistant.pipeline import Assistant
from assistant.settings import load_settings
from assistant.types import Answer, Filters
from tests.conftest import write_corpus

from .material import write_lakes


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Filters]]:
    """What any assistant is asked during the test."""
    out: list[tuple[str, Filters]] = []
    real = Assistant.ask

    def ask(self: Assistant, question: str, filters: Filters = Filters(), **more: object) -> Answer:  # noqa: B008
        out.append((question, filters))
        return real(self, question, filters, **more)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(Assistant, "ask", ask)
    return out


@pytest.fixture(scope="session")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over the five articles, which answers whatever is asked; tests must not change what it holds."""
    folder = write_lakes(write_corpus(tmp_path_factory.mktemp("lakes")))
    settings = load_settings(home=tmp_path_factory.mktemp("home"), corpus=folder, threshold=0.0)
    with build_assistant(settings, embedder=HashingEmbedder()) as built:
        yield built


@pytest.fixture
def changing(build: Callable[..., Assistant], articles_folder: Path) -> Assistant:
    """An assistant over the five articles that the test may change."""
    write_lakes(articles_folder)
    return build(threshold=0.0)
