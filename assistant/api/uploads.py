"""The routes that change what articles there are: a file or a URL comes in, an article goes.

Nothing is kept of an upload but the articles in it: its body stays in memory, and its name is no path to anything.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError
from starlette.datastructures import Headers, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response

from assistant.api.concurrency import Places
from assistant.api.idempotency import KeyHeader
from assistant.api.limits import MAX_BODY
from assistant.api.problems import problems
from assistant.api.served import Served, json_response
from assistant.api.stopping import while_serving
from assistant.api.tries import address_of
from assistant.catalog import principal_of
from assistant.errors import SourceError
from assistant.ingestion import IngestReport
from assistant.intake import AT_ONCE, MAX_FILE, Intake
from assistant.proof import PROOF_HEADER
from assistant.sources.addresses import MAX_URL
from assistant.types import Frozen

PATH = "/v1/articles"
MAX_UPLOAD = MAX_FILE + 100_000  # with what stands around the file in a form

_REMOVALS = 100  # that wait at the same time
_BODY_SECONDS = 300.0  # until a body has to be there
_RETRY_SECONDS = 5
_BOUNDARY = "boundary"

router = APIRouter(generate_unique_id_function=lambda route: route.name)


class UrlUpload(Frozen):
    """A page, feed or sitemap to be read in."""

    url: str = Field(
        description="http or https; a public address",
        json_schema_extra={"minLength": 1, "maxLength": MAX_URL, "examples": ["https://example.org/news.xml"]},
    )


_FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {
            "type": "string",
            "format": "binary",
            "description": "an article; its name's ending says of what kind",
        },
        "source": {
            "type": "string",
            "maxLength": 4000,
            "description": "path of the file on the server's machine; only with the proof that its data folder holds",
        },
    },
}
_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": UrlUpload.model_json_schema()},
        "multipart/form-data": {"schema": _FORM},
    },
}


# Each client has its share of them, so that nobody's slow bodies and pages keep others out.
_files = Places(AT_ONCE)
_urls = Places(AT_ONCE)
_removals = Places(_REMOVALS)


@contextmanager
def _place(among: Places, request: Request) -> Iterator[None]:
    """Take a place for the client of `request`, on the event loop. Raises HTTPException 429 where they have none."""
    who = principal_of(request.scope).owner or address_of(request.scope)
    if not among.take(who):
        raise HTTPException(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"{among.taken} requests of this kind are under way already: send this one again in some seconds",
            {"Retry-After": str(_RETRY_SECONDS)},
        )
    try:
        yield
    finally:
        among.give_back(who)


@asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    """Read a body within. Raises HTTPException 408 where it takes too long."""
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            yield
    except TimeoutError as error:
        raise HTTPException(
            HTTPStatus.REQUEST_TIMEOUT,
            f"the body was not there within {_BODY_SECONDS:g} s: send a smaller one, or over a faster connection",
        ) from error


@router.post(
    PATH,
    summary="Take in a file or a URL",
    status_code=201,
    response_model=IngestReport,
    responses={
        200: {"model": IngestReport, "description": "Nothing new: articles were updated, or stayed as they were"},
        **problems(400, 403, 408, 413, 415, 422, 429, 500, 503),
    },
    openapi_extra={"requestBody": _BODY},
)
async def upload(request: Request, assistant: Served, _key: KeyHeader = None) -> Response:
    """Take in the articles of a file (25 MB) or of a page, a feed or a sitemap, and say what became of each.

    A file of a name that was sent before takes the former one's place. Where nothing at all can be read, the status is
    422 and the detail says why. The response comes when the articles can be found. What is sent a second time changes
    nothing, with an Idempotency-Key or without.
    """
    intake = assistant.intake
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        with _place(_files, request):
            report = await _take_file(request, intake)
    elif kind == "application/json":
        with _place(_urls, request):
            report = await while_serving(request, intake.submit_url(await _url(request)))
    else:
        raise HTTPException(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"the body is of the type {kind[:60] or 'none'!a}: send multipart/form-data with a file, or"
            ' application/json with a "url"',
        )
    if report.failed and not (report.added or report.updated or report.unchanged or report.removed):
        raise SourceError(_said(report))
    return json_response(report, HTTPStatus.CREATED if report.added else HTTPStatus.OK)


# An id may hold slashes, hence `:path`.
@router.delete(
    PATH + "/{article_id:path}",
    summary="Remove an article",
    status_code=204,
    response_class=Response,
    responses=problems(404, "4XX", 500, 503),
)
async def remove_article(
    request: Request, article_id: Annotated[str, Path(description="may hold slashes")], assistant: Served
) -> Response:
    """Remove an article from every search; answers that quoted it keep their quotes."""
    with _place(_removals, request):
        await while_serving(request, assistant.intake.submit_removal(article_id))
    return Response(status_code=204)


class _InMemory(MultiPartParser):
    """The parser of forms, which would else write a large file into the system's folder for temporary ones."""

    spool_max_size = MAX_UPLOAD


async def _take_file(request: Request, intake: Intake) -> IngestReport:
    parser = _InMemory(_plain_type(request.headers), _stream(request), max_files=1, max_fields=2, max_part_size=4096)
    try:
        async with _in_time():
            form = await parser.parse()
    except (MultiPartException, UnicodeError, ValueError, LookupError) as error:
        said = getattr(error, "message", None) or "the form cannot be read"
        raise SourceError(f"{str(said).rstrip('.')[:200]}: send one file as multipart/form-data") from error
    file, source = form.get("file"), form.get("source")
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise SourceError('the form holds no file with a name in its field "file": add it')
        if source is not None and not intake.trusts(request.headers.get(PROOF_HEADER)):
            raise HTTPException(
                HTTPStatus.FORBIDDEN,
                "where a file lies may only be said by who can read the server's data folder: leave out the source",
            )
        if file.size is not None and file.size > MAX_FILE:
            raise HTTPException(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"the file holds {file.size:,} bytes: at most {MAX_FILE:,} are taken in",
            )
        content = await file.read()
        where = source if isinstance(source, str) else None
        return await while_serving(request, intake.submit_file(file.filename, content, where))
    finally:
        await form.close()


async def _url(request: Request) -> str:
    body = bytearray()
    async with _in_time():
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise HTTPException(413, f"the body is larger than {MAX_BODY:,} bytes: send a smaller one")
    try:
        given = json.loads(body)
    except json.JSONDecodeError as error:
        found = [{"type": "json_invalid", "loc": ("body", error.pos), "input": {}, "ctx": {"error": error.msg}}]
        raise RequestValidationError([one | {"msg": "JSON decode error"} for one in found]) from error
    except (ValueError, RecursionError) as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from error
    try:
        return UrlUpload.model_validate(given).url
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from error


async def _stream(request: Request) -> AsyncGenerator[bytes, None]:
    async for chunk in request.stream():
        yield chunk


def _plain_type(headers: Headers) -> Headers:
    """Return the content type with its boundary alone: its charset could name any of Python's codecs."""
    from python_multipart.multipart import parse_options_header

    _, options = parse_options_header(headers["content-type"])
    boundary = options.get(_BOUNDARY.encode(), b"").decode("latin-1").replace('"', "")
    return Headers(
        {"content-type": f'multipart/form-data; boundary="{boundary}"' if boundary else "multipart/form-data"}
    )


def _said(report: IngestReport) -> str:
    first = report.failed[0]
    line = f" (line {first.line})" if first.line else ""
    more = f", and {len(report.failed) - 1:,} more could not be read either" if len(report.failed) > 1 else ""
    return f"{first.reason}{line}{more}"
