"""`assistant keys`: who may use the server."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from assistant.cli.session import Session, session_of
from assistant.cli.terminal import one_line, out, print_json, say
from assistant.errors import BusyError
from assistant.locking import FolderLock

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.catalog import AccessKey, KeyStore

_EXAMPLES = """Examples:

  assistant keys add alice

  assistant keys

  assistant keys revoke alice

While there is no key, `assistant serve` answers this machine alone and asks nobody for one. A running server knows of
every change at once."""

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Whose it is, or what for; other keys have other names.")]

keys = typer.Typer(invoke_without_command=True, epilog=_EXAMPLES)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(keys, name="keys")


@keys.callback()
def default(ctx: typer.Context, json: Json = False) -> None:
    """Say who may use the server; without a command, list the keys."""
    if ctx.invoked_subcommand is None:
        list_keys(ctx, json)


@keys.command("add")
def add(
    ctx: typer.Context,
    name: Name,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Give it the conversations and answers of the time without keys.")
    ] = False,
    json: Json = False,
) -> None:
    """Make a key and print it; it is kept nowhere, and cannot be shown again."""
    with _keys(session_of(ctx)) as store:
        made, secret = store.add(name, adopt=adopt)
    _show(made, secret, json)


@keys.command("list")
def list_keys(ctx: typer.Context, json: Json = False) -> None:
    """List the names of all keys, the oldest first, and when each was made, used and revoked."""
    with _keys(session_of(ctx)) as store:
        found = store.list()
    if json:
        print_json([_facts(one) for one in found])
    elif not found:
        say("No keys yet: the server answers this machine alone, until `assistant keys add NAME` makes one.")
    else:
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("name", overflow="fold")
        for head in ("created", "last used", "revoked"):
            table.add_column(head, no_wrap=True)
        for one in found:
            table.add_row(
                Text(one_line(one.name)), *(_moment(when) for when in (one.created, one.last_used, one.revoked))
            )
        out.print(table)


@keys.command("revoke")
def revoke(ctx: typer.Context, name: Name, json: Json = False) -> None:
    """Make a key work no more; what was asked with it stays."""
    with _keys(session_of(ctx)) as store:
        key = store.revoke(name)
        left = store.any(active=True)
    if json:
        print_json(_facts(key))
    else:
        out.print(Text(f"Revoked: {one_line(key.name)}"))
    if not left:
        say("No key works any more, so the server answers nobody: `assistant keys add NAME` makes another.")


@keys.command("renew")
def renew(ctx: typer.Context, name: Name, json: Json = False) -> None:
    """Put a new key in the place of one, revoked or not, and print it; what was asked with that one is this one's."""
    with _keys(session_of(ctx)) as store:
        made, secret = store.renew(name)
    _show(made, secret, json)


@contextmanager
def _keys(session: Session) -> "Iterator[KeyStore]":
    """Give the keys of the data folder, also while another process owns that: it is told by what is written there."""
    from assistant.catalog import Catalog

    home = session.settings().home
    try:
        lock: FolderLock | None = FolderLock(home)
    except BusyError:
        lock = None
    try:
        catalog = Catalog(home / "catalog.sqlite", owned=lock is not None)
        try:
            yield catalog.keys
        finally:
            catalog.close()
    finally:
        if lock is not None:
            lock.release()


def _show(key: "AccessKey", secret: str, json: bool) -> None:
    if json:
        print_json({**_facts(key), "key": secret})
        return
    say(f"The key of {key.name}, which is shown this once; send it as `Authorization: Bearer KEY`, or sign in with it:")
    out.print(Text(secret), soft_wrap=True)


def _facts(key: "AccessKey") -> dict[str, str | None]:
    times = {"created": key.created, "last_used": key.last_used, "revoked": key.revoked}
    return {"name": key.name, **{name: when.isoformat() if when else None for name, when in times.items()}}


def _moment(when: "datetime | None") -> str:
    return f"{when.astimezone():%Y-%m-%d %H:%M}" if when else ""
