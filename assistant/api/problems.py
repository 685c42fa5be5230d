"""Every error as a problem of RFC 9457 (2023): one JSON object, media type application/problem+json.

`detail` is one sentence that names the value and what to do. Own errors carry it already; the words of pydantic and
of the router are put into such a sentence here.
"""

import json
import logging
from http import HTTPStatus
from typing import Any, Literal, Protocol, cast, runtime_checkable
from urllib.parse import quote
from uuid import uuid4

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from assistant import errors
from assistant.api.methods import methods_at
from assistant.api.observing import method_of, template_of
from assistant.errors import (
    AccessError,
    AssistantError,
    BusyError,
    FilterError,
    IndexFailure,
    InProgressError,
    NotFoundError,
    QuestionError,
    RepeatError,
    RunError,
    SourceError,
    StorageError,
    UserError,
)
from assistant.types import Frozen

MEDIA_TYPE = "application/problem+json"
_SCHEMAS = "#/components/schemas/"
_LISTED = 20
_SHOWN = 60
# The field whose value is told to nobody.
_UNTOLD = "key"

# The nearest class wins, so a new error of a kind named here needs no line.
_STATUS: dict[type[Exception], HTTPStatus] = {
    UserError: HTTPStatus.BAD_REQUEST,
    AccessError: HTTPStatus.FORBIDDEN,
    QuestionError: HTTPStatus.UNPROCESSABLE_ENTITY,
    FilterError: HTTPStatus.UNPROCESSABLE_ENTITY,
    RepeatError: HTTPStatus.UNPROCESSABLE_ENTITY,
    SourceError: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFoundError: HTTPStatus.NOT_FOUND,
    RunError: HTTPStatus.INTERNAL_SERVER_ERROR,
    BusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    InProgressError: HTTPStatus.CONFLICT,
    StorageError: HTTPStatus.SERVICE_UNAVAILABLE,
    IndexFailure: HTTPStatus.SERVICE_UNAVAILABLE,
    AssistantError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
_EXPECTED = {
    "model_attributes_type": "should be a JSON object",
    "int_type": "should be a whole number",
    "string_type": "should be text",
    "string_unicode": "should be text without lone surrogates, which are no characters",
    "too_long": "should be at most {max_length}",
    "tuple_type": "should be text or a list of texts",
}

logger = logging.getLogger(__name__)


class InvalidField(Frozen):
    """One thing wrong with a request: `pointer` (RFC 6901, as a URI fragment) says where in the body."""

    pointer: str
    detail: str


class Problem(Frozen):
    """What went wrong. `instance` names the line in the server's log; `errors` lists what is wrong with a body."""

    type: Literal["about:blank"] = "about:blank"
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: tuple[InvalidField, ...] | None = None


@runtime_checkable
class OwnErrors(Protocol):
    """A route that has another form for its errors."""

    def error_response(self, error: Exception, problem: Problem, headers: dict[str, str]) -> Response:
        """Return the response to `error`, which elsewhere were `problem`."""
        ...


def problems(*statuses: int | str) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI description of problem responses with these statuses, for FastAPI's `responses`."""
    content = {MEDIA_TYPE: {"schema": {"$ref": _SCHEMAS + "Problem"}}}
    return {status: {"content": content} for status in statuses}


def problem_schemas() -> dict[str, Any]:
    """Return the JSON Schemas of problems by name, for OpenAPI's `components`."""
    _, schemas = models_json_schema([(Problem, "validation")], ref_template=_SCHEMAS + "{model}")
    return dict(schemas["$defs"])


def add_problem_handlers(app: FastAPI) -> None:
    """Make `app` answer every error with a problem."""
    app.add_exception_handler(AssistantError, _on_own)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_unexpected)


def problem_of(failure: str, detail: str) -> Problem:
    """Return the problem of an error whose class has the name `failure`."""
    return _problem(_status(getattr(errors, failure, AssistantError)), detail)


def problem_response(failure: str, detail: str, headers: dict[str, str]) -> Response:
    """Return the response to an error whose class has the name `failure`."""
    return _problem_response(problem_of(failure, detail), headers)


def _status(kind: type[Exception]) -> HTTPStatus:
    return next(_STATUS[one] for one in kind.__mro__ if one in _STATUS)


async def _on_own(request: Request, error: Exception) -> Response:
    status = _status(type(error))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("%s: %s", _named(request), error, exc_info=error)
    return _response(request, error, _problem(status, str(error)))


async def _on_invalid(request: Request, error: Exception) -> Response:
    found = cast(RequestValidationError, error).errors()
    errors = tuple(InvalidField(pointer=_pointer(one), detail=_sentence(one)) for one in found[:_LISTED])
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    problem = _problem(HTTPStatus.UNPROCESSABLE_ENTITY, errors[0].detail + more, errors=errors)
    return _response(request, error, problem)


async def _on_http(request: Request, error: Exception) -> Response:
    error = cast(HTTPException, error)
    path = _shorten(request.scope["path"])
    headers = dict(error.headers or {})
    detail = error.detail
    if error.status_code == HTTPStatus.BAD_REQUEST:
        detail = "the body cannot be read: send a JSON object in UTF-8"
    elif error.status_code == HTTPStatus.NOT_FOUND:
        detail = f"there is nothing at {path}: /openapi.json lists what there is"
    elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(methods_at(request.app, request.scope["path"])) or headers.get("Allow", "another method")
        headers["Allow"] = allowed
        detail = f"{path} does not answer {request.method}: use {allowed}"
    return _response(request, error, _problem(HTTPStatus(error.status_code), detail), headers)


async def _on_unexpected(request: Request, error: Exception) -> Response:
    instance = uuid4().urn
    # Starlette hands the exception on and the server logs its traceback next.
    logger.error("%s raised %s: %s", _named(request), type(error).__name__, instance)
    detail = "the server failed on this request, which is not your fault: report the instance, which its log names"
    return _response(request, error, _problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail, instance=instance))


def _named(request: Request) -> str:
    """Return a request as logs name it, by its route: what stands in its path may be private."""
    return f"{method_of(request.scope)} {template_of(request.scope)}"


def _problem(
    status: HTTPStatus, detail: str, *, instance: str | None = None, errors: tuple[InvalidField, ...] | None = None
) -> Problem:
    return Problem(
        title=status.phrase, status=status.value, detail=_encodable(detail), instance=instance, errors=errors
    )


def _response(request: Request, error: Exception, problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """Return the response to `error` in the form of the route that raised it."""
    route = request.scope.get("route")
    if isinstance(route, OwnErrors):
        return route.error_response(error, problem, headers or {})
    return _problem_response(problem, headers)


def _problem_response(problem: Problem, headers: dict[str, str] | None) -> Response:
    return Response(problem.model_dump_json(exclude_none=True), problem.status, headers, MEDIA_TYPE)


def _sentence(error: dict[str, Any]) -> str:
    """Return pydantic's finding as a sentence: the field, its value, what it should be."""
    kind, where, message = error["type"], error["loc"][1:], error["msg"]
    if kind == "json_invalid":
        reason = error["ctx"]["error"].removesuffix(" at")
        return f"the body is no JSON ({reason} at character {where[0]}): send a JSON object"
    field = _shorten(".".join(map(str, where))) or "the body"
    if kind == "missing":
        return f"{field} is missing: add it"
    if kind == "extra_forbidden":
        return f"{field} is an unknown key: leave it out"
    if isinstance(error["input"], bytes):
        return "the body is not marked as JSON: send it with the header Content-Type: application/json"
    if kind == "value_error":
        message = str(error["ctx"]["error"])
        if not where:
            return message
    if kind in _EXPECTED:
        message = _EXPECTED[kind].format(**error.get("ctx", {}))
    # Pydantic's own words are "Input should be ...", "String should have ...".
    _, should, what = message.partition("should")
    if where[-1:] == (_UNTOLD,):
        return f"{field} {should + what or message}"
    return f"{field} is {_value(error['input'])}, but {should + what or message}"


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    return _shorten(json.dumps(value, ensure_ascii=False, default=str))


def _pointer(error: dict[str, Any]) -> str:
    """Return RFC 6901's URI fragment for where in the body the error is; "#" is the whole body."""
    steps = () if error["type"] == "json_invalid" else error["loc"][1:]
    escaped = (_encodable(str(step)).replace("~", "~0").replace("/", "~1") for step in steps)
    return "#" + "".join("/" + quote(step, safe="~") for step in escaped)


def _shorten(text: str) -> str:
    return _encodable(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def _encodable(text: str) -> str:
    """Return `text` with lone surrogates, which no response can carry, written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
