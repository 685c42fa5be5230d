"""The server: Web API, response URLs and Socket Mode on loopback, in a thread of its own."""

import asyncio
import json
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from .faults import Fault, Faults
from .socket_mode import SocketMode
from .web_api import WebApi
from .workspace import JSON, Refused, Workspace

Respond = Callable[[str, JSON], None]


class Server:
    """Serves until it is closed; `url` ends in /api/, `port` may be given so that a later server takes its place."""

    def __init__(
        self,
        slack: Workspace,
        scopes: frozenset[str] | None,
        respond: Respond,
        patience: float,
        retries: int,
        port: int = 0,
    ) -> None:
        self.faults = Faults()
        self._slack, self._respond = slack, respond
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake-slack")
        self._thread.start()
        self.sockets = SocketMode(self._loop, slack.changed, patience, retries)
        self.web = WebApi(slack, scopes, lambda: f"{self.socket_url}?ticket={self.sockets.ticket()}")
        self._runner, self.port = self._await(self._start(port))
        self.url = f"http://127.0.0.1:{self.port}/api/"
        self.socket_url = f"ws://127.0.0.1:{self.port}/link/"

    def response_url(self, name: str) -> str:
        """Return the URL under which `respond` is called with `name`."""
        return f"http://127.0.0.1:{self.port}/respond/{name}"

    def close(self) -> None:
        """Stop serving."""
        self._await(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _await(self, work: Any) -> Any:
        done: Future[Any] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return done.result(10)

    async def _start(self, port: int) -> tuple[web.AppRunner, int]:
        app = web.Application(client_max_size=8 * 2**20)
        app.router.add_route("*", "/api/{method}", self._method)
        app.router.add_post("/respond/{name}", self._response_url)
        app.router.add_get("/link/", self.sockets.handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        return runner, runner.addresses[0][1]

    async def _stop(self) -> None:
        await self.sockets.close()
        await self._runner.cleanup()

    async def _method(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(given.pop("token", ""))
        fault = self.faults.take(method, given)
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.web.scopes or ("chat:write",)))}
        if fault is not None and not fault.performed:
            self.web.record(method, given, fault.error or str(fault.status))
            return await self._fail(request, fault)
        answer = self.web.call(method, token, given)
        if fault is not None and (fault.cut or fault.status != 200):
            return await self._fail(request, fault)
        if fault is not None:
            await asyncio.sleep(fault.delay)
        return web.json_response(answer, headers=headers)

    async def _response_url(self, request: web.Request) -> web.StreamResponse:
        given = json.loads(await request.text())
        fault = self.faults.take("response_url", given)
        if fault is not None and not fault.performed:
            self.web.record("response_url", given, fault.error or str(fault.status))
            return await self._fail(request, fault)
        try:
            self._respond(request.match_info["name"], given)
            self.web.record("response_url", given, None)
        except Refused as refused:
            self.web.record("response_url", given, refused.error)
            return web.Response(status=404 if refused.error.endswith("_url") else 400, text=refused.error)
        if fault is not None:
            return await self._fail(request, fault)
        return web.Response(text="ok")

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        await asyncio.sleep(fault.delay)
        if fault.cut:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        if fault.status >= 500:
            return web.Response(status=fault.status, text="<html>Server Error</html>", content_type="text/html")
        return web.json_response({"ok": False, "error": fault.error}, status=fault.status, headers=headers)


async def _arguments(request: web.Request) -> JSON:
    """Return the arguments of a call, which come as JSON, as a form or in the query."""
    body = await request.text()
    if request.content_type == "application/json":
        return {**request.query, **(json.loads(body) if body else {})}
    return {**request.query, **dict(parse_qsl(body, keep_blank_values=True))}
