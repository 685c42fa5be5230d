"""BodyDeadline: no request is waited for whose body comes a byte at a time."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS = 60.0


class BodyDeadline:
    """ASGI middleware that refuses a request with 408 whose body is not there after `seconds`.

    What is received behind the body, as that the client has gone, is waited for as long as it takes; and so is all once
    a response has begun.
    """

    def __init__(self, app: ASGIApp, seconds: float = SECONDS, longer: Mapping[str, float] | None = None) -> None:
        """Guard `app`; `longer` holds the seconds of the paths that have more."""
        self._app = app
        self._seconds = seconds
        self._longer = longer or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seconds = self._longer.get(scope["path"], self._seconds)
        deadline = asyncio.get_running_loop().time() + seconds
        waits = True

        async def received() -> Message:
            nonlocal waits
            if not waits:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError as error:
                raise HTTPException(
                    HTTPStatus.REQUEST_TIMEOUT,
                    f"the body was not there within {seconds:g} s: send it whole, or a smaller one",
                ) from error
            waits = bool(message.get("more_body"))
            return message

        async def sent(message: Message) -> None:
            nonlocal waits
            waits = False
            await send(message)

        await self._app(scope, received, sent)
