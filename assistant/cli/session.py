"""What the commands share: the settings, the assistant of the data folder, or the server that owns it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import typer

from assistant.cli.terminal import progress_bar, say
from assistant.errors import BusyError
from assistant.locking import FolderLock, check_free, read_owner
from assistant.proof import read_proof
from assistant.settings import Settings, load_settings
from assistant.types import Answer, Filters, Hit

if TYPE_CHECKING:
    from assistant.conversation import Turn
    from assistant.pipeline import Assistant


class Source(Protocol):
    """What answers questions: the assistant in this process, or the server that owns its data folder."""

    def ask(self, question: str, filters: Filters = ..., turns: "Sequence[Turn]" = ...) -> Answer:
        """Return the answer, read in the light of `turns`; raises as `Assistant.ask` does."""
        ...

    def answer(self, answer_id: str) -> Answer:
        """Return an answer that was kept; raises as `Assistant.answer` does."""
        ...

    def search(self, question: str, filters: Filters = ..., limit: int = ...) -> tuple[Hit, ...]:
        """Return the best passages; raises as `Assistant.search` does."""
        ...


@dataclass(frozen=True)
class Session:
    """One run of the command line with its global options."""

    home: Path | None = None
    debug: bool = False

    def settings(self, **overrides: object) -> Settings:
        """Return the settings of the environment; options of the command line come first. Raises SettingsError."""
        given = {name: value for name, value in {"home": self.home, **overrides}.items() if value is not None}
        return load_settings(**given)

    @contextmanager
    def assistant(self, *, address: str | None = None, fill: bool = True, brief: bool = False) -> "Iterator[Assistant]":
        """Give the assistant that owns the data folder; steps and the first ingestion are told on stderr.

        `address`, `fill` and `brief` are those of `build_assistant`, which says what is raised.
        """
        check_free(self.settings().home)  # before what follows is imported, which takes seconds
        from assistant.factory import build_assistant

        with progress_bar("bytes") as progress:
            assistant = build_assistant(
                self.settings(), address=address, notify=say, progress=progress, fill=fill, brief=brief
            )
        with assistant:
            yield assistant

    @contextmanager
    def source(self) -> Iterator[Source]:
        """Give what answers questions: while a server owns the data folder, that server.

        Raises as `build_assistant` does.
        """
        address = self.server()
        if address is None:
            with self.assistant(brief=True) as assistant:
                yield assistant
            return
        from assistant.cli.remote import Remote

        with Remote(address, proof=read_proof(self.settings().home)) as remote:
            yield remote

    def server(self) -> str | None:
        """Return the address of the server that owns the data folder; asked before anything slow is imported."""
        home = self.settings().home
        owner = read_owner(home)
        if owner is None or owner.address is None:
            return None
        try:
            FolderLock(home).release()  # a server that was killed leaves its address behind, but not its lock
        except BusyError:
            return owner.address
        return None


def session_of(ctx: typer.Context) -> Session:
    """Return the session that the root command made."""
    return ctx.ensure_object(Session)
