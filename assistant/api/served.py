"""What the routes share: the Chat and the Assistant as the sender of a request has them, and JSON that is sent as is.

Routes have no other way to them, so that none can forget whose request it answers.
"""

from collections.abc import Callable
from functools import partial
from typing import Annotated, ParamSpec, TypeVar, cast

from anyio import CapacityLimiter, to_thread
from fastapi import Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from assistant.api.authentication import Authenticator
from assistant.catalog import principal_of
from assistant.chat import Chat
from assistant.pipeline import Assistant

P = ParamSpec("P")
T = TypeVar("T")

# A burst of messages in dozens of threads would keep the event loop from its turn, and /health with it.
_few = CapacityLimiter(2)


async def in_few_threads(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call `function`, which blocks for some milliseconds, in one of a few threads."""
    return await to_thread.run_sync(partial(function, *args, **kwargs), limiter=_few)


async def _chat(request: Request) -> Chat:
    return cast(Chat, request.app.state.chat).of(principal_of(request.scope).owner)


async def _assistant(request: Request) -> Assistant:
    return (await _chat(request)).assistant


async def _proven(request: Request) -> bool:
    return cast(Authenticator, request.app.state.authenticator).proves(request)


ServedChat = Annotated[Chat, Depends(_chat)]
Served = Annotated[Assistant, Depends(_assistant)]
# Whether a request comes with the proof that its sender may read the data folder.
Proven = Annotated[bool, Depends(_proven)]


def json_response(body: BaseModel | str, status: int = 200) -> Response:
    """Return `body`, a model or JSON already, as it is."""
    text = body if isinstance(body, str) else body.model_dump_json()
    return Response(text, status, media_type="application/json")
