"""`python -m bench.strangers`: floods of connections by strangers, and whether a server stays usable meanwhile.

Each attack meets a server of its own, which may open 1,024 files: some seconds of it, a pause, then the same again
while the server is told to end. GET /health is asked over another connection all the time. Fails where it is not
answered within two seconds, and where a server does not end within ten.
"""

import argparse
import asyncio
import http.client
import json
import multiprocessing
import os
import re
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rich.table import Table

from bench.program import make_console
from bench.uploads import _LIGHT as LIGHT

_ROOT = Path(__file__).resolve().parent.parent
_FILES = 1024
_KEYS = 20
_SLOWEST = 2.0
_LONGEST_END = 10.0
_MOST_MEMORY = 2048.0  # MiB; an attack that takes more is broken off
_LOOK = 0.1
_PAUSE = 2.0
_AGAIN = 3.0  # seconds until a connection that was closed is opened anew
_SMALL = 4096


@dataclass(frozen=True)
class Place:
    """A server: its address, the path of a conversation in it, and keys where it wants them."""

    port: int
    conversation: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attack:
    """`connections` that send `opening`, then `more` each `every` seconds; one that is closed is opened anew.

    `reads`: whether they read what they are sent. After `lasts` seconds each does `then`: "reset", or "end" of its own
    half. `keyed`: against a server that has keys.
    """

    name: str
    opening: Callable[[int, Place], bytes]
    more: bytes = b""
    every: float = 1.0
    connections: int = 2000
    reads: bool = True
    lasts: float | None = None
    then: str = ""
    keyed: bool = False


def request(path: str, body: object = None, *, method: str = "", key: str = "", head: str = "") -> bytes:
    """Return a request for `path`, with `body` as JSON where there is one; `head` is a line more of its head."""
    data = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method or ('GET' if body is None else 'POST')} {path} HTTP/1.1", "Host: localhost"]
    lines += ["Content-Type: application/json", f"Content-Length: {len(data)}"] if data else []
    lines += [f"Authorization: Bearer {key}"] if key else []
    lines += [head] if head else []
    return "\r\n".join([*lines, "", ""]).encode() + data


_QUESTION = {"question": "What are the five directives of the summit?"}
_EVENTS = "Accept: text/event-stream"
_METHODS = (
    request("/v1/articles", method="HEAD"),
    request("*", method="OPTIONS"),
    request("/", method="TRACE"),
    b"CONNECT example.org:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    request("/", head="Connection: Upgrade\r\nUpgrade: h2c"),
    request(
        "/mcp",
        head="Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ),
)
_BODIES = (
    ("/v1/ask", "application/json"),
    ("/v1/session", "application/json"),
    ("/v1/feedback", "application/json"),
    ("/v1/chat/completions", "application/json"),
    ("/v1/articles", "multipart/form-data; boundary=a"),
    ("/mcp", "application/json"),
)
_PAGES = ("/v1/articles", "/openapi.json", "/static/js/panel.js", "/metrics")
_INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "flood", "version": "1"}},
}


def _slow_body(number: int, _: Place) -> bytes:
    path, kind = _BODIES[number % len(_BODIES)]
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: 900000\r\n\r\n".encode()


def _large_body(number: int, _: Place) -> bytes:
    path, kind = _BODIES[number % 4]
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: 900000\r\n\r\n"
    return head.encode() + b" " * 899_000


def _chunks(number: int, place: Place) -> bytes:
    head = _slow_body(number, place).replace(b"Content-Length: 900000", b"Transfer-Encoding: chunked")
    return head + b"1\r\na\r\n" * 1000


def _asks(number: int, place: Place) -> bytes:
    return request("/v1/ask", _QUESTION, key=place.keys[number % len(place.keys)] if place.keys else "")


def _begins(number: int, place: Place) -> bytes:
    return request("/v1/conversations", {}, key=place.keys[number % len(place.keys)] if place.keys else "")


def _sessions(*_: object) -> bytes:
    return request("/mcp", _INITIALIZE, head="Accept: application/json, text/event-stream")


def _streams(_: int, place: Place) -> bytes:
    return request(f"{place.conversation}/messages", _QUESTION, head=_EVENTS)


_HEAD = b"GET /health HTTP/1.1\r\nHost: localhost\r\n"
ATTACKS = (
    Attack("send nothing", lambda *_: b""),
    Attack("heads, a line a second", lambda *_: _HEAD, b"X-A: b\r\n"),
    Attack("heads without end", lambda *_: _HEAD, b"X-Abcdefgh: ijklmnop\r\n" * 3000, 0.1, 50),
    Attack("bodies, a byte a second", _slow_body, b"a"),
    Attack("bodies that stop before their end", _large_body, connections=800),
    Attack("chunks without end", _chunks, b"1\r\na\r\n" * 10_000, 0.2, 50),
    Attack("pipelined requests", lambda *_: _HEAD, b"\r\n" + (_HEAD + b"\r\n") * 5000, 0.5, 50),
    Attack("methods and upgrades", lambda number, _: _METHODS[number % len(_METHODS)], b"x", 1.0, 1000),
    Attack("keep alive, idle", lambda *_: _HEAD + b"\r\n"),
    Attack("nothing read of pages", lambda n, _: request(_PAGES[n % len(_PAGES)]) * 20, reads=False, connections=100),
    Attack("nothing read of streams", _streams, reads=False, connections=1000),
    Attack("streams reset", _streams, connections=300, lasts=0.3, then="reset"),
    Attack("half closed", lambda *_: _HEAD, connections=1000, lasts=0.1, then="end"),
    Attack("sessions of MCP", _sessions, _sessions(), 0.2, 20),
    Attack("2,000 questions", _asks, connections=2000),
    Attack("2,000 conversations", _begins, connections=2000),
    Attack("questions of 20 keys", _asks, keyed=True),
    Attack("conversations of 20 keys", _begins, keyed=True),
    Attack("wrong keys", lambda number, _: request("/v1/stats", key=f"assistant_{number}"), keyed=True),
)


class _Connection(asyncio.Protocol):
    """One connection of an attack."""

    def __init__(self, flood: "_Flood", number: int) -> None:
        self._flood = flood
        self._number = number
        self._timers: list[asyncio.TimerHandle] = []
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        flood, attack, loop = self._flood, self._flood.attack, asyncio.get_running_loop()
        flood.count(1)
        if not attack.reads:
            self._transport.pause_reading()
        self._transport.write(attack.opening(self._number, flood.place))
        if attack.more:
            self._timers.append(loop.call_later(attack.every, self._more))
        if attack.lasts is not None:
            self._timers.append(loop.call_later(attack.lasts, self._then))

    def _more(self) -> None:
        attack = self._flood.attack
        # What the server does not take is not piled up here.
        if not self._transport.get_write_buffer_size():
            self._transport.write(attack.more)
        self._timers[0] = asyncio.get_running_loop().call_later(attack.every, self._more)

    def _then(self) -> None:
        if self._flood.attack.then == "end":
            self._transport.write_eof()
            return
        linger = struct.pack("ii", 1, 0)
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._transport.abort()

    def connection_lost(self, _: Exception | None) -> None:
        for timer in self._timers:
            timer.cancel()
        self._flood.count(-1)
        asyncio.get_running_loop().call_later(_AGAIN, self._flood.lost.put_nowait, self._number)


class _Flood:
    """An attack under way; `held` is told how many connections are open, and the most."""

    def __init__(self, attack: Attack, place: Place, held: Any) -> None:
        self.attack, self.place = attack, place
        self.lost: asyncio.Queue[int] = asyncio.Queue()
        self._held = held

    def count(self, change: int) -> None:
        self._held[0] += change
        self._held[1] = max(self._held[:])

    async def run(self) -> None:
        for number in range(self.attack.connections):
            self.lost.put_nowait(number)
        async with asyncio.TaskGroup() as group:
            for _ in range(50):
                group.create_task(self._open())

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            number = await self.lost.get()
            link = socket.socket()
            link.setblocking(False)
            if not self.attack.reads:
                link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL)
            try:
                await loop.sock_connect(link, ("127.0.0.1", self.place.port))
                await loop.create_connection(partial(_Connection, self, number), sock=link)
            except OSError:
                link.close()
                loop.call_later(_AGAIN, self.lost.put_nowait, number)


@contextmanager
def attacking(attack: Attack, place: Place) -> Iterator[Callable[[], int]]:
    """Attack within, from a process of its own; gives what tells the most connections held so far."""
    context = multiprocessing.get_context("fork")
    held = context.Array("i", 2, lock=False)
    process = context.Process(target=lambda: asyncio.run(_Flood(attack, place, held).run()), daemon=True)
    process.start()
    try:
        yield lambda: held[1]
    finally:
        process.kill()
        process.join()


@dataclass
class Watch:
    """What is seen of a server: the slowest answer of /health, how often there was none, descriptors and MiB."""

    pid: int
    port: int
    slowest: float = 0.0
    asked: int = 0
    failed: list[str] = field(default_factory=list)
    files: int = 0
    memory: float = 0.0

    def look(self) -> None:
        """Ask /health over a connection of its own, and count."""
        began = time.monotonic()
        self.asked += 1
        try:
            link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_SLOWEST)
            link.request("GET", "/health")
            if (status := link.getresponse().status) != http.client.OK:
                self.failed.append(str(status))
            link.close()
        except (OSError, http.client.HTTPException) as error:
            self.failed.append(type(error).__name__)
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.files, self.memory = max(self.files, files_of(self.pid)), max(self.memory, memory_of(self.pid))

    def look_for(self, seconds: float) -> "Watch":
        """Look for so many seconds."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.look()
            if self.memory > _MOST_MEMORY:
                self.failed.append("memory")
                break
            time.sleep(_LOOK)
        return self


def files_of(pid: int) -> int:
    """Return how many descriptors a process has."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def memory_of(pid: int) -> float:
    """Return the MiB of memory that a process holds."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("ascii"))
    return int(found[1]) / 1024 if found else 0.0


def _environment(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "ASSISTANT_HOME": str(home),
        "ASSISTANT_CORPUS": str(_ROOT / "corpus"),
        "ASSISTANT_MODELS": str(_ROOT / "data" / "models"),
        "PYTHONPATH": str(_ROOT),
    }


class Server:
    """A server in a process of its own over the data folder `home`, which may open 1,024 files."""

    def __init__(self, home: Path, light: bool) -> None:
        """Start it; it answers when this returns. Raises SystemExit where it does not start."""
        self.log = home.parent / "server.log"
        program = ["-c", LIGHT] if light else ["-m", "assistant"]
        command = [sys.executable, *program, "serve", "--port", "0"]
        with self.log.open("w") as stderr:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", f'ulimit -n {_FILES}; exec "$@"', "sh", *command],
                env=_environment(home),
                stderr=stderr,
                cwd=home.parent,
            )
        self.pid = self._process.pid
        deadline = time.monotonic() + 120
        while not (found := re.search(r"http://[\d.]+:\d+", self.log.read_text())):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"the server did not start: {self.log.read_text()[-500:]}")
            time.sleep(0.1)
        self.port = urlsplit(found[0]).port or 0

    def end(self) -> float:
        """Send SIGTERM; return the seconds until the process has ended, infinity where it had to be killed."""
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(2 * _LONGEST_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return float("inf")
        return time.monotonic() - began


def _ask(port: int, method: str, path: str, body: object = None) -> Any:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    link.request(method, path, None if body is None else json.dumps(body), {"content-type": "application/json"})
    return json.loads(link.getresponse().read())


def _keys(home: Path) -> tuple[str, ...]:
    made = []
    for number in range(_KEYS):
        command = [sys.executable, "-m", "assistant", "keys", "add", f"key{number}"]
        told = subprocess.run(command, env=_environment(home), capture_output=True, text=True, check=True)
        made.append(re.findall(r"assistant_\S+", told.stdout)[0])
    return tuple(made)


@dataclass(frozen=True)
class Result:
    """What an attack came to."""

    name: str
    held: int
    meanwhile: Watch
    afterwards: Watch
    files: int
    memory: float
    end: float

    @property
    def good(self) -> bool:
        """Whether the server stayed usable, and ended when told."""
        looks = (self.meanwhile, self.afterwards)
        return self.end <= _LONGEST_END and all(not one.failed and one.slowest <= _SLOWEST for one in looks)


def measure(attack: Attack, home: Path, keys: tuple[str, ...], seconds: float, light: bool) -> Result:
    """Return what `attack` came to on a server over a copy of `home`."""
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(home, Path(scratch) / "home")
        server = Server(Path(scratch) / "home", light)
        try:
            place = Place(server.port, "", keys if attack.keyed else ())
            if not attack.keyed:
                _ask(server.port, "POST", "/v1/ask", _QUESTION)
                found = _ask(server.port, "POST", "/v1/conversations", {})
                place = Place(server.port, f"/v1/conversations/{found['id']}")
            with attacking(attack, place) as held:
                meanwhile = Watch(server.pid, server.port).look_for(seconds)
                most = held()
            time.sleep(_PAUSE)
            afterwards = Watch(server.pid, server.port).look_for(0.5)
            files, memory = files_of(server.pid), memory_of(server.pid)
            with attacking(attack, place):
                time.sleep(1.5)
                end = server.end()
        except BaseException:
            server.end()
            raise
    return Result(attack.name, most, meanwhile, afterwards, files, memory, end)


def _row(result: Result) -> list[str]:
    looks = (result.meanwhile, result.afterwards)
    failed = " ".join(sorted({why for one in looks for why in one.failed}))
    count = sum(len(one.failed) for one in looks)
    return [
        result.name,
        f"{result.held:,}",
        f"{max(one.slowest for one in looks):.2f}",
        f"{count} of {sum(one.asked for one in looks)} {failed}".strip() if count else "0",
        f"{result.meanwhile.files:,}",
        f"{result.files:,}",
        f"{result.meanwhile.memory:,.0f}",
        f"{result.memory:,.0f}",
        f"{result.end:.1f}",
    ]


def main() -> int:
    """Print the figures; return 1 where a server did not stay usable or did not end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4, help="of each attack")
    parser.add_argument("--only", nargs="+", metavar="WORDS", help="attacks whose name holds one of these")
    parser.add_argument("--light", action="store_true", help="without the embedding model")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the attack and the server end with this
    wanted = [one for one in ATTACKS if not options.only or any(word in one.name for word in options.only)]
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    table = Table()
    heads = ("connections", "slowest /health, s", "failed", "files", "after", "MiB", "after", "end, s")
    table.add_column("attack")
    for head in heads:
        table.add_column(head, justify="right")
    console, good = make_console(), True
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        home.mkdir()
        Server(home, options.light).end()
        keyed = Path(scratch) / "keyed"
        keys: tuple[str, ...] = ()
        if any(one.keyed for one in wanted):
            shutil.copytree(home, keyed)
            keys = _keys(keyed)
        for attack in wanted:
            result = measure(attack, keyed if attack.keyed else home, keys, options.seconds, options.light)
            good = good and result.good
            table.add_row(*_row(result))
            print("\t".join(_row(result)), file=sys.stderr, flush=True)
    console.print(table)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
