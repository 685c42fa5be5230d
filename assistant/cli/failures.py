"""Errors -> one sentence on stderr and an exit code, in one place for all commands."""

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from assistant.cli.terminal import say
from assistant.errors import AssistantError, UserError

FAILED = 1
WRONG_USAGE = 2
INTERRUPTED = 130


class CommandError(UserError):
    """Arguments that do not go together, or that cannot be what they should be."""


def explain(error: Exception) -> str:
    """Return one sentence for any error; those that nobody foresaw are named by their kind."""
    if isinstance(error, AssistantError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    first = (str(error).strip().splitlines() or ["no message"])[0]
    return f"unexpected {type(error).__name__}: {first} (`assistant --debug ...` shows where)"


def exit_code(error: Exception) -> int:
    """Return 2 where the caller has to change something in the command, else 1."""
    return WRONG_USAGE if isinstance(error, UserError) else FAILED


class Commands(TyperGroup):
    """The root group: what any command raises ends here. Usage errors and a closed pipe are Typer's own to handle."""

    def invoke(self, ctx: Any) -> Any:  # the class of Typer's contexts is private
        """Run the command; what went wrong becomes a sentence and typer.Exit with its code."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()  # a closed pipe is noticed here, not while the interpreter shuts down
        except (typer.Exit, typer.Abort, typer.TyperException, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            say("interrupted")
            raise typer.Exit(INTERRUPTED) from None
        except Exception as error:
            if getattr(ctx.obj, "debug", False):
                raise
            say(f"error: {explain(error)}")
            raise typer.Exit(exit_code(error)) from None
        return result
