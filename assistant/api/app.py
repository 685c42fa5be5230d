"""create_app: the FastAPI application over a Chat that is already built."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.routing import Route
from starlette.types import ASGIApp

from assistant.api import answers, chat, metrics, openai, routes
from assistant.api.limits import BodyLimit
from assistant.api.pages import add_pages
from assistant.api.problems import add_problem_handlers, problem_schemas
from assistant.chat import Chat


@dataclass(frozen=True)
class Mounted:
    """Another ASGI application, an object and no function, which answers all requests to `path` and none below it.

    `run` gives what has to run meanwhile: it is entered when the server starts and left once the last request is
    answered.
    """

    path: str
    app: ASGIApp
    run: Callable[[], AbstractAsyncContextManager[None]]


class _Api(FastAPI):
    """FastAPI whose OpenAPI document also holds the schemas that only error responses use."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        document = super().openapi()
        document["components"]["schemas"].update(problem_schemas())
        return document


def create_app(served: Chat, mounts: Sequence[Mounted] = ()) -> FastAPI:
    """Return the application that answers from `served` and its Assistant; closing them is left to the caller.

    `mounts` stand under the same limits and headers as the rest, and what they raise becomes a problem too.
    """

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
    app.add_middleware(BodyLimit)
    add_problem_handlers(app)
    for part in (routes, chat, answers, openai, metrics):
        app.include_router(part.router)
    for one in mounts:
        app.routes.append(Route(one.path, one.app, include_in_schema=False))
    add_pages(app)
    return app
