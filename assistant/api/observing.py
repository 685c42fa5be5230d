"""Observed: what is seen of each request from outside, told to those who log and count."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.refusals import TEMPLATE

UNMATCHED = "unmatched"
OTHER = "other"
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


@dataclass(frozen=True)
class Seen:
    """One request that has ended.

    `method` is `other` where it is none of HTTP's common ones, `route` the template that matched, `unmatched` where
    none did: both take few values, whatever is sent. `status` is None where the client left before a response began.
    """

    method: str
    route: str
    status: int | None
    seconds: float
    client: str | None


Observer = Callable[[Seen], None]


class Observed:
    """ASGI middleware that tells `observers` of each request at its end, on the event loop."""

    def __init__(self, app: ASGIApp, observers: Sequence[Observer]) -> None:
        """Stand around `app`."""
        self._app = app
        self._observers = tuple(observers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status: int | None = None

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            client = scope.get("client")
            seen = Seen(
                method=method_of(scope),
                route=template_of(scope),
                status=status,
                seconds=time.perf_counter() - began,
                client=client[0] if client else None,
            )
            for observer in self._observers:
                observer(seen)


def method_of(scope: Scope) -> str:
    """Return the request's method, `other` where it is a rare one."""
    return scope["method"] if scope["method"] in _METHODS else OTHER


def template_of(scope: Scope) -> str:
    """Return the template of the route that a request was given to, once it was."""
    if scope.get(TEMPLATE):
        return str(scope[TEMPLATE])
    route: Any = scope.get("route")
    if hasattr(route, "path"):
        return str(route.path).replace(":path}", "}")
    if "endpoint" not in scope:
        return UNMATCHED
    # What is mounted stands at one path, or below one.
    return f"{scope['root_path']}/{{path}}" if scope.get("root_path") else str(scope["path"])
