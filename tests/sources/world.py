"""A web server that stands at public addresses for a Fetcher, and a canary that hears whoever connects to it."""

import gzip
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest.mock import patch

import httpx

from assistant.sources import addresses
from assistant.sources.addresses import PORTS
from assistant.sources.fetch import Fetcher, Limits

PUBLIC = "93.184.216.34"
PUBLIC6 = "2606:2800:220:1:248:1893:25c8:1946"
NAMES = {
    "news.example": [PUBLIC],
    "other.example": [PUBLIC],
    "six.example": [PUBLIC6],
    "xn--bcher-kva.example": [PUBLIC],
    "localhost": ["127.0.0.1", "::1"],
    "inside.example": ["10.0.0.5"],
    "loop.example": ["127.0.0.1"],
    "loop6.example": ["::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "both.example": [PUBLIC, "127.0.0.1"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "metadata.example": ["169.254.169.254"],
    "zone.example": ["fe80::1%lo"],
    "nothing.example": [],
    "strange.example": ["not an address"],
}
# Made once: it takes longer than a request.
_CERTIFICATES = httpx.create_ssl_context(trust_env=False)


class Canary:
    """Listens at 127.0.0.1, and at ::1 where there is one; `heard` counts connections."""

    def __init__(self) -> None:
        self.heard = 0
        self._sockets = [_listen(socket.AF_INET, "127.0.0.1", 0)]
        self.port: int = self._sockets[0].getsockname()[1]
        with suppress(OSError):
            self._sockets.append(_listen(socket.AF_INET6, "::1", self.port))
        for one in self._sockets:
            threading.Thread(target=self._hear, args=(one,), daemon=True).start()

    def _hear(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.heard += 1
            connection.close()

    def close(self) -> None:
        for one in self._sockets:
            one.close()


def _listen(family: int, host: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


@dataclass
class Page:
    """What the server answers a path with."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: float = 0.0  # seconds between two bytes of the body
    slow_head: float = 0.0  # seconds between two bytes of the head
    endless: bool = False


@dataclass
class Asked:
    path: str
    headers: dict[str, str]


class World:
    """The server: `pages` by path; `asked` holds every request, `dialled` every address that a Fetcher went to."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[Asked] = []
        self.dialled: list[tuple[str, str | None]] = []
        self.resolved: list[str] = []
        self.names: dict[str, list[str]] = dict(NAMES)
        world = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                world.asked.append(Asked(self.path, {name.lower(): value for name, value in self.headers.items()}))
                page = world.pages.get(self.path) or Page(b"not here", 404)
                try:
                    world.send(self, page)
                except OSError:
                    self.close_connection = True

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def send(self, to: BaseHTTPRequestHandler, page: Page) -> None:
        headers = {"Content-Type": "text/html; charset=utf-8", "Connection": "close", **page.headers}
        if not page.endless and "Content-Length" not in headers:
            headers["Content-Length"] = str(len(page.body))
        head = f"HTTP/1.1 {page.status} Said\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        data = f"{head}\r\n".encode("latin-1")
        for part in [data[at : at + 1] for at in range(len(data))] if page.slow_head else [data]:
            to.wfile.write(part)
            to.wfile.flush()
            time.sleep(page.slow_head)
        if page.drip:
            for at in range(len(page.body)):
                to.wfile.write(page.body[at : at + 1])
                to.wfile.flush()
                time.sleep(page.drip)
        else:
            to.wfile.write(page.body)
        while page.endless:
            to.wfile.write(b"x" * 65536)
        to.close_connection = True

    def resolve(self, host: str, _port: int) -> list[str]:
        self.resolved.append(host)
        if host not in self.names:
            raise OSError(f"{host} is not known")
        return self.names[host]

    def fetcher(self, *, ports: frozenset[int] = PORTS, tls: Any = None, **limits: Any) -> Fetcher:
        return Fetcher(
            self.resolve, ports=ports, limits=Limits(**limits), transport=lambda: Detour(self, tls or _CERTIFICATES)
        )

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Detour(httpx.AsyncBaseTransport):
    """Goes to the World in place of the public addresses, and wherever else it is sent as it is sent there."""

    def __init__(self, world: World, verify: Any) -> None:
        self._world = world
        self._inner = httpx.AsyncHTTPTransport(trust_env=False, verify=verify)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        self._world.dialled.append((host, request.extensions.get("sni_hostname")))
        if host in (PUBLIC, PUBLIC6):
            request.url = request.url.copy_with(host="127.0.0.1", port=self._world.port)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


@contextmanager
def a_world() -> Iterator[World]:
    world = World()
    try:
        # Its public addresses are nobody's: no socket asks for the way there.
        with patch.object(addresses, "_source_to", lambda _: None):
            yield world
    finally:
        world.close()


@contextmanager
def a_canary() -> Iterator[Canary]:
    canary = Canary()
    try:
        yield canary
    finally:
        canary.close()


def zipped(text: bytes) -> bytes:
    return gzip.compress(text)
