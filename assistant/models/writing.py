"""LanguageModel: writes text to instructions, piece by piece."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from threading import Event
from typing import Any, Protocol

from assistant.types import Usage


@dataclass(frozen=True)
class Instructions:
    """What a language model is told: the rules, and the task with its material. Neither is a template: braces stay.

    `schema` is the JSON schema of what it shall write, followed by models that are `structured`; `tags` are shown where
    calls are traced.
    """

    system: str
    user: str
    schema: Mapping[str, Any] | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limits:
    """How long a model may take, in seconds from the call, and how much it may write.

    `connect` to its server, `first_token` until the first text, `whole` until the end; `most_characters` of text.
    """

    connect: float = 5.0
    first_token: float = 60.0
    whole: float = 120.0
    most_characters: int = 40_000


class LanguageModel(Protocol):
    """Writes to instructions. Calls from several threads are allowed."""

    @property
    def name(self) -> str:
        """Provider and model, such as "openai:gpt-5-mini"."""
        ...

    @property
    def structured(self) -> bool:
        """Whether it follows the schema of its instructions."""
        ...

    def write(self, instructions: Instructions, stop: Event | None = None) -> Generator[str | Usage, None, None]:
        """Yield pieces of text as they come, then what it took, where the provider tells.

        Text that came before a failure has been yielded. Closing the generator, or setting `stop`, ends the call to the
        provider. Raises WritingError, Stopped once `stop` is set.
        """
        ...

    def close(self) -> None:
        """End all calls and give back what it holds; it writes no more after that."""
        ...
