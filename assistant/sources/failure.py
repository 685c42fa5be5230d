"""What a reader gives in place of an article that it could not read."""

from pydantic import Field

from assistant.types import Frozen


class SourceFailure(Frozen):
    """A file or record that could not be read and why; `line` counts from 1 where a file holds an article a line."""

    path: str
    reason: str
    line: int | None = Field(default=None, ge=1)
