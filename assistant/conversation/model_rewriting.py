"""ModelRewriter: a language model puts a question so that it stands alone, and what it adds is checked."""

import logging
import re
import threading
import time
import unicodedata
from collections.abc import Sequence
from contextlib import closing

from assistant.conversation.turns import MAX_ANSWER, TURNS, Turn, said
from assistant.errors import Stopped, WritingError
from assistant.models.writing import Instructions, LanguageModel
from assistant.phrases import matter
from assistant.prompts import Prompt
from assistant.spotlighting import fenced, new_boundary, visible

# Whoever asks waits for this before anything is looked for.
PATIENCE = 10.0
_LONGEST = 400
_NUMBER = re.compile(r"\d+")

logger = logging.getLogger(__name__)


class ModelRewriter:
    """Rewrites the last question of a conversation with a language model."""

    def __init__(self, model: LanguageModel, prompt: Prompt, patience: float = PATIENCE) -> None:
        """Ask `model` with `prompt`, and wait at most `patience` seconds for it."""
        self._model = model
        self._prompt = prompt
        self._patience = patience

    @property
    def name(self) -> str:
        """Prompt and model, for the receipt."""
        return f"{self._prompt.reference} {self._model.name}"

    def rewrite(self, question: str, turns: Sequence[Turn], stop: threading.Event | None = None) -> str | None:
        """Return `question` as it reads without `turns`, None where the model does not say or says something else.

        A question is taken only if all its matter was said in the conversation or asked: none is added by the model.
        Raises Stopped once `stop` is set.
        """
        before = turns[-TURNS:]
        lines = [
            line for turn in before for line in (f"Question: {turn.question}", f"Answer: {turn.answer[:MAX_ANSWER]}")
        ]
        boundary = new_boundary([question, *lines])
        system, user = self._prompt.render(
            turns=fenced("\n".join(lines), boundary), question=question, boundary=boundary
        )
        written = self._written(Instructions(system, user, tags=("rewrite",)), stop)
        if written is None or not _is_question_on(written, question, before):
            return None
        return written

    def _written(self, instructions: Instructions, stop: threading.Event | None) -> str | None:
        text = ""
        try:
            with closing(self._model.write(instructions, _Deadline(self._patience, stop))) as pieces:
                for piece in pieces:
                    text += piece if isinstance(piece, str) else ""
                    if len(text) > 4 * _LONGEST:
                        return None
        except WritingError as error:
            logger.warning("%s did not rewrite a question: %s", self._model.name, error)
            return None
        except Stopped:
            if stop is not None and stop.is_set():
                raise
            logger.warning("%s did not rewrite a question in %.0f s", self._model.name, self._patience)
            return None
        text = unicodedata.normalize("NFC", visible(text))
        lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
        return lines[0] if len(lines) == 1 and len(lines[0]) <= _LONGEST else None


class _Deadline(threading.Event):
    """Set once `other` is, or when `seconds` have passed."""

    def __init__(self, seconds: float, other: threading.Event | None) -> None:
        super().__init__()
        self._until = time.monotonic() + seconds
        self._other = other

    def is_set(self) -> bool:
        """Tell whether to stop."""
        return time.monotonic() > self._until or (self._other is not None and self._other.is_set())


def _is_question_on(written: str, question: str, turns: Sequence[Turn]) -> bool:
    """Tell whether `written` speaks of nothing but what was said and asked, and of what was asked at all."""
    heard = " ".join([question, *(f"{turn.question} {said(turn)} {turn.answer}" for turn in turns)])
    if set(_NUMBER.findall(written)) - set(_NUMBER.findall(heard)):
        return False
    return bool(matter(written)) and not set(matter(written)) - set(matter(heard)) - _ASKING


# What may be said of anything without telling something of it.
_ASKING = frozenset(
    matter(
        "mean means long role happen happened reason date time place person people amount number held hold took take "
        "occur occurred begin began end ended start started located made called named say said"
    )
)
