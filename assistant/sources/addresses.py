"""Which addresses may be fetched from: a URL is taken apart once, its host resolved once, and every answer is public.

Whatever two programs could read differently is refused, so that what is checked here is what is connected to.
"""

import logging
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urljoin

import idna

from assistant.errors import SourceError

Address = IPv4Address | IPv6Address
# Returns what a host name stands for, as text; raises OSError for one that is not known.
Resolve = Callable[[str, int], Sequence[str]]

PORTS = frozenset({80, 443, 8080, 8443})
MAX_URL = 2000

_DEFAULT_PORTS = {"http": 80, "https": 443}
_URL = re.compile(r"(?i)(https?)://([^/?#]*)([^#]*)(?:#.*)?", re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")
# No browser sends these as they are; other programs drop them, or read a backslash as a slash.
_UNSENDABLE = re.compile(
    r"[\x00-\x20\x7f-\xa0\\\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff\ud800-\udfff]"
)
_OTHER_DOTS = re.compile("[\u3002\uff0e\uff61]")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_PORT = re.compile(r"[0-9]{1,5}")
_MAX_HOST = 253
_KEPT = "%/?:@!$&'()*+,;=~-._[]"

# Written out, since what `is_global` says of some of them differs between versions of Python.
_CLOSED4 = tuple(
    IPv4Network(one)
    for one in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # a cloud's own services for its machines, at a public address
    )
)
_OPEN6 = ip_network("2000::/3")  # the only block given out; mapped, NAT64, local and multicast ones lie outside of it
_CLOSED6 = tuple(
    IPv6Network(one)
    for one in (
        "2001::/23",  # Teredo, which holds an IPv4 address, and other protocols' own
        *("2001:db8::/32", "3fff::/20"),  # for documents
        "2002::/16",  # 6to4, which holds an IPv4 address
    )
)
_NETWORK6 = 64  # bits of the interface's half, behind those of its network
_ISATAP = 0x5EFE  # in the interface's half, before an IPv4 address

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart: `host` is a name in ASCII or an address, `path` what is asked for there, query and all."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as a URL and the header Host write them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL in one form, without a fragment."""
        return f"{self.scheme}://{self.authority}{self.path}"


def parse_url(url: str, ports: frozenset[int] = PORTS) -> Target:
    """Return `url` taken apart.

    Raises SourceError for one that is not http or https, names no host that can be public, names a user, another port
    than `ports`, or holds characters that programs read differently.
    """
    shown = _shown(url)
    if len(url) > MAX_URL:
        raise SourceError(f"the address {shown} is {len(url):,} characters long: at most {MAX_URL:,} are taken")
    if _UNSENDABLE.search(url):
        raise SourceError(f"the address {shown} holds white space, a backslash or control characters: leave them out")
    found = _URL.fullmatch(url)
    if found is None:
        other = _SCHEME.match(url)
        what = f"begins with {other[0]}:" if other else "has no scheme"
        raise SourceError(f"the address {shown} {what}: only http:// and https:// are fetched")
    scheme, authority, path = found[1].lower(), found[2], found[3]
    if "@" in authority:
        raise SourceError(f"the address {shown} names a user: leave out what stands before the @")
    host, port = _split(authority, shown)
    if port is None:
        port = _DEFAULT_PORTS[scheme]
    if port not in ports:
        listed = ", ".join(map(str, sorted(ports)))
        raise SourceError(f"the address {shown} names the port {port}: only {listed} are fetched from")
    return Target(scheme, host, port, quote(path if path.startswith("/") else f"/{path}", safe=_KEPT))


def join(base: Target, location: str, ports: frozenset[int] = PORTS) -> Target:
    """Return where `location`, found at `base`, leads. Raises SourceError as `parse_url` does."""
    if _UNSENDABLE.search(location):
        raise SourceError(
            f"the address {_shown(location)} holds white space, a backslash or control characters: leave them out"
        )
    try:
        joined = urljoin(base.url, location)
    except ValueError as error:
        raise SourceError(f"the address {_shown(location)} cannot be read: {error}") from error
    return parse_url(joined, ports)


def is_public(address: Address) -> bool:
    """Whether `address` belongs to some host of the public internet, and holds no other address within it."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _CLOSED4)
    if address.scope_id is not None or address not in _OPEN6 or any(address in network for network in _CLOSED6):
        return False
    return address.is_global and (int(address) >> 32) & 0xFCFFFFFF != _ISATAP


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of `host` as this machine's resolver gives them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def public_addresses(target: Target, resolver: Resolve = resolve) -> list[Address]:
    """Return the addresses of the target's host, each public and not this machine's; they are what is connected to.

    Raises SourceError where the host is not known, or a single address of it is not public. It is the same for both,
    as whoever may have pages fetched may not look up the names of this machine's network; the log says which it was.
    """
    refusal = SourceError(
        f"the host {target.host} is not known, or at no public address: check the address, only public pages are"
        " fetched"
    )
    try:
        answers = [target.host] if _literal(target.host) else resolver(target.host, target.port)
        addresses = [ip_address(answer) for answer in answers]
    except (OSError, UnicodeError, ValueError) as error:
        logger.info("the host %s cannot be found: %s", target.host, error)
        raise refusal from error
    for address in addresses:
        if not is_public(address) or _is_near(address):
            logger.info("the host %s is at %s, which is no public address or this machine's", target.host, address)
            raise refusal
    if not addresses:
        raise refusal
    return addresses


def _is_near(address: Address) -> bool:
    """Whether a public address is this machine's own, or in its own network, which for IPv6 is of public ones."""
    source = _source_to(address)
    if source is None or source.version != address.version:
        return False
    return source == address or (address.version == 6 and int(source) >> _NETWORK6 == int(address) >> _NETWORK6)


def _source_to(address: Address) -> Address | None:
    """Return the address that this machine would send to `address` from, None where it has no way there."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as unsent:
            unsent.connect((str(address), _DEFAULT_PORTS["https"]))  # chooses a way; nothing is sent
            return ip_address(unsent.getsockname()[0].partition("%")[0])
    except (OSError, ValueError):
        return None


def _split(authority: str, shown: str) -> tuple[str, int | None]:
    """Return host and port of what stands between // and the path."""
    refusal = SourceError(f"the address {shown} names no host that can be fetched from: write it as a name")
    if authority.startswith("["):
        inside, bracket, rest = authority[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")) or "%" in inside:
            raise refusal
        try:
            host = str(IPv6Address(inside))
        except ValueError as error:
            raise refusal from error
        return host, _port(rest[1:], shown) if rest else None
    name, colon, rest = authority.partition(":")
    return _host(name, refusal), _port(rest, shown) if colon else None


def _port(text: str, shown: str) -> int:
    if not _PORT.fullmatch(text) or not text.isascii():
        raise SourceError(f"the address {shown} names no port after the colon: write a number, or leave it out")
    return int(text)


def _host(name: str, refusal: SourceError) -> str:
    name = name.lower()
    if not name.isascii():
        if _OTHER_DOTS.search(name):
            raise refusal
        try:
            name = idna.encode(name).decode("ascii")
        except (idna.IDNAError, UnicodeError) as error:
            raise refusal from error
    name = name.removesuffix(".")
    labels = name.split(".")
    if len(name) > _MAX_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise refusal
    # A name that ends in a number is an address to some programs, in octal, in hex, or with parts left out.
    if _NUMBER.fullmatch(labels[-1]) and not _literal(name):
        raise refusal
    return name


def _literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _shown(url: str) -> str:
    return ascii(url if len(url) <= 100 else url[:100] + "…")
