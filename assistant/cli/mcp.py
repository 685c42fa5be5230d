"""`assistant mcp`: the articles as tools for a program that speaks the Model Context Protocol."""

import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

import typer

from assistant.cli.heap import long_lived
from assistant.cli.packages import own_version
from assistant.cli.session import Session, session_of
from assistant.cli.terminal import say
from assistant.types import Answer, Article, ArticleFacts, Filters, Hit

if TYPE_CHECKING:
    from assistant.cli.remote import Remote
    from assistant.pipeline import Assistant

# Whoever holds a folder keeps other commands from it, and opening it takes some tenths of a second.
_QUIET = 10.0
_AT_ONCE = 2
_EXAMPLE = """Example, for a client that starts programs:

  {"mcpServers": {"assistant": {"command": "/path/to/assistant", "args": ["--home", "/path/to/data", "mcp"]}}}

Clients that speak streamable HTTP find the same tools at /mcp of `assistant serve`."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("mcp", epilog=_EXAMPLE)(mcp)


@long_lived()
def mcp(ctx: typer.Context) -> None:
    """Be an MCP server on stdin and stdout, until stdin is closed or Ctrl-C."""
    from assistant.mcp import build_server, serve_stdio

    session = session_of(ctx)
    session.settings()  # a mistake in them is told here and now, not at the first question
    if sys.stdin.isatty():
        say("Waiting for an MCP client to write to stdin; Ctrl+C ends it.")
    with Folder(session) as folder:
        serve_stdio(build_server(folder, own_version()))


@dataclass(frozen=True)
class _Open:
    """What answers at present; `stack` closes it."""

    ask: Callable[[str, Filters, threading.Event], Answer]
    reader: "Assistant | Remote"
    stack: ExitStack
    remote: bool


class Folder:
    """A data folder, opened when something is asked and given back once nothing was for a while.

    So a client that keeps this program running all day keeps nobody else from the folder. While a server owns it, that
    server is asked. Methods may be called from several threads, and raise as `Session.source` does besides what they
    raise themselves.
    """

    def __init__(self, session: Session, quiet: float = _QUIET) -> None:
        """Open the folder of `session`, and give it back `quiet` seconds after it was used."""
        self._session = session
        self._quiet = quiet
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="answering")
        self._guard = threading.Lock()
        self._open: _Open | None = None
        self._users = 0
        self._timer: threading.Timer | None = None

    def ask(self, question: str, filters: Filters, stop: threading.Event) -> "Future[Answer]":
        """Answer and keep the answer, as POST /v1/ask does; `stop` ends it, unless a server answers."""
        return self._pool.submit(self._ask, question, filters, stop)

    def search(self, question: str, filters: Filters, limit: int) -> tuple[Hit, ...]:
        """Search, as `Assistant.search` does."""
        with self._using() as found:
            return found.reader.search(question, filters, limit)

    def articles(self) -> tuple[ArticleFacts, ...]:
        """List the articles."""
        with self._using() as found:
            return found.reader.articles()

    def article(self, article_id: str) -> Article:
        """Read an article, as `Assistant.article` does."""
        with self._using() as found:
            return found.reader.article(article_id)

    def of(self, owner: str | None) -> Self:
        """Return itself: whoever starts this program may read the folder."""
        del owner
        return self

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for the questions that are being answered, and give the folder back."""
        self._pool.shutdown(cancel_futures=True)
        self._release()

    def _ask(self, question: str, filters: Filters, stop: threading.Event) -> Answer:
        with self._using() as found:
            return found.ask(question, filters, stop)

    @contextmanager
    def _using(self) -> Iterator[_Open]:
        with self._guard:
            if self._timer is not None:
                self._timer.cancel()
            if self._open is None:
                self._open = self._opened()
            found = self._open
            self._users += 1
        try:
            yield found
        finally:
            with self._guard:
                self._users -= 1
                if found.remote:
                    self._close()  # the server may end and leave the folder to this process: it is looked for anew
                elif not self._users:
                    self._timer = threading.Timer(self._quiet, self._release)
                    self._timer.daemon = True
                    self._timer.start()

    def _opened(self) -> _Open:
        from assistant.cli.remote import Remote
        from assistant.factory import build_chat
        from assistant.pipeline import Assistant

        with ExitStack() as stack:
            source = stack.enter_context(self._session.source())
            if isinstance(source, Remote):
                remote = source
                return _Open(lambda q, only, _: remote.ask(q, only), source, stack.pop_all(), remote=True)
            assert isinstance(source, Assistant)
            chat = stack.enter_context(build_chat(source))
            return _Open(lambda q, only, stop: chat.ask(q, only, stop=stop), source, stack.pop_all(), remote=False)

    def _release(self) -> None:
        with self._guard:
            if self._timer is not None:
                self._timer.cancel()
            self._close()

    def _close(self) -> None:
        """Close what is open, unless somebody uses it; to be called with the guard held."""
        if self._open is not None and not self._users:
            self._open.stack.close()
            self._open = None
