"""ScriptedModelServer: real HTTP on loopback, with a hand on each connection."""

import json
import select
import socket
import struct
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self

from assistant.models.scripted.reply import (
    MALFORMED,
    ChatRequest,
    Reply,
    completion,
    end_events,
    model_list,
    piece_event,
)

Script = Callable[[ChatRequest], Reply | str] | Iterable[Reply | str] | Reply | str
# Closed with this, a connection is reset rather than ended.
_RESET = struct.pack("ii", 1, 0)
_POLL_S = 0.02
_NAME = "scripted-model-server"


class Exchange:
    """One request for a completion and what became of it."""

    def __init__(self, request: ChatRequest) -> None:
        """Begin with `request`."""
        self.request = request
        self.cancelled = False
        self._over = Event()

    def over(self, timeout: float = 5.0) -> bool:
        """Wait until nothing more is sent, at most `timeout` seconds; `cancelled` holds after that.

        Returns whether it is over. `cancelled` says whether the client went away before the end.
        """
        return self._over.wait(timeout)

    def end(self) -> None:
        """Nothing more is sent."""
        self._over.set()


class ScriptedModelServer:
    """Serves POST /v1/chat/completions and GET /v1/models on a free port of 127.0.0.1, from entering to leaving it.

    The script is a function from request to reply, or replies to give one after the other (then status 500), or one
    reply to everything; a text is a reply in one piece. What the function raises is raised again on leaving.
    """

    def __init__(self, script: Script) -> None:
        """Answer by `script`."""
        # Each reply is taken once, whichever thread asks.
        self._script = script if isinstance(script, str | Reply) or callable(script) else iter(script)
        self._lock = Lock()
        self._failure: Exception | None = None
        self.exchanges: list[Exchange] = []

    @property
    def url(self) -> str:
        """Address that a client of OpenAI's takes as its base URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def requests(self) -> list[ChatRequest]:
        """The requests for completions, in the order they came."""
        return [one.request for one in self.exchanges]

    def __enter__(self) -> Self:
        """Begin to serve."""
        self._server = _Server(self.answer, self.exchanges)
        self._thread = Thread(target=self._server.serve_forever, args=(_POLL_S,), name=_NAME, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Break off what is under way, and wait until all threads have ended."""
        self._server.shutdown()
        self._server.break_off()
        self._server.server_close()
        self._thread.join()
        if error is None and self._failure is not None:
            raise self._failure

    def answer(self, request: ChatRequest) -> Reply:
        """Return the reply to `request` by the script."""
        try:
            with self._lock:
                said = self._said(request)
        except Exception as error:  # noqa: BLE001  # of whoever wrote the script, who is told on leaving
            self._failure = error
            return Reply(status=500)
        return Reply(said) if isinstance(said, str) else said

    def _said(self, request: ChatRequest) -> Reply | str:
        if isinstance(self._script, str | Reply):
            return self._script
        if callable(self._script):
            return self._script(request)
        return next(self._script, Reply(status=500))


class _Server(ThreadingHTTPServer):
    request_queue_size = 32

    def __init__(self, answer: Callable[[ChatRequest], Reply], exchanges: list[Exchange]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.exchanges = exchanges
        self.closing = Event()
        self._open: list[tuple[Thread, socket.socket]] = []

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve the connection in a thread that `break_off` knows, whatever becomes of it."""
        arguments = (request, client_address)
        thread = Thread(target=self.process_request_thread, args=arguments, name=_NAME, daemon=True)
        self._open.append((thread, request))
        thread.start()

    def break_off(self) -> None:
        """End all connections and wait for their threads."""
        self.closing.set()
        for thread, connection in self._open:
            with suppress(OSError):  # it has been closed
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        known = self.path == "/v1/models"
        self._plain(200 if known else 404, model_list("scripted") if known else b"{}")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if self.path != "/v1/chat/completions":
            self._plain(404, b"{}")
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        exchange = Exchange(ChatRequest(json.loads(body), headers))
        self.server.exchanges.append(exchange)
        try:
            self._reply(exchange.request, self.server.answer(exchange.request))
        except OSError:  # the client has gone
            exchange.cancelled = not self.server.closing.is_set()
            self.close_connection = True
        finally:
            exchange.end()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _reply(self, request: ChatRequest, reply: Reply) -> None:
        self._sleep(reply.wait)
        model = str(request.body.get("model", ""))
        if reply.plain:
            self._plain(reply.status, reply.plain_body, **reply.headers)
        elif request.streamed:
            self._stream(model, request, reply)
        elif reply.ending == "done":
            self._plain(200, completion(model, reply), **reply.headers)
        else:
            self._end_badly(reply)

    def _stream(self, model: str, request: ChatRequest, reply: Reply) -> None:
        begun = False
        for text in reply.texts:
            if begun:
                self._sleep(reply.pause)
            else:
                self._begin(reply)
            self._chunk(piece_event(model, text, first=not begun))
            begun = True
        if reply.ending in ("done", "unfinished", "malformed"):
            if not begun:
                self._begin(reply)
            if reply.ending == "done":
                usage = bool((request.body.get("stream_options") or {}).get("include_usage"))
                for event in end_events(model, reply, usage=usage):
                    self._chunk(event)
            elif reply.ending == "malformed":
                self._chunk(MALFORMED)
            self._chunk(b"")
        else:
            self._end_badly(reply)

    def _begin(self, reply: Reply) -> None:
        self.send_response(200)
        for name, value in {
            "Content-Type": "text/event-stream",
            "Transfer-Encoding": "chunked",
            "Connection": "close",
            **reply.headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()

    def _chunk(self, data: bytes) -> None:
        """Send one chunk of the stream; an empty one ends it."""
        self._check()
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))

    def _plain(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        facts = {"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}
        for name, value in {**facts, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _end_badly(self, reply: Reply) -> None:
        self.close_connection = True
        if reply.ending == "silent":
            self._sleep(float("inf"))
        elif reply.ending == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.rfile.close()  # it would keep the connection open
            self.connection.close()

    def _sleep(self, seconds: float) -> None:
        """Wait; raises OSError once the client has gone or the server closes."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._check(min(left, _POLL_S))

    def _check(self, patience: float = 0.0) -> None:
        """Wait at most `patience` seconds for news; raises OSError once the client has gone or the server closes."""
        if self.server.closing.is_set():
            raise ConnectionAbortedError("the server closes")
        readable, _, _ = select.select([self.connection], [], [], patience)
        if readable and not self.connection.recv(1, socket.MSG_PEEK):
            raise ConnectionAbortedError("the client has gone")
