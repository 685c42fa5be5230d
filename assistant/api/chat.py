"""The routes of conversations and their messages."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from starlette.requests import Request
from starlette.responses import Response

from assistant.api.events import MEDIA_TYPE, RunResponse, number_after, wants_events, whole_response
from assistant.api.idempotency import KeyHeader, request_key
from assistant.api.problems import problems
from assistant.api.served import ServedChat, in_few_threads, json_response
from assistant.api.wire import Conversations, MessageRequest, NewConversation, Rename, Stopped
from assistant.chat import ExportFormat, Sent
from assistant.errors import InProgressError
from assistant.types import Conversation, ConversationFacts, Message

router = APIRouter(prefix="/v1/conversations", generate_unique_id_function=lambda route: route.name)

_EVENTS: dict[str, Any] = {MEDIA_TYPE: {"schema": {"type": "string"}}}
_SENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The message with its answer, or, where text/event-stream is accepted, the events `message`,"
        " `retrieval`, `statement` each, and last exactly one of `answer`, `stopped`, `error`",
        "content": _EVENTS,
        "headers": {"Message-Id": {"schema": {"type": "string"}}},
    }
}


@router.post(
    "",
    summary="Begin a conversation",
    status_code=201,
    response_model=ConversationFacts,
    responses=problems(400, 413, 422, 500, 503),
)
def create_conversation(
    request: Request, chat: ServedChat, body: NewConversation | None = None, key: KeyHeader = None
) -> Response:
    """Make a conversation without messages; without a title its first question names it."""
    wanted = body or NewConversation()
    return json_response(chat.create(wanted.title, request_key(request, key, wanted)), 201)


@router.get("", summary="List conversations", responses=problems(422, 500, 503))
def conversations(
    chat: ServedChat,
    q: Annotated[
        str | None, Query(max_length=500, description="words that a title, a question or an answer holds")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="most conversations to return")] = 50,
    before: Annotated[str | None, Query(max_length=100, description="`next` of the page before")] = None,
) -> Conversations:
    """List conversations, latest updated first."""
    found, following = chat.list(q, limit, before)
    return Conversations(conversations=found, next=following)


@router.get(
    "/{conversation_id}",
    summary="Read a conversation",
    response_model=Conversation,
    responses=problems(404, 422, 500, 503),
)
def conversation(conversation_id: str, chat: ServedChat) -> Response:
    """Read a conversation with its messages, each with its whole answer."""
    return json_response(chat.read(conversation_id))


@router.patch("/{conversation_id}", summary="Rename a conversation", responses=problems(400, 404, 413, 422, 500, 503))
def rename_conversation(conversation_id: str, body: Rename, chat: ServedChat) -> ConversationFacts:
    """Give a conversation another title."""
    return chat.rename(conversation_id, body.title)


@router.delete(
    "/{conversation_id}",
    summary="Delete a conversation",
    status_code=204,
    responses=problems(404, 422, 500, 503),
)
def delete_conversation(conversation_id: str, chat: ServedChat) -> None:
    """Delete a conversation with its messages, all answers given in it and the feedback on them."""
    chat.delete(conversation_id)


@router.get(
    "/{conversation_id}/export",
    summary="Export a conversation",
    response_class=Response,
    responses={
        200: {
            "content": {"text/markdown": {"schema": {"type": "string"}}, "text/html": {"schema": {"type": "string"}}}
        },
        **problems(404, 422, 500, 503),
    },
)
def export_conversation(
    conversation_id: str,
    chat: ServedChat,
    form: Annotated[ExportFormat, Query(alias="format", description="html is one page to print")] = "markdown",
) -> Response:
    """Save a conversation as a file: statements with [n], and the numbered sources with their quotes."""
    made = chat.export(conversation_id, form)
    return Response(
        made.text,
        headers={"Content-Disposition": f'attachment; filename="{made.name}"', "Cache-Control": "no-store"},
        media_type=made.media_type,
    )


@router.post(
    "/{conversation_id}/messages",
    summary="Ask within a conversation",
    response_model=Message,
    responses={**_SENT, **problems(400, 404, 409, 413, 422, 500, 503)},
)
async def send_message(
    request: Request, conversation_id: str, body: MessageRequest, chat: ServedChat, key: KeyHeader = None
) -> Response:
    """Ask a question that may lean on those before it."""
    sent = await in_few_threads(
        chat.send,
        conversation_id,
        body.question,
        body.filters(),
        standalone=body.standalone_question,
        replaces=body.replaces,
        key=request_key(request, key, body),
    )
    return await _followed(request, sent)


@router.post(
    "/{conversation_id}/messages/{message_id}/regenerate",
    summary="Ask a message's question anew",
    response_model=Message,
    responses={**_SENT, **problems(404, 409, 422, 500, 503)},
)
async def regenerate_message(
    request: Request, conversation_id: str, message_id: str, chat: ServedChat, key: KeyHeader = None
) -> Response:
    """Ask the same question with the same filters, as a message that replaces this one and all after it."""
    sent = await in_few_threads(chat.regenerate, conversation_id, message_id, request_key(request, key))
    return await _followed(request, sent)


@router.post(
    "/{conversation_id}/messages/{message_id}/stop",
    summary="Stop a message",
    status_code=202,
    response_model=Stopped,
    responses={
        200: {"model": Stopped, "description": "It had ended before"},
        **problems(404, 422, 500, 503),
    },
)
def stop_message(
    request: Request, conversation_id: str, message_id: str, chat: ServedChat, key: KeyHeader = None
) -> Response:
    """End a message that is being answered; its answer is not kept."""
    stopping = chat.stop(conversation_id, message_id, request_key(request, key))
    return json_response(Stopped(status=stopping.status), 202 if stopping.stopped else 200)


@router.get(
    "/{conversation_id}/messages/{message_id}/events",
    summary="Follow a message",
    response_class=Response,
    responses={
        200: {"description": "The events from the beginning, or those after Last-Event-ID", "content": _EVENTS},
        204: {"description": "Last-Event-ID is that of the last event: there is nothing to follow"},
        **problems(404, 422, 500, 503),
    },
)
async def message_events(
    conversation_id: str,
    message_id: str,
    chat: ServedChat,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", description="id of the last event had")] = None,
) -> Response:
    """Follow a message while it is answered, or read its events again afterwards."""
    run = await in_few_threads(chat.resume, conversation_id, message_id)
    after = number_after(run, last_event_id)
    if run.ended is not None and after == run.last:
        # What the standard has to make an EventSource stop connecting again.
        return Response(status_code=204)
    return RunResponse(run, after)


async def _followed(request: Request, sent: Sent) -> Response:
    if wants_events(request):
        return RunResponse(sent.run)
    if sent.again and sent.run.ended is None:
        raise InProgressError(
            f"the message {sent.run.message.id!r}, which an earlier request with this Idempotency-Key sent, is being"
            " answered: send it again later, or accept text/event-stream to follow it"
        )
    return await whole_response(request, sent.run)
