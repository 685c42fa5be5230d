"""The routes of questions, articles and the server's state: each hands its request to the Assistant.

They are plain functions, which FastAPI runs in its thread pool, because the Assistant blocks. Questions take turns in
the Chat's own few threads, and /health runs on the event loop, so that it answers while all threads are busy.
"""

import threading
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from assistant.api.following import while_wanted
from assistant.api.idempotency import KeyHeader, request_key
from assistant.api.problems import problems
from assistant.api.served import Proven, Served, ServedChat, json_response
from assistant.api.stopping import while_serving
from assistant.api.wire import Articles, AskRequest, Health, Hits, SearchRequest
from assistant.pipeline import Stats
from assistant.types import Answer, Article

router = APIRouter(generate_unique_id_function=lambda route: route.name)


@router.post(
    "/v1/ask",
    summary="Answer a question in verbatim quotes",
    response_model=Answer,
    responses=problems(400, 404, 409, 413, 422, 500, 503),
)
async def ask(request: Request, body: AskRequest, chat: ServedChat, key: KeyHeader = None) -> Response:
    """Answer with a citation for every statement; `status` is `abstained` where the articles do not say."""
    asked = request_key(request, key, body)
    stop = threading.Event()
    future = chat.in_turn(chat.ask, body.question, body.filters(), asked, stop=stop)
    if asked is not None:
        # Who sent a key may send it again, and then gets what was made of the first request.
        kept = await while_serving(request, future, stop)
        return json_response(kept)
    answer = await while_wanted(request, future, stop)
    return Response(status_code=204) if answer is None else json_response(answer)


@router.post("/v1/search", summary="Find passages", responses=problems(400, 404, 413, 422, 500, 503))
def search(body: SearchRequest, assistant: Served, _key: KeyHeader = None) -> Hits:
    """Find passages, best first, without an answer; nothing is kept, so an Idempotency-Key changes nothing."""
    return Hits(hits=assistant.search(body.question, body.filters(), body.limit))


@router.get("/v1/articles", summary="List the articles", responses=problems(500, 503))
def articles(chat: ServedChat, proven: Proven) -> Articles:
    """List all articles without their texts, latest publication first, undated ones last.

    Of the file that one was read from only its name is told.
    """
    return Articles(articles=chat.assistant.articles() if proven else chat.articles())


# An id may hold slashes, hence `:path`.
@router.get("/v1/articles/{article_id:path}", summary="Read an article", responses=problems(404, "4XX", 500, 503))
def article(
    article_id: Annotated[str, Path(description="may hold slashes")], chat: ServedChat, proven: Proven
) -> Article:
    """Read one article with its text and the blocks that structure it; offsets are code points into the text.

    Of the file that it was read from only its name is told.
    """
    return chat.assistant.article(article_id) if proven else chat.article(article_id)


@router.get("/v1/stats", summary="What the articles are", responses=problems(500, 503))
def stats(assistant: Served) -> Stats:
    """Count what the data folder holds, and say between which dates and by whom it was published."""
    return assistant.stats()


@router.get("/health", summary="Whether the process is up")
async def health() -> Health:
    """Answer without touching the articles."""
    return Health()


@router.get("/ready", summary="Whether questions can be answered", responses=problems(500, 503))
def ready(assistant: Served) -> Stats:
    """Count what the data folder holds, read from it now."""
    return assistant.stats()
