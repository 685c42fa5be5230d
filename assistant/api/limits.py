"""BodyLimit: no request makes the server hold more than a megabyte."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 1_000_000


class BodyLimit:
    """ASGI middleware that refuses a request body with 413 as soon as more than `limit` bytes of it have come.

    It counts what arrives instead of trusting Content-Length, so chunked bodies meet the same limit.
    """

    def __init__(self, app: ASGIApp, limit: int = MAX_BODY) -> None:
        """Guard `app`; `limit` is in bytes."""
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._limit:
                raise HTTPException(413, f"the body is larger than {self._limit:,} bytes: send a smaller one")
            return message

        await self._app(scope, counted, send)
