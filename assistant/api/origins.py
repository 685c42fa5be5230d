"""SameOrigin: no web page of another origin makes the server do anything.

No header allows other origins (CORS), so browsers ask before they send JSON, and are refused. What they send without
asking are forms and empty bodies, and what they load are images and scripts: those are refused here, by what the
browser itself says of where a request comes from (Fetch Metadata, W3C 2021; Origin, RFC 6454, 2011).
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.api.refusals import refuse

_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
_OWN = frozenset(("same-origin", "none"))
_DETAIL = "web pages of other origins may not use this: call it from a program, or from the server's own page"


class SameOrigin:
    """ASGI middleware that answers 403 to what a page of another origin sent; links that lead here are followed.

    Programs send neither header and are let through.
    """

    def __init__(self, app: ASGIApp, url: str | None = None) -> None:
        """Guard `app`; `url` is its address for others, which a proxy may not pass on as the host."""
        self._app = app
        self._own = {urlsplit(url).netloc.lower()} if url else set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and self._is_foreign(scope["method"], Headers(scope=scope)):
            await refuse(HTTPException(HTTPStatus.FORBIDDEN, _DETAIL), scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_foreign(self, method: str, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            # A link is followed by a navigation that sends nothing; frames are refused by the page's own policy.
            link = method in _SAFE and headers.get("sec-fetch-mode") == "navigate"
            return site not in _OWN and not link
        origin = headers.get("origin")
        if origin is None or method in _SAFE:
            return False
        try:
            place = urlsplit(origin).netloc.lower()
        except ValueError:
            return True
        return not place or place not in self._own | {headers.get("host", "").lower()}
