"""Calls: the Web API over slack_sdk, whose failures become three kinds here: refused, unclear, and to be made later."""

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from assistant.errors import RunError, Stopped

JSON = dict[str, Any]

SLACK_API = "https://slack.com/api/"
RATE_LIMITED = "ratelimited"
_TIMEOUT = 8
_SLOTS = 1_000
_LOOK = 0.2
# Slack itself does not say whether a call was performed that ends in these.
_UNCLEAR = ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org")
_STOPPED = "the bot is being stopped: what is left is done when it starts again"

logger = logging.getLogger(__name__)


class SlackRefusal(RunError):
    """Slack did not do what it was asked for; `code` is its word for why, such as "channel_not_found"."""

    def __init__(self, method: str, code: str, details: Sequence[str] = ()) -> None:
        """Say which `method` was refused, with the `details` that Slack gives."""
        more = f" ({'; '.join(details)})"[:300] if details else ""
        super().__init__(f"Slack refuses {method}: {code}{more}; docs.slack.dev/reference/methods/{method} explains it")
        self.code = code


class SlackUnclear(RunError):
    """Nobody knows whether a call was performed: its answer was lost, or Slack failed."""


class Pace:
    """How often something may be done: slots by name, each a gap later than the end of the one before it."""

    def __init__(self, stopping: threading.Event) -> None:
        """Wait no longer once `stopping` is set."""
        self._stopping = stopping
        self._guard = threading.Lock()
        self._slots: dict[str, _Slot] = {}

    @contextmanager
    def slot(self, name: str, gap: float, *, wait: bool = True) -> Iterator[bool]:
        """Give the next slot, alone; the one after it comes `gap` seconds after this one was left.

        Without `wait` it gives False where there is none at once. Raises Stopped while it waits.
        """
        slot = self._slot(name)
        if not (self._acquire(slot) if wait else slot.alone.acquire(blocking=False)):
            yield False
            return
        try:
            if not wait and slot.free > time.monotonic():
                yield False
                return
            self.sleep(slot.free - time.monotonic())
            try:
                yield True
            finally:
                slot.free = time.monotonic() + gap
        finally:
            slot.alone.release()

    def sleep(self, seconds: float) -> None:
        """Wait. Raises Stopped."""
        if self._stopping.wait(seconds) if seconds > 0 else self._stopping.is_set():
            raise Stopped(_STOPPED)

    def _slot(self, name: str) -> "_Slot":
        with self._guard:
            if len(self._slots) > _SLOTS:
                now = time.monotonic()
                self._slots = {key: one for key, one in self._slots.items() if one.free > now or one.alone.locked()}
            return self._slots.setdefault(name, _Slot())

    def _acquire(self, slot: "_Slot") -> bool:
        while not slot.alone.acquire(timeout=_LOOK):
            self.sleep(0)
        return True


class _Slot:
    """Who is alone in it, and when it is free again."""

    def __init__(self) -> None:
        self.alone = threading.Lock()
        self.free = 0.0


class Calls:
    """The Web API with one token; methods may be called from several threads.

    Raises SlackRefusal and SlackUnclear as they say, and Stopped once `stopping` is set while something is waited for.
    """

    def __init__(self, token: str, api_url: str = SLACK_API, stopping: threading.Event | None = None) -> None:
        """Call the API at `api_url`."""
        self.stopping = stopping or threading.Event()
        self.pace = Pace(self.stopping)
        # What slack_sdk would try again by itself could be done twice.
        self._client = WebClient(token, api_url, timeout=_TIMEOUT, retry_handlers=[], logger=logger)
        self._guard = threading.Lock()
        self._later: dict[str, float] = {}

    def call(
        self,
        method: str,
        arguments: Mapping[str, Any],
        *,
        slot: tuple[str, float] | None = None,
        patient: bool = True,
        form: bool = False,
    ) -> JSON:
        """Call `method` and return its answer; what is None among the arguments is left out.

        `slot` is the name and the gap of the slot that is waited for. Where there were too many calls it is called
        again when Slack says, unless it is not `patient`: then that is a refusal too. `form`: as a form, which is all
        that the methods which read take.
        """
        given = {name: value for name, value in arguments.items() if value is not None}
        while True:
            if patient:
                self.pace.sleep(self._wait(method))
            elif self._wait(method) > 0:
                raise SlackRefusal(method, RATE_LIMITED)
            with self.pace.slot(*slot, wait=patient) if slot is not None else nullcontext(True) as free:
                done = self._done(method, given, form=form) if free else None
            if done is not None:
                return done
            if not patient:
                raise SlackRefusal(method, RATE_LIMITED)

    def respond(self, url: str, body: Mapping[str, Any]) -> None:
        """Answer a command or a button through its `url`, which works for half an hour."""
        while True:
            self.pace.sleep(self._wait(url))
            try:
                response = WebhookClient(url, timeout=_TIMEOUT, retry_handlers=[], logger=logger).send_dict(dict(body))
            except (OSError, HTTPException, ValueError) as error:
                raise SlackUnclear(f"it is not known whether Slack took a response: {error}") from error
            if response.status_code == 429:
                self._put_off(url, response.headers)
            elif response.status_code >= 500:
                raise SlackUnclear(f"it is not known whether Slack took a response: HTTP {response.status_code}")
            elif response.status_code != 200:
                raise SlackRefusal("response_url", response.body[:60] or str(response.status_code))
            else:
                return

    def _done(self, method: str, given: JSON, *, form: bool) -> JSON | None:
        """Call once; None where that is to be done later."""
        params, body = (given, None) if form else (None, given)
        try:
            response = self._client.api_call(method, params=params, json=body)
        except SlackApiError as error:
            self._examine(method, error)
            return None
        except (OSError, HTTPException, SlackClientError, ValueError) as error:
            raise SlackUnclear(f"it is not known whether Slack did {method}: {error}") from error
        return dict(response.data) if isinstance(response.data, dict) else {}

    def _examine(self, method: str, error: SlackApiError) -> None:
        """Return where the call is to be made later, raise what it means elsewhere."""
        status, code = error.response.status_code, str(error.response.get("error"))
        if status == 429 or code in (RATE_LIMITED, "rate_limited"):
            self._put_off(method, error.response.headers)
            return
        if status >= 500 or code in _UNCLEAR:
            raise SlackUnclear(f"it is not known whether Slack did {method}: HTTP {status}, {code[:60]}") from error
        details = (error.response.get("response_metadata") or {}).get("messages") or ()
        raise SlackRefusal(method, code[:60], [str(one) for one in details]) from error

    def _put_off(self, name: str, headers: Mapping[str, Any]) -> None:
        given = {key.lower(): value for key, value in headers.items()}.get("retry-after", "1")
        seconds = float(given) if str(given).replace(".", "", 1).isdigit() else 1.0
        logger.info("Slack takes no more of %s for %s s", name.partition("?")[0][:60], seconds)
        with self._guard:
            self._later[name] = max(self._later.get(name, 0.0), time.monotonic() + seconds)

    def _wait(self, name: str) -> float:
        with self._guard:
            return self._later.get(name, 0.0) - time.monotonic()
