"""BodyLimit: no request makes the server hold more than a megabyte, but for one that uploads a file."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 1_000_000


class BodyLimit:
    """ASGI middleware that refuses a request body with 413 as soon as more than `limit` bytes of it have come.

    It counts what arrives instead of trusting Content-Length, so chunked bodies meet the same limit.
    """

    def __init__(self, app: ASGIApp, limit: int = MAX_BODY, larger: Mapping[str, int] | None = None) -> None:
        """Guard `app`; `limit` is in bytes, `larger` the limits of the paths that take more."""
        self._app = app
        self._limit = limit
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = 0
        limit = self._larger.get(scope.get("path", ""), self._limit)

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise HTTPException(413, f"the body is larger than {limit:,} bytes: send a smaller one")
            return message

        await self._app(scope, counted, send)
