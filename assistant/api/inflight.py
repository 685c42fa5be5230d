"""InFlight: so many requests are answered at the same time, of whatever kind, so that some connections always wait.

What asks the models has fewer places, which `concurrency` gives; this is for all the rest, as beginning thousands of
conversations at once.
"""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.api.concurrency import Places
from assistant.api.refusals import refuse
from assistant.api.tries import address_of

# Whoever watches the process is told that it is up, not that it is busy.
_ALWAYS = frozenset(("/health",))
_RETRY_SECONDS = 5


class InFlight:
    """ASGI middleware that answers 503 with Retry-After where as many requests are being answered as may be.

    One client has at most half of the places.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        """Guard `app` with `most` places."""
        self._app = app
        self._places = Places(most)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"] in _ALWAYS:
            await self._app(scope, receive, send)
            return
        who = address_of(scope)
        if not self._places.take(who):
            detail = f"too many requests are being answered: send this one again in {_RETRY_SECONDS} seconds"
            error = HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, detail, {"Retry-After": str(_RETRY_SECONDS)})
            await refuse(error, scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self._places.give_back(who)
