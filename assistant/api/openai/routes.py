"""The routes of OpenAI's API: chat completions and models."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from assistant.api.events import MEDIA_TYPE
from assistant.api.idempotency import KeyHeader, request_key
from assistant.api.openai.errors import ErrorRoute, error_responses
from assistant.api.openai.history import asked_in
from assistant.api.openai.streaming import CompletionStream, whole_completion
from assistant.api.openai.wire import ChatCompletion, CompletionRequest, Model, ModelId, Models
from assistant.api.served import ServedChat, in_few_threads
from assistant.catalog import RequestKey
from assistant.chat import Chat, Run
from assistant.types import Filters

_EVERYTHING = Filters()

router = APIRouter(prefix="/v1", route_class=ErrorRoute, generate_unique_id_function=lambda route: route.name)

_SENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The reply, or, where `stream` is true, chunks of it (`chat.completion.chunk`) and [DONE]; the"
        " chunk with the `finish_reason` has `citations`, `answer_id` and `status` beside its choices",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
    }
}


@router.post(
    "/chat/completions",
    summary="Answer the last question of a chat, as OpenAI's API has it",
    response_model=ChatCompletion,
    responses={**_SENT, **error_responses(400, 404, 409, 413, "4XX", 500, 503)},
)
async def chat_completions(
    request: Request, body: CompletionRequest, chat: ServedChat, key: KeyHeader = None
) -> Response:
    """Answer the last message of the user from the articles; those before it say what a question leans on.

    Messages of other roles are accepted and have no effect: every statement is supported by a quote, whatever a system
    message says. So do sampling parameters (temperature, max_tokens, stop, seed ...), which are ignored; what cannot
    be met (n > 1, tools that must be called, log probabilities, audio, JSON) is refused. `filters` is an addition.
    `usage` counts the tokens of the language model that wrote the answer, and is 0 where none did.
    """
    run = await in_few_threads(_begin, chat, body, request_key(request, key, body))
    return CompletionStream(run, usage=body.wants_usage) if body.stream else await whole_completion(request, run)


@router.get("/models", summary="List the models, as OpenAI's API has it", responses=error_responses(500))
async def models() -> Models:
    """List the one model that can be asked for."""
    return Models()


# The models of other servers have slashes in their ids, hence `:path`.
@router.get(
    "/models/{model:path}", summary="Read a model, as OpenAI's API has it", responses=error_responses(404, "4XX", 500)
)
async def model(model: Annotated[ModelId, Path(description="its id")]) -> Model:
    """Read the one model that can be asked for."""
    return Model(id=model)


def _begin(chat: Chat, body: CompletionRequest, key: RequestKey | None) -> Run:
    question, turns = asked_in(body.messages, chat.assistant.settle)
    return chat.tell(question, body.filters or _EVERYTHING, turns, key)
