"""Fetching over http and https: the address is vetted, pinned and limited. The only place that asks other hosts.

Each hop goes to an address that `addresses` found public, over a connection of its own, so that a name that resolves
otherwise a moment later, or a redirect, leads nowhere else. Proxies and keys of the environment are not used.
"""

import re
import ssl
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus

import anyio
import httpx

from assistant.errors import SourceError
from assistant.sources.addresses import PORTS, Address, Resolve, Target, join, parse_url, public_addresses, resolve
from assistant.types import Frozen

_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,application/pdf;q=0.9,text/*;q=0.8,*/*;q=0.5"
_AGENT = "assistant/1 (reads articles that its user named)"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ATTEMPTS = 3  # addresses of a host that are tried
_CONNECT_SECONDS = 5.0
_PLAIN = re.compile(r"[\x21-\x7e]{1,500}")
_DATE = re.compile(r"[\x20-\x7e]{1,100}")


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one fetch may take: `size` in bytes once unpacked, `seconds` with all its hops."""

    size: int = 10_000_000
    seconds: float = 15.0
    hops: int = 5


class Validators(Frozen):
    """What a server said of a page's version (RFC 9110, 8.8), to ask whether there is another one since."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What a URL led to: `url` is the last of its hops, `media_type` in lower case without parameters, or empty.

    `validators` are empty where that is another than was asked for.
    """

    url: str
    content: bytes
    media_type: str = ""
    validators: Validators = field(default_factory=Validators)


Transport = Callable[[], httpx.AsyncBaseTransport]


class Fetcher:
    """Fetches public pages; methods may be called from several threads."""

    def __init__(
        self,
        resolver: Resolve = resolve,
        *,
        limits: Limits | None = None,
        ports: frozenset[int] = PORTS,
        transport: Transport | None = None,
    ) -> None:
        """Resolve names with `resolver`; `transport`, which makes a connection for each hop, is for tests."""
        self._resolver = resolver
        self._limits = limits or Limits()
        self._ports = ports
        self._transport = transport or self._connection

    def fetch(self, url: str, known: Validators | None = None) -> Page | None:
        """Return what is at `url`, None where it is still the version that `known` tells of.

        Raises SourceError that names the address where it may not be fetched, cannot be reached, answers with an
        error, or goes beyond a limit.
        """
        target = parse_url(url, self._ports)
        return anyio.run(self._within_time, target, known or Validators())

    async def _within_time(self, target: Target, known: Validators) -> Page | None:
        try:
            with anyio.fail_after(self._limits.seconds):
                return await self._follow(target, known)
        except TimeoutError as error:
            raise SourceError(
                f"{target.url} was not there within {self._limits.seconds:g} s: try again later"
            ) from error

    async def _follow(self, target: Target, known: Validators) -> Page | None:
        # Validators are those of the URL that was asked for: they go to no other, and are taken of no other.
        first = target
        for hop in range(self._limits.hops + 1):
            known = Validators() if hop else known
            async with self._answer(target, known) as response:
                if response.status_code in _REDIRECTS and "location" in response.headers:
                    target = join(target, response.headers["location"], self._ports)
                    continue
                if response.status_code == HTTPStatus.NOT_MODIFIED and known != Validators():
                    return None
                if response.status_code != HTTPStatus.OK:
                    said = f"{response.status_code} {response.reason_phrase}".strip()
                    raise SourceError(f"{target.url} answered {ascii(said)[1:-1]}: check the address")
                return Page(
                    url=target.url,
                    content=await self._content(response, target),
                    media_type=response.headers.get("content-type", "").partition(";")[0].strip().lower(),
                    validators=Validators() if hop else _validators(response.headers),
                )
        raise SourceError(f"{first.url} leads on more than {self._limits.hops} times: name the page itself")

    @asynccontextmanager
    async def _answer(self, target: Target, known: Validators) -> AsyncIterator[httpx.Response]:
        """Give the response to one request, sent to the first address of the host that takes a connection."""
        addresses = await anyio.to_thread.run_sync(public_addresses, target, self._resolver, abandon_on_cancel=True)
        try:
            async with self._transport() as transport:
                response = await self._send(transport, target, addresses[:_ATTEMPTS], known)
                try:
                    yield response
                finally:
                    await response.aclose()
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            if isinstance(error, TimeoutError):
                raise
            raise SourceError(f"{target.url} cannot be fetched ({_said(error)}): try again later") from error

    async def _send(
        self, transport: httpx.AsyncBaseTransport, target: Target, addresses: list[Address], known: Validators
    ) -> httpx.Response:
        for number, address in enumerate(addresses, 1):
            try:
                return await transport.handle_async_request(_request(target, address, known, self._limits.seconds))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if number == len(addresses):
                    raise
        raise AssertionError("a host without addresses was resolved")

    async def _content(self, response: httpx.Response, target: Target) -> bytes:
        unpack = _unpacker(response.headers.get("content-encoding", ""), target, self._limits.size + 1)
        content = bytearray()
        assert isinstance(response.stream, httpx.AsyncByteStream)
        async for packed in response.stream:
            content += unpack(packed)
            if len(content) > self._limits.size:
                raise SourceError(f"{target.url} is larger than {self._limits.size:,} bytes: save it and name the file")
        return bytes(content)

    def _connection(self) -> httpx.AsyncBaseTransport:
        # One for each hop: a connection that is kept was made for one name, and must not serve another at its address.
        return httpx.AsyncHTTPTransport(
            verify=self._certificates, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )

    @cached_property
    def _certificates(self) -> ssl.SSLContext:
        return httpx.create_ssl_context(trust_env=False)


def _request(target: Target, address: Address, known: Validators, seconds: float) -> httpx.Request:
    """Return the request for `target` at `address`: its name goes into the header Host and the TLS handshake."""
    at = f"[{address}]" if address.version == 6 else str(address)
    headers = {
        "Host": target.authority,
        "Accept": _ACCEPT,
        "Accept-Encoding": "identity",
        "User-Agent": _AGENT,
        "Connection": "close",
    }
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    timeout = httpx.Timeout(seconds, connect=min(_CONNECT_SECONDS, seconds)).as_dict()
    return httpx.Request(
        "GET",
        f"{target.scheme}://{at}:{target.port}{target.path}",
        headers=headers,
        extensions={"sni_hostname": target.host, "timeout": timeout},
    )


def _unpacker(encoding: str, target: Target, most: int) -> Callable[[bytes], bytes]:
    """Return what takes off the content coding, never giving more than about `most` bytes at once."""
    coding = encoding.strip().lower()
    if coding in ("", "identity"):
        return bytes
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise SourceError(f"{target.url} is sent in the coding {coding[:20]!a}, which was not asked for")
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def unpack(packed: bytes) -> bytes:
        try:
            return inflater.decompress(packed, most)
        except zlib.error as error:
            raise SourceError(f"{target.url} is packed in a way that cannot be read: {error}") from error

    return unpack


def _validators(headers: httpx.Headers) -> Validators:
    """Return the validators of a response; what could not be sent back as it is, is left out."""
    etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
    return Validators(
        etag=etag if _PLAIN.fullmatch(etag) else None, last_modified=modified if _DATE.fullmatch(modified) else None
    )


def _said(error: Exception) -> str:
    first = (str(error).strip().splitlines() or [""])[0]
    return ascii(first)[1:-1][:200] or type(error).__name__
