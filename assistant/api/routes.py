"""The routes: each hands its request to the Assistant.

They are plain functions, which FastAPI runs in its thread pool, because the Assistant blocks; only /health runs on the
event loop, so that it answers while all threads are busy.
"""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request

from assistant.api.problems import problems
from assistant.api.wire import Articles, AskRequest, Health, Hits, SearchRequest
from assistant.pipeline import Assistant, Stats
from assistant.types import Answer, Article

router = APIRouter(generate_unique_id_function=lambda route: route.name)


async def _assistant(request: Request) -> Assistant:
    return cast(Assistant, request.app.state.assistant)


Served = Annotated[Assistant, Depends(_assistant)]


@router.post(
    "/v1/ask", summary="Answer a question in verbatim quotes", responses=problems(400, 404, 413, 422, 500, 503)
)
def ask(body: AskRequest, assistant: Served) -> Answer:
    """Answer with a citation for every statement; `status` is `abstained` where the articles do not say."""
    return assistant.ask(body.question, body.filters())


@router.post("/v1/search", summary="Find passages", responses=problems(400, 404, 413, 422, 500, 503))
def search(body: SearchRequest, assistant: Served) -> Hits:
    """Find passages, best first, without an answer."""
    return Hits(hits=assistant.search(body.question, body.filters(), body.limit))


@router.get("/v1/articles", summary="List the articles", responses=problems(500, 503))
def articles(assistant: Served) -> Articles:
    """List all articles without their texts, latest publication first, undated ones last."""
    return Articles(articles=assistant.articles())


# An id may hold slashes, hence `:path`.
@router.get("/v1/articles/{article_id:path}", summary="Read an article", responses=problems(404, "4XX", 500, 503))
def article(article_id: Annotated[str, Path(description="may hold slashes")], assistant: Served) -> Article:
    """Read one article with its text and the blocks that structure it; offsets are code points into the text."""
    return assistant.article(article_id)


@router.get("/health", summary="Whether the process is up")
async def health() -> Health:
    """Answer without touching the articles."""
    return Health()


@router.get("/ready", summary="Whether questions can be answered", responses=problems(500, 503))
def ready(assistant: Served) -> Stats:
    """Count what the data folder holds, read from it now."""
    return assistant.stats()
