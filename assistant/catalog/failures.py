"""SQLAlchemy's exceptions, translated once for the whole catalog."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import StorageError

# The option of a connection whose transactions write.
WRITES = "writes"


@contextmanager
def begun(engine: Engine) -> Iterator[Connection]:
    """Give a transaction that writes, committed at the end; it begins once no other process writes.

    Raises StorageError as `translated` does.
    """
    with translated(engine), engine.execution_options(**{WRITES: True}).begin() as connection:
        yield connection


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Raise StorageError, naming the file behind `engine` and the reason, for any failure of the database."""
    try:
        yield
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StorageError(
            f"the catalog {engine.url.database} failed: {reason}; check the folder and its free space"
        ) from error
