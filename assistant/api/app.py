"""create_app: the FastAPI application over a Chat that is already built."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Route
from starlette.types import ASGIApp

from assistant.api import answers, chat, metrics, openai, pages, routes, session, uploads
from assistant.api.access import Access, with_access
from assistant.api.authentication import Authenticator
from assistant.api.guards import Guards, refuse_by, surround
from assistant.api.limits import BodyLimit
from assistant.api.pages import add_pages
from assistant.api.problems import OwnErrors, add_problem_handlers, problem_schemas
from assistant.api.stopping import Stopping
from assistant.api.traffic import Traffic
from assistant.chat import Chat
from assistant.errors import RunError

_PARTS = (routes, uploads, chat, answers, openai, metrics, session)


@dataclass(frozen=True)
class Mounted:
    """Another ASGI application, an object and no function, which answers all requests to `path` and none below it.

    `run` gives what has to run meanwhile: it is entered when the server starts and left once the last request is
    answered. `apart` says that it asks its senders itself who they are; else they need a key as everybody does.
    """

    path: str
    app: ASGIApp
    run: Callable[[], AbstractAsyncContextManager[None]]
    apart: bool = False


class _Api(FastAPI):
    """FastAPI whose OpenAPI document also holds the schemas that only error responses use, and which is guarded."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document, which is made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            document["components"]["schemas"].update(problem_schemas())
            self.openapi_schema = with_access(document)
        return self.openapi_schema

    def build_middleware_stack(self) -> ASGIApp:
        """Return the routes with all that stands around them; Starlette's own middleware ends before a failure's."""
        return surround(super().build_middleware_stack(), self.state.guards, self.state.traffic)


def create_app(
    served: Chat, mounts: Sequence[Mounted] = (), guards: Guards | None = None, *, keyless: bool = True
) -> FastAPI:
    """Return the application that answers from `served` and its Assistant; closing them is left to the caller.

    `mounts` stand under the same limits and headers as the rest, and what they raise becomes a problem too. Without
    `guards` requests may be for any host. `keyless` says whether everyone is answered while there is no key, which is
    for addresses that only this machine can reach.
    """
    guards = guards or Guards()

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for one in mounts:
                await stack.enter_async_context(one.run())
            yield

    app = _Api(
        title="Assistant",
        version="1",
        summary="Questions about a corpus of articles, answered in verbatim quotes",
        docs_url=None,  # its script would come from another host
        redoc_url=None,
        redirect_slashes=False,
        lifespan=running,
    )
    app.state.chat = served
    app.state.guards, app.state.traffic, app.state.stopping = guards, Traffic(), Stopping()
    app.state.api_routes = [
        route for part in (*_PARTS, pages) for route in part.router.routes if isinstance(route, APIRoute)
    ]
    app.state.own_errors = [route for route in app.state.api_routes if isinstance(route, OwnErrors)]
    app.state.authenticator = Authenticator(served.keystore, keyless=keyless, trusts=_trust(served))
    app.add_middleware(BodyLimit, larger={uploads.PATH: uploads.MAX_UPLOAD})
    app.add_middleware(Access, authenticator=app.state.authenticator, apart=[one.path for one in mounts if one.apart])
    refuse_by(app, guards)
    add_problem_handlers(app)
    for part in _PARTS:
        app.include_router(part.router)
    for one in mounts:
        app.routes.append(Route(one.path, one.app, include_in_schema=False))
    add_pages(app)
    return app


def _trust(served: Chat) -> Callable[[str], bool]:
    """Return what tells the word in the data folder; nothing does where nothing is taken in."""

    def trusts(word: str) -> bool:
        try:
            return served.assistant.intake.trusts(word)
        except RunError:
            return False

    return trusts
