"""Logs: one line an event on standard error, JSON where that is no terminal, and one line for each request.

A line about a request names the route's template, never the path or the query, and no question: both may be private.
What looks like a key is blotted out wherever it stands.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from assistant.api.observing import Seen

BLOT = "[secret]"
ACCESS = "assistant.access"
_FIELDS = ("method", "route", "status", "ms", "client")
# Words that stand before a key, and beginnings that only keys have.
_KEYS = re.compile(
    r"(?i)(\b(?:bearer|basic)\s+(?=\S*[0-9=])"
    r"|\b(?:authorization|api[_-]?key|access[_-]?token|password|secret)[\"']?\s*[:=]\s*[\"']?)"
    r"(?!bearer\b|basic\b)[A-Za-z0-9._~+/=-]{8,}"
    r"|\b(?:sk-|xox[a-z]-|xapp-|ghp_|AIza)[A-Za-z0-9_-]{8,}|\bassistant_[A-Za-z0-9_-]{43}"
)
_LEAST_SECRET = 6

logger = logging.getLogger(ACCESS)


def access_line(seen: Seen) -> None:
    """Write the line of a request that has ended."""
    fields = {
        "method": seen.method,
        "route": seen.route,
        "status": seen.status,
        "ms": round(seen.seconds * 1000, 1),
        "client": seen.client,
    }
    logger.info("request", extra=fields)


def configuration(*, secrets: Iterable[str] = (), access: bool = True, terminal: bool | None = None) -> dict[str, Any]:
    """Return what `logging.config.dictConfig` takes.

    `secrets` are blotted out besides. `access` says whether requests get a line; `terminal`, whether lines are for
    reading, by default whether standard error is a terminal.
    """
    readable = sys.stderr.isatty() if terminal is None else terminal
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(allow=_FIELDS),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_nothing,
    ]
    # Tracebacks are plain ones: others show the values of variables.
    rendering: list[Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if readable
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering, Blotter(secrets)],
    }
    own = {"handlers": ["stderr"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        # Everything goes to standard error: standard output belongs to the command that serves.
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stderr"}},
        "loggers": {
            "assistant": {**own, "level": "INFO"},
            ACCESS: {"level": "INFO" if access else "WARNING"},
            "mcp": {**own, "level": "WARNING"},
            "uvicorn": {**own, "level": "INFO"},
            "uvicorn.error": {"level": "WARNING"},
        },
    }


class Blotter:
    """The last processor: blots out of a line what looks like a key, and `secrets`."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Blot out `secrets` too; those of less than six characters would blot out words."""
        whole = [one for one in secrets if len(one) >= _LEAST_SECRET]
        # As messages quote them, and as JSON then writes that.
        quoted = {form(one) for one in whole for form in (str, _shown, _shown_in_ascii)}
        known = sorted({*quoted, *(json.dumps(one, ensure_ascii=False)[1:-1] for one in quoted)}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, _logger: WrappedLogger, _name: str, line: str) -> str:
        """Return the line without them."""
        if self._secrets is not None:
            line = self._secrets.sub(BLOT, line)
        return _KEYS.sub(lambda found: f"{found[1] or ''}{BLOT}", line)


def _shown(text: str) -> str:
    return repr(text)[1:-1]


def _shown_in_ascii(text: str) -> str:
    return ascii(text)[1:-1]


def _without_nothing(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Leave out what is not known."""
    return {name: value for name, value in event.items() if value is not None}
