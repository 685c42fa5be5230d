"""One view of the catalog for several reads, whatever is written meanwhile."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from sqlalchemy import Connection, Engine


class _Views(threading.local):
    """The connections whose transactions this thread reads in, by their engines."""

    def __init__(self) -> None:
        self.connections: dict[Engine, Connection] = {}


_views = _Views()


@contextmanager
def one_view(engine: Engine) -> Iterator[None]:
    """Within the block every read of this thread sees what the first of them sees; one within another is the same."""
    if engine in _views.connections:
        yield
        return
    with engine.connect() as connection:
        _views.connections[engine] = connection
        try:
            yield
        finally:
            del _views.connections[engine]


def reads(engine: Engine) -> AbstractContextManager[Connection]:
    """Return the connection to read with: that of the view that this thread is in, else one of its own."""
    connection = _views.connections.get(engine)
    return nullcontext(connection) if connection is not None else engine.connect()
