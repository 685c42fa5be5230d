"""The routes of signing in at the page: a key is sent once, and a cookie that no script can read stands for it."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends
from pydantic import Field, SecretStr
from starlette.requests import Request
from starlette.responses import Response

from assistant.api.access import SESSION
from assistant.api.authentication import COOKIE, Authenticator
from assistant.api.problems import problems
from assistant.api.served import json_response
from assistant.catalog import principal_of
from assistant.catalog.keys import SESSION_DAYS
from assistant.types import Frozen

router = APIRouter(generate_unique_id_function=lambda route: route.name)


class SignIn(Frozen):
    """A key."""

    key: SecretStr = Field(max_length=500)


class Session(Frozen):
    """Who is signed in: the name of the key, null where none is needed."""

    name: str | None


async def _authenticator(request: Request) -> Authenticator:
    return cast(Authenticator, request.app.state.authenticator)


Door = Annotated[Authenticator, Depends(_authenticator)]


@router.post(
    SESSION,
    summary="Sign in",
    status_code=201,
    response_model=Session,
    responses=problems(400, 401, 403, 413, 422, 429, 500, 503),
)
async def sign_in(request: Request, body: SignIn, door: Door) -> Response:
    """Get a cookie that stands for a key for 30 days, until the key is revoked or until one signs out."""
    principal, token = await door.sign_in(request, body.key.get_secret_value())
    response = json_response(Session(name=principal.name), 201)
    if token is not None:
        response.set_cookie(
            COOKIE,
            token,
            max_age=SESSION_DAYS * 24 * 60 * 60,
            secure=_is_secure(request),
            httponly=True,
            samesite="strict",
        )
    return response


@router.get(SESSION, summary="Who is signed in", responses=problems(401, 429, 500, 503))
async def session(request: Request) -> Session:
    """Say whose key, or cookie, this request bears."""
    return Session(name=principal_of(request.scope).name)


@router.delete(
    SESSION,
    summary="Sign out",
    status_code=204,
    response_class=Response,
    responses=problems(403, 500, 503),
)
async def sign_out(request: Request, door: Door) -> Response:
    """Let the cookie stand for nothing, where it stands for a key, and remove it."""
    await door.sign_out(request)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, secure=_is_secure(request), httponly=True, samesite="strict")
    return response


def _is_secure(request: Request) -> bool:
    """Whether the browser speaks TLS, also where a proxy in between ends it: the browser says so in Origin."""
    return request.url.scheme == "https" or request.headers.get("origin", "").startswith("https://")
