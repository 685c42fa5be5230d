"""Guards: what stands between the network and the routes, from outside to inside.

Outermost, around even the response to a failure: the request's id, its span, its line in the log and its count, and
the headers of security. Then what refuses: hosts that are not served, more requests at once than are answered, pages of
other origins, more questions than can be answered, larger bodies than are read, and slower ones.
"""

from dataclasses import dataclass, field

from fastapi import FastAPI
from starlette.types import ASGIApp

from assistant.api import uploads
from assistant.api.access import SESSION
from assistant.api.bodies import SECONDS, BodyDeadline
from assistant.api.concurrency import MOST, Concurrency
from assistant.api.connections import room
from assistant.api.hosts import TrustedHosts
from assistant.api.inflight import InFlight
from assistant.api.limits import BodyLimit
from assistant.api.logs import access_line
from assistant.api.observing import Observed
from assistant.api.origins import SameOrigin
from assistant.api.pages import PageHeaders
from assistant.api.request_ids import RequestIds
from assistant.api.tracing import RequestSpans, Tracing
from assistant.api.traffic import Traffic

# An upload has a limit and a deadline of its own, which hold for its body alone.
_UPLOAD_SECONDS = 330.0
_SIGN_IN = 10_000


@dataclass(frozen=True)
class Guards:
    """`hosts` are the names that requests may be for, as `allowed_hosts` gives them; None: any, for tests alone.

    `url` is the server's address for others, `most` the number of questions answered and waiting at the same time,
    `in_flight` that of requests of any kind being answered, `body_seconds` the time until a request's body is there,
    `tracing` what makes spans of requests.
    """

    hosts: frozenset[str] | None = None
    url: str | None = None
    most: int = MOST
    in_flight: int = field(default_factory=lambda: max(1, room() // 2))
    body_seconds: float = SECONDS
    tracing: Tracing | None = None


def refuse_by(app: FastAPI, guards: Guards) -> None:
    """Add to `app` what refuses; whatever was added before stands behind it."""
    app.add_middleware(BodyDeadline, seconds=guards.body_seconds, longer={uploads.PATH: _UPLOAD_SECONDS})
    # Nobody is known yet who signs in.
    app.add_middleware(BodyLimit, limit=uploads.MAX_UPLOAD, larger={SESSION: _SIGN_IN})
    app.add_middleware(Concurrency, most=guards.most)
    app.add_middleware(SameOrigin, url=guards.url)
    app.add_middleware(InFlight, most=guards.in_flight)
    if guards.hosts is not None:
        app.add_middleware(TrustedHosts, allowed=guards.hosts)


def surround(inner: ASGIApp, guards: Guards, traffic: Traffic) -> ASGIApp:
    """Return `inner` with what stands around even the response to a failure."""
    outer: ASGIApp = Observed(PageHeaders(inner), [traffic.count, access_line])
    if guards.tracing is not None:
        outer = RequestSpans(outer, guards.tracing)
    return RequestIds(outer)
