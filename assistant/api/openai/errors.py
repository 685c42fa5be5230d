"""Errors as OpenAI's API has them: one JSON object `error` that its clients turn into exceptions of their own."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import Response

from assistant import errors
from assistant.api.openai.wire import UNKNOWN_MODEL, UNSUPPORTED
from assistant.api.problems import Problem, problem_of
from assistant.chat import Ended
from assistant.errors import FilterError, InProgressError, NotFoundError, QuestionError, RepeatError, Stopped
from assistant.types import Frozen

_STOPPED = "answering was stopped before its end, as the server is ending: ask again"
_UNAVAILABLE = HTTPStatus.SERVICE_UNAVAILABLE
# What of the request an own error is about, and its code.
_ABOUT: dict[type[Exception], tuple[str | None, str]] = {
    QuestionError: ("messages", "invalid_value"),
    FilterError: ("filters", "invalid_value"),
    NotFoundError: ("filters", "not_found"),
    RepeatError: ("Idempotency-Key", "idempotency_key_reused"),
    InProgressError: ("Idempotency-Key", "request_in_progress"),
    Stopped: (None, "stopped"),
}
_CODES = {
    "missing": "missing_required_parameter",
    "json_invalid": "invalid_json",
    UNKNOWN_MODEL: UNKNOWN_MODEL,
    UNSUPPORTED: UNSUPPORTED,
}


class ErrorDetail(Frozen):
    """What went wrong: `message` says what to do, `param` names what of the request it is about."""

    message: str
    type: str
    param: str | None = None
    code: str | None = None


class ErrorBody(Frozen):
    """The body of a response that is an error."""

    error: ErrorDetail


def error_responses(*statuses: int | str) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI description of errors with these statuses, for FastAPI's `responses`."""
    return {status: {"model": ErrorBody} for status in statuses}


class ErrorRoute(APIRoute):
    """A route whose errors are OpenAI's instead of problems; they have the same words and are logged the same."""

    def error_response(self, error: Exception, problem: Problem, headers: dict[str, str]) -> Response:
        """Return the response to `error`, which elsewhere were `problem`."""
        status = HTTPStatus(problem.status)
        param, code = None, None
        message = f"{problem.detail} ({problem.instance})" if problem.instance else problem.detail
        if isinstance(error, RequestValidationError):
            kind = error.errors()[0]["type"]
            param, code = _param(error.errors()[0]["loc"][1:]), _CODES.get(kind, "invalid_value")
            param = None if kind == "json_invalid" else param
            status = HTTPStatus.NOT_FOUND if code == UNKNOWN_MODEL else HTTPStatus.BAD_REQUEST
        elif status == HTTPStatus.UNPROCESSABLE_ENTITY:
            status = HTTPStatus.BAD_REQUEST
        return error_response(status, _body(status, message, type(error), param, code), headers)


def error_response(status: HTTPStatus, body: ErrorBody, headers: dict[str, str] | None = None) -> Response:
    """Return the response that is `body`."""
    return Response(body.model_dump_json(), status, headers, "application/json")


def ended_otherwise(ended: Ended) -> tuple[HTTPStatus, ErrorBody] | None:
    """Return the status and the error that stand in place of the answer, None where there is an answer."""
    if ended.failure is not None:
        problem = problem_of(ended.failure, ended.message.error or "")
        status = HTTPStatus(problem.status)
        return status, _body(status, problem.detail, getattr(errors, ended.failure, Exception))
    if ended.message.status == "stopped":
        return _UNAVAILABLE, _body(_UNAVAILABLE, _STOPPED, Stopped)
    return None


def _body(
    status: HTTPStatus, message: str, kind: type[Exception], param: str | None = None, code: str | None = None
) -> ErrorBody:
    about = next((_ABOUT[one] for one in kind.__mro__ if one in _ABOUT), (param, code))
    ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return ErrorBody(
        error=ErrorDetail(
            message=message,
            type="server_error" if ours else "invalid_request_error",
            param=about[0],
            code=about[1],
        )
    )


def _param(where: Sequence[str | int]) -> str | None:
    """Return where in the request an error is, such as messages[0].content[1].type."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where).removeprefix(".") or None
