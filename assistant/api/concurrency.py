"""Concurrency: so many questions are answered and wait at the same time; who comes then is told when to come again.

One client alone may have at most half of the places, and as more clients come, fewer: a client gets another place only
while it has fewer than are free. That is the scheme of dynamic queue thresholds (Choudhury and Hahne, 1998) with a
factor of 1, under which there is always room for one more client.
"""

import asyncio
import math
import time
from collections import Counter
from http import HTTPStatus
from typing import Literal, get_args

from starlette.exceptions import HTTPException
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.refusals import refuse
from assistant.api.tries import address_of
from assistant.chat.chat import PATIENCE

MOST = 100
Kind = Literal["answers", "searches"]
# What asks the models, by method and the template of the route. Searches have places of their own: they take no turn.
COSTLY: dict[tuple[str, str], Kind] = {
    ("POST", "/v1/ask"): "answers",
    ("POST", "/v1/chat/completions"): "answers",
    ("POST", "/v1/conversations/{conversation_id}/messages"): "answers",
    ("POST", "/v1/conversations/{conversation_id}/messages/{message_id}/regenerate"): "answers",
    ("GET", "/v1/answers/{answer_id}/replay"): "answers",
    ("POST", "/mcp"): "answers",
    ("POST", "/v1/search"): "searches",
    ("GET", "/v1/answers/{answer_id}/suggestions"): "searches",
    ("GET", "/v1/starters"): "searches",
}
_PATTERNS = tuple((compile_path(template)[0], method, template) for method, template in COSTLY)
_LEAST_WAIT, _LONGEST_WAIT = 1, 60
# The weight of the latest answer in the mean of what they took.
_LATEST = 0.2


class Places:
    """Shares out places; used on one thread."""

    def __init__(self, most: int) -> None:
        """Have `most` places."""
        self._free = most
        self._taken: Counter[str] = Counter()

    def take(self, who: str) -> bool:
        """Give a place to `who`, unless there is none or none for them."""
        if self._taken[who] >= self._free:
            return False
        self._free -= 1
        self._taken[who] += 1
        return True

    def give_back(self, who: str) -> None:
        """Free a place of `who`."""
        self._free += 1
        self._taken[who] -= 1
        if not self._taken[who]:
            del self._taken[who]

    @property
    def taken(self) -> int:
        """The places that are taken."""
        return self._taken.total()


class Concurrency:
    """ASGI middleware that answers 429 with Retry-After where there is no place for a request that asks the models.

    A request has its place until its response was sent whole. One whose client went away before has it as long as its
    question may be answered on without a reader, so that nobody gets more places by hanging up.
    """

    def __init__(self, app: ASGIApp, most: int = MOST, patience: float = PATIENCE) -> None:
        """Guard `app` with `most` places of each kind.

        `patience` is for how many seconds a question is answered on without a reader.
        """
        self._app = app
        self._places: dict[Kind, Places] = {kind: Places(most) for kind in get_args(Kind)}
        self._patience = patience
        self._mean = 1.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        template = _costly(scope) if scope["type"] == "http" else None
        if template is None:
            await self._app(scope, receive, send)
            return
        who = address_of(scope)
        places = self._places[COSTLY[scope["method"], template]]
        if not places.take(who):
            wait = min(_LONGEST_WAIT, max(_LEAST_WAIT, math.ceil(self._mean)))
            unit = "second" if wait == 1 else "seconds"
            detail = f"too many questions are being answered or wait already: ask again in {wait} {unit}"
            error = HTTPException(HTTPStatus.TOO_MANY_REQUESTS, detail, {"Retry-After": str(wait)})
            await refuse(error, scope, receive, send, template)
            return
        began = time.monotonic()
        whole = left = False

        async def heard() -> Message:
            nonlocal left
            message = await receive()
            left = left or (message["type"] == "http.disconnect" and not whole)
            return message

        async def sent(message: Message) -> None:
            nonlocal whole
            whole = whole or (message["type"] == "http.response.body" and not message.get("more_body"))
            await send(message)

        try:
            await self._app(scope, heard, sent)
        finally:
            if left:
                asyncio.get_running_loop().call_later(self._patience, places.give_back, who)
            else:
                places.give_back(who)
                self._mean += _LATEST * (time.monotonic() - began - self._mean)


def _costly(scope: Scope) -> str | None:
    """Return the template of the route where it is one that asks the models."""
    method, path = scope["method"], scope["path"]
    return next((template for pattern, of, template in _PATTERNS if of == method and pattern.match(path)), None)
