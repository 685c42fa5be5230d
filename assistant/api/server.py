"""Run the application: `bind` first, so that the address is known before the data folder is locked, then `serve`."""

import asyncio
import errno
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import uvicorn

from assistant.api.app import Mounted, create_app
from assistant.chat import Chat
from assistant.errors import RunError, SettingsError

Notify = Callable[[str], None]

_GRACE = 10
_BACKLOG = 2048
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# Everything goes to standard error: standard output belongs to the command that serves.
_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "stream": "ext://sys.stderr"}},
    "loggers": {
        "assistant": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "mcp": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "uvicorn": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "uvicorn.error": {"level": "WARNING"},
    },
}


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


def url_of(listener: socket.socket) -> str:
    """Return the URL at which a program on this machine reaches `listener`."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared with, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """A server that, once told to end, answers the messages under way and stops those whose turn has not come."""

    def __init__(self, config: uvicorn.Config, chat: Chat) -> None:
        super().__init__(config)
        self._chat = chat

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening and wait for the requests under way."""
        await asyncio.to_thread(self._chat.stop_waiting)
        await super().shutdown(sockets)


def serve(
    chat: Chat,
    listener: socket.socket,
    *,
    mounts: Sequence[Mounted] = (),
    notify: Notify = lambda _: None,
    access_log: bool = True,
) -> None:
    """Answer requests at `listener` until SIGINT or SIGTERM, then return.

    Requests under way get ten seconds; what a thread computes beyond them is waited for but not sent. `mounts` are
    those of `create_app`. `notify` gets a line with the address. The caller closes `chat`.
    """
    server = _Server(
        uvicorn.Config(
            create_app(chat, mounts),
            log_config=_LOGGING,
            access_log=access_log,
            workers=1,
            proxy_headers=False,
            server_header=False,
            backlog=_BACKLOG,
            timeout_graceful_shutdown=_GRACE,
        ),
        chat,
    )
    with _stopping(server):
        notify(f"Serving at {url_of(listener)}; Ctrl+C stops it.")
        # They take a second or more and are kept: whoever opens the page first need not wait for them.
        chat.aside(chat.starters)
        server.run(sockets=[listener])


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
