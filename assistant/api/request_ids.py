"""RequestIds: each request has an id, which its response and every line of the log about it bear."""

import re
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars

HEADER = "X-Request-ID"
# What a log, a shell and a URL take as it is.
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


def request_id_of(headers: Headers) -> str:
    """Return the id that the sender gave where it is one, else a new one of 32 hexadecimal digits."""
    given = headers.getlist(HEADER)
    return given[0] if len(given) == 1 and _SANE.fullmatch(given[0]) else uuid4().hex


class RequestIds:
    """ASGI middleware that puts the id into the response and, as `request_id`, into the context of the log."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand around `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = request_id_of(Headers(scope=scope))
        # The context is that of the request's own task. It is not reset in the end: what the server logs about a
        # request that failed comes after that.
        clear_contextvars()
        bind_contextvars(request_id=request_id)

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        await self._app(scope, receive, named)
