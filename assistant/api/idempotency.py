"""The header Idempotency-Key: a request sent twice with the same key is done once."""

import hashlib
import json
from typing import Annotated

from fastapi import Header
from pydantic import BaseModel
from starlette.requests import Request

from assistant.catalog import RequestKey

MAX_KEY = 255

KeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=MAX_KEY,
        description="the same key with the same path and body gives the first response again, for 24 hours",
    ),
]


def request_key(request: Request, key: str | None, body: BaseModel | None = None) -> RequestKey | None:
    """Return what tells this request from others, None where its sender sent no key.

    Bodies are the same that say the same: white space and the order of keys do not count.
    """
    if key is None:
        return None
    # Not pydantic's own JSON, which refuses what is no character: such a question is refused in its own words later.
    said = "" if body is None else json.dumps(body.model_dump(), default=str, sort_keys=True)
    return RequestKey(request.scope["path"], key, hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest())
