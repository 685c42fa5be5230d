"""SQLAlchemy's exceptions, translated once for the whole catalog."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import StorageError


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
