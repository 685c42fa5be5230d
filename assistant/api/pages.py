"""The web page and its files, and the headers that keep it to itself."""

from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC = Path(__file__).parent / "static"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Browsers heed these exactly under nosniff, and what the machine has registered for an ending may be something else.
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_READ = ["GET", "HEAD"]

router = APIRouter(include_in_schema=False)


class PageFiles(StaticFiles):
    """The files of the page: a browser may keep them, and asks each time whether they are still the same."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file at `path`."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        media_type = _MEDIA_TYPES.get(Path(path).suffix)
        if media_type and "content-type" in response.headers:
            response.headers["Content-Type"] = media_type
        return response


class PageHeaders:
    """ASGI middleware that adds the headers to every response; those of the API forbid the same."""

    def __init__(self, app: ASGIApp) -> None:
        """Guard `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, guarded)


@router.api_route("/", methods=_READ)
@router.api_route("/c/{conversation_id}", methods=_READ)
@router.api_route("/a/{answer_id}", methods=_READ)
async def page(request: Request) -> Response:
    """Serve the page; what the address names is read by its script."""
    return await _files.get_response("index.html", request.scope)


_files = PageFiles(directory=STATIC)


def add_pages(app: FastAPI) -> None:
    """Serve the page at /, /c/{id} and /a/{id}, and its files below /static; `PageHeaders` belong around it."""
    app.include_router(router)
    app.mount("/static", _files)
