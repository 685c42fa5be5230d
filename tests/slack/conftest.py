"""Desks: one that the tests of a run share, and ones of their own."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any, Protocol

import pytest
from slack_sdk.socket_mode.builtin import internals

from tests.browser.writing import ScriptedWriter

from . import desk as desks
from .desk import Desk, Manner
from .fake import FakeSlack

_DIRECT = Manner()


# Slack's client draws the masks of its frames from the generator of the whole process, on a thread of its own: a
# property test under way meanwhile would find that its data depends on something else.
internals.random = Random()  # type: ignore[attr-defined, assignment]


class Open(Protocol):
    """Opens a desk with these settings, those of the bot and of the assistant; closed at the end of the test."""

    def __call__(self, *, slack: FakeSlack | None = None, manner: Manner = _DIRECT, **settings: Any) -> Desk: ...


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    """A fake Slack that tells the bot of others' messages alone."""
    with FakeSlack(echo=False) as made:
        yield made


@pytest.fixture(scope="session")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with ExitStack() as stack:
        yield desks.open_desk(stack, tmp_path_factory.mktemp("desk"), None, {}, Manner(connected=True))


@pytest.fixture
def desk(_shared: Desk) -> Iterator[Desk]:
    """A desk that tests share; each works in channels and with users of its own."""
    yield _shared
    _shared.slack.faults.clear()
    _shared.gate.fail = None
    _shared.gate.open()


@pytest.fixture
def open_desk(tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:

        def make(*, slack: FakeSlack | None = None, manner: Manner = _DIRECT, **settings: Any) -> Desk:
            return desks.open_desk(stack, tmp_path, slack, settings, manner)

        yield make


@pytest.fixture
def writer(desk: Desk) -> Iterator[ScriptedWriter]:
    """What writes the answers of the shared desk in place of a language model."""
    made = ScriptedWriter()
    desk.assistant._writer = made
    yield made
    made.valve.open()
    desk.assistant._writer = None
