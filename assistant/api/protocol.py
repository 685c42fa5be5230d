"""Protocol: uvicorn's HTTP, which answers what is no HTTP as everything else is answered."""

import asyncio
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from assistant.api.pages import HEADERS
from assistant.api.problems import MEDIA_TYPE, Problem

_PROBLEM = Problem(title="Bad Request", status=400, detail="this is no HTTP request that can be read: send another one")
_BODY = _PROBLEM.model_dump_json(exclude_none=True).encode()
_HEAD = {**HEADERS, "Content-Type": MEDIA_TYPE, "Content-Length": str(len(_BODY)), "Connection": "close"}
_LINES = ["HTTP/1.1 400 Bad Request", *(f"{name}: {value}" for name, value in _HEAD.items()), "", ""]
_RESPONSE = "\r\n".join(_LINES).encode("ascii") + _BODY

_Base: Any = AutoHTTPProtocol


class Protocol(_Base):  # type: ignore[misc]  # one of two classes, by what is installed
    """One connection."""

    transport: asyncio.Transport

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # uvicorn's own words
        """Answer bytes that are no request: a problem, with the headers of security."""
        self.transport.write(_RESPONSE)
        self.transport.close()
