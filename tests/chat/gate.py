"""An Answerer that waits until the test lets it answer."""

import threading
from collections.abc import Sequence

from assistant.answering import Answerer, Draft
from assistant.pipeline import Assistant
from assistant.types import Hit


class Gate:
    """Stands before the Answerer of `assistant`: lets all pass until it is shut."""

    def __init__(self, assistant: Assistant) -> None:
        self.real: Answerer = assistant._answerer
        self.name, self.settings = self.real.name, self.real.settings
        self.reached = threading.Semaphore(0)
        self.asked: list[str] = []
        self.fail: Exception | None = None
        self._open = threading.Event()
        self._open.set()
        assistant._answerer = self

    def shut(self) -> None:
        """Let nobody pass; whoever comes releases `reached` and waits."""
        self._open.clear()

    def open(self) -> None:
        """Let all pass."""
        self._open.set()

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        """Answer as the real one does, once the gate is open, or raise `fail`."""
        self.asked.append(question)
        if not self._open.is_set():
            self.reached.release()
        assert self._open.wait(60)
        if self.fail is not None:
            raise self.fail
        return self.real.answer(question, hits)
