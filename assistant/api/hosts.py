"""TrustedHosts: a request must name the server as its operator does, so that no name of another's making leads here.

A web page whose own name is made to point at this machine (DNS rebinding) would otherwise be of the same origin as the
server, and could read everything.
"""

import re
from collections.abc import Iterable
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.api.refusals import refuse

LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))
ANY = "*"
_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::[0-9]{1,5})?")
_SHOWN = 60


def allowed_hosts(bound: str, url: str | None = None, more: Iterable[str] = ()) -> frozenset[str]:
    """Return the names under which a server may be asked: loopback's, its own and those added.

    `bound` is the address or name that it listens at, `url` its address for others, `more` are names, `*.example.org`
    for all below one, or `*` for any.
    """
    named = [urlsplit(url).hostname or ""] if url else []
    return LOOPBACK | {_plain(one) for one in (bound, *named, *more) if one}


def is_loopback(host: str) -> bool:
    """Whether an address is reached from its own machine alone."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback


def foreign(hosts: Iterable[str]) -> list[str]:
    """Return those of `hosts` under which others may reach a server, as through a proxy beside it, in order."""
    return sorted(one for one in hosts if one not in LOOPBACK and not is_loopback(one))


def host_of(header: str) -> str | None:
    """Return the host that a header Host or the rest of an origin names, without its port; None where it names none."""
    found = _HOST.fullmatch(header)
    return _plain(found[1] or found[2]) if found else None


class TrustedHosts:
    """ASGI middleware that answers 421 (RFC 9110, 2022) to requests for hosts that are not `allowed`.

    The very address that a connection came to is allowed too: only names can be made to point elsewhere.
    """

    def __init__(self, app: ASGIApp, allowed: frozenset[str]) -> None:
        """Guard `app`."""
        self._app = app
        self._allowed = allowed
        self._below = tuple(one[1:] for one in allowed if one.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or ANY in self._allowed:
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).getlist("host")
        host = host_of(given[0]) if len(given) == 1 else None
        server = scope.get("server")
        if host is not None and (
            host in self._allowed or host.endswith(self._below) or (server and host == _plain(server[0]))
        ):
            await self._app(scope, receive, send)
            return
        shown = ascii(given[0][:_SHOWN]) if given else "''"
        detail = f"the host {shown} is not served here: name it in ASSISTANT_ALLOWED_HOSTS, or ask under another name"
        await refuse(HTTPException(HTTPStatus.MISDIRECTED_REQUEST, detail), scope, receive, send)


def _plain(host: str) -> str:
    return host.lower().strip("[]").rstrip(".")
