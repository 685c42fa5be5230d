"""HttpEdge: a server as an ASGI application for streamable HTTP, guarded against web pages."""

from contextlib import AbstractAsyncContextManager
from typing import Any

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from sse_starlette.sse import AppStatus
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from assistant.catalog import principal_of

_METHODS = ("POST", "DELETE")
# Each holds some 300 KiB until its client ends it or is silent for half an hour.
_SESSIONS = 200


class HttpEdge:
    """Answers POST and DELETE at the one path it is mounted at, while `run()` is entered.

    Clients of the revisions up to 2025-11-25 get a session, as the SDK has it by default: only in a session can they
    cancel a call. Those of 2026-07-28 have none, and cancel by closing the stream.
    """

    def __init__(self, server: Server[Any]) -> None:
        """Serve `server`; which hosts requests may be for is checked by what stands before all routes."""
        self._manager = StreamableHTTPSessionManager(server, max_sessions=_SESSIONS)
        # It would cut answers off as soon as a signal comes; the server gives them its own time.
        AppStatus.enable_automatic_graceful_drain = False

    def run(self) -> AbstractAsyncContextManager[None]:
        """Return what has to run while requests are answered; it can be had once."""
        return self._manager.run()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Raises HTTPException for one that a web page sent, or that asks for another method."""
        if "origin" in Headers(scope=scope):
            # Only browsers send it, whatever the page and wherever the server.
            raise HTTPException(403, "web pages may not use this: call it from a program, without the header Origin")
        if scope["method"] not in _METHODS:
            # GET opens a stream of what a server sends of its own accord, which this one never does.
            raise HTTPException(405, headers={"Allow": ", ".join(_METHODS)})
        owner = principal_of(scope).owner
        if owner is not None:
            # A session is its maker's: to the SDK, for all others it is not there.
            scope = {**scope, "user": AuthenticatedUser(AccessToken(token="", client_id=owner, scopes=[]))}
        await self._manager.handle_request(scope, receive, send)
