"""The settings of the web edge, as the server takes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import SecretStr

from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.api.guards import Guards


@contextmanager
def guards(settings: Settings, address: str) -> "Iterator[Guards]":
    """Give what stands before the routes of a server that listens at `address`; spans are sent meanwhile."""
    from assistant.api.guards import Guards
    from assistant.api.hosts import allowed_hosts

    hosts = allowed_hosts(address, settings.url, (settings.host, *settings.allowed_hosts))
    tracing = None
    if settings.otlp_endpoint:
        from assistant.api.tracing import start

        tracing = start(settings.otlp_endpoint)
    try:
        yield Guards(hosts=hosts, url=settings.url, tracing=tracing)
    finally:
        if tracing is not None:
            tracing.close()


def secrets(settings: Settings) -> tuple[str, ...]:
    """Return the settings that no log may show."""
    values = (getattr(settings, name) for name in type(settings).model_fields)
    return tuple(value.get_secret_value() for value in values if isinstance(value, SecretStr))
