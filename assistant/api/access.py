"""Access: no request reaches a route before it is known who sends it.

It stands before all routes, so that one which is added is asked for a key without anybody having thought of it. What
is open to everyone is named here.
"""

import re
from collections.abc import Collection
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.api.authentication import COOKIE, Authenticator
from assistant.api.refusals import refuse
from assistant.catalog import PRINCIPAL
from assistant.errors import AssistantError

SESSION = "/v1/session"
# The page, which holds nothing of anybody, and its files; whether the process is up; the contract.
_OPEN = re.compile(r"/(?:[ca]/[^/]+|static/.+|health|openapi\.json)?")
_READ = frozenset(("GET", "HEAD"))


_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_SCHEMES = {
    "key": {"type": "http", "scheme": "bearer", "description": "what `assistant keys add NAME` prints"},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "what POST /v1/session sets"},
}


class Access:
    """ASGI middleware that lets a request through whose sender is known, or that is open to everyone."""

    def __init__(self, app: ASGIApp, authenticator: Authenticator, apart: Collection[str] = ()) -> None:
        """Guard `app`; what stands at the paths `apart` asks its senders itself who they are."""
        self._app = app
        self._authenticator = authenticator
        self._apart = frozenset(apart)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] == "http" and not self._is_open(scope["method"], scope["path"]):
            try:
                principal = await self._authenticator.principal(Request(scope))
            except (HTTPException, AssistantError) as error:
                await refuse(error, scope, receive, send)
                return
            scope[PRINCIPAL] = principal
        await self._app(scope, receive, send)

    def _is_open(self, method: str, path: str) -> bool:
        return path in self._apart or is_open(method, path)


def is_open(method: str, path: str) -> bool:
    """Whether a request is answered whoever sends it."""
    if method in _READ:
        return _OPEN.fullmatch(path) is not None
    # One signs out of a session that has ended, too.
    return path == SESSION and method in ("POST", "DELETE")


def with_access(document: dict[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI document that says what takes a key, and how a request without one is refused."""
    document["components"]["securitySchemes"] = _SCHEMES
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if is_open(method.upper(), path):
                continue
            # Nothing, too: while there is no key, none is needed.
            operation["security"] = [{}, {"key": []}, {"session": []}]
            said = operation["responses"]
            own = next((one["content"] for code, one in said.items() if code[0] in "45"), _PROBLEM)
            content = own if "application/json" in own else _PROBLEM
            for code, what in (("401", "No key, or one that does not work"), ("429", "Too many wrong keys")):
                said.setdefault(code, {"description": what, "content": content})
    return document
