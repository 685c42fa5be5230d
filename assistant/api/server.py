"""Run the application: `bind` first, so that the address is known before the data folder is locked, then `serve`."""

import asyncio
import errno
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

import uvicorn

from assistant.api import logs
from assistant.api.app import Mounted, create_app
from assistant.api.connections import Connections, room
from assistant.api.guards import Guards
from assistant.api.hosts import ANY, allowed_hosts, foreign, is_loopback
from assistant.api.protocol import Protocol
from assistant.api.stopping import Stopping
from assistant.catalog import KeyStore
from assistant.chat import Chat
from assistant.errors import RunError, SettingsError

Notify = Callable[[str], None]

# Seconds from a signal until what is being answered is stopped, and until connections are cut.
_PATIENCE = 7.0
_GRACE = 9
_BACKLOG = 2048
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens at `host`:`port`; port 0 takes a free one.

    Connections wait in its queue until `serve` answers them. Raises SettingsError for a host or port that cannot be,
    RunError when the port is in use.
    """
    place = f"{host}:{port}"
    if not 0 <= port <= 65535:
        # getaddrinfo would take the remainder of 65536.
        raise SettingsError(f"{place} is no address to serve at: set ASSISTANT_PORT to at most 65535")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise SettingsError(
            f"{place} is no address to serve at ({error}): set ASSISTANT_HOST and ASSISTANT_PORT"
        ) from error
    try:
        # Without it, a restart is refused for a minute; on Windows it would let two servers share the port.
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        # Only a listening socket keeps others off the port.
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise _refused(place, error) from error
    return listener


def check_access(listener: socket.socket, host: str, guards: Guards, keys: KeyStore) -> None:
    """Raise SettingsError where others can reach `listener`, bound as `host`, and there is no key to tell them by.

    They can where it listens for them, and where `guards` lets requests for another name in than this machine's own,
    which a proxy passes on.
    """
    if keys.any(active=True):
        return
    if not is_loopback(listener.getsockname()[0]):
        raise SettingsError(
            f"ASSISTANT_HOST={host} would answer whoever reaches this machine, as there is no key: make one with"
            " `assistant keys add NAME`, or serve at 127.0.0.1"
        )
    if names := _foreign(guards):
        raise SettingsError(
            f"requests for {', '.join(names)} would be answered whoever sends them, as there is no key: make one with"
            " `assistant keys add NAME`, or leave the name out of ASSISTANT_URL, ASSISTANT_ALLOWED_HOSTS and"
            " ASSISTANT_HOST"
        )


def url_of(listener: socket.socket) -> str:
    """Return the URL at which a program on this machine reaches `listener`."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared with, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """A server that, once told to end, stops what waits at once and what is being answered some seconds later.

    Whoever reads a stream is told: its last event says that the message was stopped.
    """

    def __init__(self, config: uvicorn.Config, chat: Chat, stopping: Stopping, connections: Connections) -> None:
        super().__init__(config)
        self._chat = chat
        self._connections = connections
        self._stopping = stopping

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening and wait for the requests under way."""
        self._stopping.began = True
        # One that is taken in after the others were told to end would be waited for.
        self._connections.close()
        await asyncio.to_thread(self._chat.stop_waiting)
        ending = asyncio.create_task(self._stop_all())
        await super().shutdown(sockets)
        ending.cancel()

    async def _stop_all(self) -> None:
        await asyncio.sleep(_PATIENCE)
        self._stopping.over = True
        await asyncio.to_thread(self._chat.stop_all)


def serve(
    chat: Chat,
    listener: socket.socket,
    *,
    mounts: Sequence[Mounted] = (),
    notify: Notify = lambda _: None,
    access_log: bool = True,
    guards: Guards | None = None,
    secrets: Iterable[str] = (),
) -> None:
    """Answer requests at `listener` until SIGINT or SIGTERM, then return.

    Questions under way get seven seconds, then they are stopped and their streams end; all connections are closed two
    seconds later. What a thread computes beyond them is waited for but not sent. `mounts` are those of `create_app`,
    and so are `guards`, by which only loopback's names and the listener's address are served by default. `secrets` are
    never logged. `notify` gets a line with the address. The caller closes `chat`.
    """
    address = listener.getsockname()[0]
    guards = guards or Guards(hosts=allowed_hosts(address))
    app = create_app(chat, mounts, guards, keyless=is_loopback(address) and not _foreign(guards))
    connections = Connections(room())
    server = _Server(
        uvicorn.Config(
            app,
            # uvicorn's own limit refuses requests, and counts no connection that sends none.
            http=cast(Any, partial(Protocol, connections=connections)),
            log_config=logs.configuration(secrets=secrets, access=access_log),
            access_log=False,
            workers=1,
            proxy_headers=False,
            server_header=False,
            backlog=_BACKLOG,
            timeout_graceful_shutdown=_GRACE,
        ),
        chat,
        app.state.stopping,
        connections,
    )
    with _stopping(server):
        notify(f"Serving at {url_of(listener)}; Ctrl+C stops it.")
        # They take a second or more and are kept: whoever opens the page first need not wait for them.
        chat.aside(chat.starters)
        server.run(sockets=[listener])


def _foreign(guards: Guards) -> list[str]:
    return foreign({ANY} if guards.hosts is None else guards.hosts)


@contextmanager
def _stopping(server: uvicorn.Server) -> Iterator[None]:
    """Let signals stop `server` and nothing else.

    uvicorn sends itself the signal again once it has stopped, which by default ends the process before the caller
    has closed the data folder.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: object) -> None:
        server.should_exit = True

    former = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _refused(place: str, error: OSError) -> RunError | SettingsError:
    if error.errno == errno.EADDRINUSE:
        return RunError(
            f"{place} is in use by another program: stop that one, or set ASSISTANT_PORT (0 takes a free port)"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return SettingsError(f"{place} may not be used by this user: set ASSISTANT_PORT to 1024 or higher")
    return SettingsError(
        f"{place} is no address of this machine ({error.strerror}): set ASSISTANT_HOST, such as 127.0.0.1"
    )
