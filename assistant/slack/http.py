"""HttpEdge: the application over signed requests, as an ASGI application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_sdk.signature import SignatureVerifier
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send


class HttpEdge:
    """Answers the requests that Slack signed, on a thread; all others with 401, before anything in them is read."""

    def __init__(self, app: App, signing_secret: str) -> None:
        """Let `app` answer."""
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Nothing has to run meanwhile."""
        yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Raises HTTPException for another method."""
        request = Request(scope, receive)
        if request.method != "POST":
            raise HTTPException(405, headers={"Allow": "POST"})
        response = await self._response(request)
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        body = await request.body()
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if not self._is_signed(body, timestamp, signature):
            return JSONResponse({"error": "the signature is missing or wrong, or too old"}, 401)
        try:
            asked = to_bolt_request(request, body)
        except (ValueError, AttributeError, TypeError):  # bolt takes for granted that it is an object
            return JSONResponse({"error": "the body cannot be read: send what Slack sends"}, 400)
        return to_starlette_response(await asyncio.to_thread(self._app.dispatch, asked))

    def _is_signed(self, body: bytes, timestamp: str, signature: str) -> bool:
        if not (timestamp.isascii() and timestamp.isdigit() and signature.isascii()):
            return False
        try:
            return self._verifier.is_valid(body, timestamp, signature)
        except UnicodeDecodeError:
            return False
