"""create_app: the FastAPI application over a Chat that is already built."""

from typing import Any

from fastapi import FastAPI

from assistant.api import answers, chat, routes
from assistant.api.limits import BodyLimit
from assistant.api.pages import add_pages
from assistant.api.problems import add_problem_handlers, problem_schemas
from assistant.chat import Chat


class _Api(FastAPI):
    """FastAPI whose OpenAPI document also holds the schemas that only error responses use."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        document = super().openapi()
        document["components"]["schemas"].update(problem_schemas())
        return document


def create_app(served: Chat) -> FastAPI:
    """Return the application that answers from `served` and its Assistant; closing them is left to the caller."""
    app = _Api(
        title="Assistant",
        version="1",
        summary="Questions about a corpus of articles, answered in verbatim quotes",
        docs_url=None,  # its script would come from another host
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.chat = served
    app.add_middleware(BodyLimit)
    add_problem_handlers(app)
    for part in (routes, chat, answers):
        app.include_router(part.router)
    add_pages(app)
    return app
