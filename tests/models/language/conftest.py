"""Fixtures of a model over a scripted server; each test leaves no thread and no socket of one."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from assistant.models.language import LangChainModel
from assistant.models.scripted import Script, ScriptedModelServer
from tests.models.language.material import SPEC, Open, Shared, open_sockets, sockets_settled, threads, written


@pytest.fixture(autouse=True)
def _nothing_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test leaves no thread and no socket of a model."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "LANGSMITH_TRACING"):
        monkeypatch.delenv(name, raising=False)
    before = threads(), open_sockets()
    yield
    assert (threads(), sockets_settled(before[1])) == before


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens a model of a server that answers by a script."""
    made: list[tuple[LangChainModel, ScriptedModelServer]] = []

    def make(script: Script, spec: str = SPEC, **arguments: Any) -> tuple[LangChainModel, ScriptedModelServer]:
        server = ScriptedModelServer(script).__enter__()
        model = LangChainModel(spec, **{"base_url": server.url, "format": "plain", **arguments})
        made.append((model, server))
        return model, server

    yield make
    for model, server in made:
        model.close()
        server.__exit__(None, None, None)


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Shared, LangChainModel]]:
    one = Shared()
    with one.server, closing(LangChainModel(SPEC, base_url=one.server.url, format="structured")) as model:
        written(model)  # begins its thread
        yield one, model
