"""Traffic: how many requests were answered and how long they took, by route, as metrics."""

from collections.abc import Iterator

from prometheus_client import Counter, Histogram
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from assistant.api.observing import Seen
from assistant.chat.tally import SECONDS

_BOUNDS = (0.005, 0.01, 0.025, *SECONDS)
_GONE = "none"


class Traffic(Collector):
    """Counts requests by method and route template; `count` is called on the event loop, `collect` anywhere."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self._requests = Counter(
            "assistant_http_requests",
            "Requests answered; status none: the client left before",
            ["method", "route", "status"],
            registry=None,
        )
        self._seconds = Histogram(
            "assistant_http_request_seconds",
            "Seconds until a response had been sent whole",
            ["method", "route"],
            buckets=_BOUNDS,
            registry=None,
        )

    def count(self, seen: Seen) -> None:
        """Count a request that has ended."""
        self._requests.labels(seen.method, seen.route, str(seen.status or _GONE)).inc()
        self._seconds.labels(seen.method, seen.route).observe(seen.seconds)

    def collect(self) -> Iterator[Metric]:
        """Yield one family after another."""
        yield from self._requests.collect()
        yield from self._seconds.collect()
