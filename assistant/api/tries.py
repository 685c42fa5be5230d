"""Tries: how many wrong keys came from each address, so that nobody goes on sending them."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from starlette.types import Scope

# So many wrong keys may come at once, then one every few seconds.
MOST = 20
SECONDS_EACH = 3.0
_ADDRESSES = 10_000
_NETWORK = 64


class Tries:
    """Counts wrong keys by address, as a bucket that leaks; used on one thread."""

    def __init__(
        self, most: int = MOST, seconds: float = SECONDS_EACH, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Allow `most` at once and another every `seconds`."""
        self._most = most
        self._seconds = seconds
        self._clock = clock
        # When the bucket of an address will be empty, those first that failed longest ago.
        self._empty: OrderedDict[str, float] = OrderedDict()

    def failed(self, address: str) -> int | None:
        """Count a wrong key; return None where it was allowed, else the whole seconds until another is.

        One that was not allowed is not counted, so that whoever waits so long is heard.
        """
        now = self._clock()
        empty = max(self._empty.pop(address, now), now)
        wait = empty + self._seconds - now - self._most * self._seconds
        self._empty[address] = empty if wait > 0 else empty + self._seconds
        while len(self._empty) > _ADDRESSES:
            self._empty.popitem(last=False)
        return math.ceil(wait) if wait > 0 else None


def address_of(scope: Scope) -> str:
    """Return the address that a request came from; of IPv6 the network, which one client has all of."""
    client = scope.get("client")
    if not client:
        return ""
    try:
        address = ip_address(client[0])
    except ValueError:
        return str(client[0])
    if not isinstance(address, IPv6Address):
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else str(int(address) >> (128 - _NETWORK))
