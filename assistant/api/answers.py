"""The routes of answers that were given, what was thought of them, and what may be asked."""

import threading

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from assistant.api.following import while_wanted
from assistant.api.idempotency import KeyHeader, request_key
from assistant.api.problems import problems
from assistant.api.served import ServedChat, json_response
from assistant.api.stopping import while_serving
from assistant.api.wire import FeedbackRequest, Questions
from assistant.chat import Replay
from assistant.types import Answer, Feedback

router = APIRouter(prefix="/v1", generate_unique_id_function=lambda route: route.name)


@router.get(
    "/answers/{answer_id}", summary="Read an answer", response_model=Answer, responses=problems(404, 422, 500, 503)
)
def answer(answer_id: str, chat: ServedChat) -> Response:
    """Read an answer that was given, by /v1/ask or in a conversation, exactly as it was sent."""
    return json_response(chat.answer_json(answer_id))


@router.get(
    "/answers/{answer_id}/replay",
    summary="Ask an answer's question again",
    response_model=Replay,
    responses=problems(404, 422, 500, 503),
)
async def replay_answer(request: Request, answer_id: str, chat: ServedChat) -> Response:
    """Ask again from the answer's receipt, and say what has changed in the answer and in what it depends on."""
    stop = threading.Event()
    again = await while_wanted(request, chat.in_turn(chat.replay, answer_id, stop), stop)
    return Response(status_code=204) if again is None else json_response(again)


@router.get(
    "/answers/{answer_id}/suggestions",
    summary="What to ask after an answer",
    responses=problems(404, 422, 500, 503),
)
async def suggestions(request: Request, answer_id: str, chat: ServedChat) -> Questions:
    """Suggest questions to ask next; each was asked and can be answered."""
    return Questions(questions=await while_serving(request, chat.aside(chat.follow_ups, answer_id)))


@router.get("/starters", summary="What to ask first", responses=problems(500, 503))
async def starters(request: Request, chat: ServedChat) -> Questions:
    """Suggest questions to begin with; each was asked and can be answered."""
    return Questions(questions=await while_serving(request, chat.aside(chat.starters)))


@router.post(
    "/feedback",
    summary="Judge an answer",
    status_code=201,
    response_model=Feedback,
    responses=problems(400, 404, 413, 422, 500, 503),
)
def judge_answer(request: Request, body: FeedbackRequest, chat: ServedChat, key: KeyHeader = None) -> Response:
    """Keep what someone thinks of an answer; a second vote on the same answer replaces the first."""
    made = chat.judge(body.answer_id, body.vote, body.reason, body.text, request_key(request, key, body))
    return json_response(made, 201)
