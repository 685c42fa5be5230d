"""HTTP delivery: requests that are signed as Slack signs them, or wrongly on demand."""

import hashlib
import hmac
import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Condition
from urllib.parse import urlencode, urlsplit

from .deliveries import Attempt, Delivery
from .workspace import JSON, SECRET

_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True)
class Answered:
    """What an app answered a request with."""

    status: int
    headers: dict[str, str]
    body: str


def signature(body: bytes, timestamp: str, secret: str = SECRET) -> str:
    """Return the signature, version 0, of a request."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def encoded(kind: str, payload: JSON) -> tuple[bytes, str]:
    """Return the body of a request and its content type."""
    if kind == "slash_commands":
        return urlencode(payload).encode(), _FORM
    if kind == "interactive":
        return urlencode({"payload": json.dumps(payload)}).encode(), _FORM
    return json.dumps(payload).encode(), _JSON


def post(url: str, body: bytes, headers: dict[str, str], timeout: float = 10.0) -> Answered:
    """Send a request as it is; raises OSError where no answer comes in time."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request("POST", parts.path, body, headers)
        answer = connection.getresponse()
        return Answered(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode())
    except http.client.HTTPException as error:
        raise ConnectionError(str(error)) from error
    finally:
        connection.close()


def signed_headers(body: bytes, kind: str = _JSON, age: float = 0.0, secret: str = SECRET) -> dict[str, str]:
    """Return the headers of a request that was signed `age` seconds ago."""
    timestamp = str(int(time.time() - age))
    return {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature(body, timestamp, secret),
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    }


class SignedRequests:
    """Delivers to a URL; what is not answered with 200 within `patience` seconds is sent again, `retries` times."""

    def __init__(self, url: str, changed: Condition, patience: float = 3.0, retries: int = 3) -> None:
        self._url, self._changed = url, changed
        self._patience, self._retries = patience, retries
        self._pool = ThreadPoolExecutor(16, "fake-slack-http")

    def send(self, delivery: Delivery) -> None:
        """Deliver on another thread."""
        self._pool.submit(self._deliver, delivery)

    def again(self, delivery: Delivery, reason: str = "http_timeout") -> None:
        """Deliver once more, acknowledged or not."""
        self._pool.submit(self._attempt, delivery, reason)

    def close(self) -> None:
        """Wait for what is being delivered."""
        self._pool.shutdown()

    def _deliver(self, delivery: Delivery) -> None:
        reason = ""
        for _ in range(self._retries + 1):
            attempt = self._attempt(delivery, reason)
            if attempt.acknowledged is not None:
                return
            reason = "http_error" if attempt.status else "http_timeout"

    def _attempt(self, delivery: Delivery, reason: str) -> Attempt:
        body, kind = encoded(delivery.kind, delivery.payload)
        attempt = delivery.again(reason)
        headers = signed_headers(body, kind)
        if attempt.number:
            headers |= {"X-Slack-Retry-Num": str(attempt.number), "X-Slack-Retry-Reason": reason}
        try:
            answered = post(self._url, body, headers, self._patience)
            attempt.status, attempt.response = answered.status, answered.body
            if answered.status == 200:
                attempt.acknowledged = time.monotonic()
        except OSError as error:
            attempt.response = repr(error)
        with self._changed:
            self._changed.notify_all()
        return attempt
