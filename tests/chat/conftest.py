"""A Chat over the four articles, and a gate that its answers wait at."""

from collections.abc import Callable, Iterator

import pytest

from assistant.chat import Chat
from assistant.pipeline import Assistant

from .gate import Gate


@pytest.fixture
def own(build: Callable[..., Assistant]) -> Assistant:
    """An assistant that the test may change."""
    return build(threshold=0.0)


@pytest.fixture
def gate(own: Assistant) -> Iterator[Gate]:
    made = Gate(own)
    yield made
    made.open()


@pytest.fixture
def chat(own: Assistant, gate: Gate) -> Iterator[Chat]:
    with Chat(own, own.conversations, patience=0.05) as made:
        yield made
        gate.open()


@pytest.fixture
def conversation(chat: Chat) -> str:
    return chat.create().id
