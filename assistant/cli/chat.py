"""`assistant chat`: a conversation in the terminal, or one question a line from a pipe."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.text import Text

from assistant.cli.failures import explain
from assistant.cli.filters import ArticleId, AsOf, Publisher, Since, Until, read_filters
from assistant.cli.render import show_answer, show_citation
from assistant.cli.session import Source, session_of
from assistant.cli.terminal import out, say, stdin_lines
from assistant.errors import AssistantError
from assistant.types import Answer, Filters

_HELP = """Type a question and press Enter.
/sources  the sources of the last answer in full
/help     this text
/quit     end (so do Ctrl-D and Ctrl-C)"""

_HISTORY = "chat_history"
_REMEMBERED = 1000


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("chat")(chat)


def chat(
    ctx: typer.Context,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    publisher: Publisher = None,
    article: ArticleId = None,
) -> None:
    """Ask one question after the other; /help lists the commands."""
    given = {"since": since, "until": until, "as_of": as_of, "publisher": publisher, "article": article}
    filters = read_filters(given)
    session = session_of(ctx)
    with session.source() as source:
        try:
            converse(source, filters, _typed(session.settings().home / _HISTORY))
        except KeyboardInterrupt:
            out.print()


def converse(source: Source, filters: Filters, lines: Iterator[str]) -> None:
    """Answer line after line until they end or one says /quit; what fails is told, and the talk goes on.

    Each question is read in the light of those before it.
    """
    from assistant.conversation import TURNS, Turn, turn_of

    last: Answer | None = None
    turns: list[Turn] = []
    for line in lines:
        typed = line.strip()
        if not typed:
            continue
        if typed in ("/quit", "/exit"):
            return
        if typed == "/help":
            out.print(Text(_HELP))
        elif typed == "/sources":
            _show_sources(last)
        elif typed.startswith("/"):
            say(f"{typed} is no command: /help lists them")
        else:
            try:
                last = source.ask(typed, filters, turns[-TURNS:])
                turns.append(turn_of(last))
                show_answer(last, quotes=False)
            except AssistantError as error:
                say(f"error: {explain(error)}")
        out.print()


def _show_sources(answer: Answer | None) -> None:
    if answer is None or not answer.citations:
        out.print(Text("There are no sources: " + ("ask first." if answer is None else "nothing was cited.")))
        return
    for citation in answer.citations:
        show_citation(citation)


def _typed(history: Path) -> Iterator[str]:
    """Yield what is typed, with the line editor and the history of earlier chats, or the lines of a pipe."""
    if not sys.stdin.isatty():
        yield from stdin_lines()
        return
    out.print(Text("Ask about the articles; /help lists the commands."))
    with _remembered(history):
        while True:
            try:
                yield input("> ")
            except EOFError:
                out.print()
                return


@contextmanager
def _remembered(path: Path) -> Iterator[None]:
    """Keep what is typed in the file `path`; without a line editor, or where it cannot be kept, go on without."""
    try:
        import readline
    except ImportError:
        yield
        return
    readline.set_history_length(_REMEMBERED)
    try:
        readline.read_history_file(path)
    except OSError:
        readline.clear_history()
    try:
        yield
    finally:
        try:
            path.touch(mode=0o600)
            readline.write_history_file(path)
        except OSError as error:
            say(f"the chat's history was not kept: {explain(error)}")
