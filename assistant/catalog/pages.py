"""PageStore: what is known of each URL that was read, so that only what has changed is fetched again."""

import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Self

from sqlalchemy import Engine, text

from assistant.catalog.failures import translated
from assistant.catalog.requests import stamp as moment


@dataclass(frozen=True)
class PageState:
    """The version of a URL that was read last: its server's validators, and the `stamp` of the list that names it."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    stamp: str | None = None


class PageStore:
    """The part of the catalog that holds them. Every method raises StorageError where the file fails."""

    def __init__(self, engine: Engine, writing: threading.Lock, owner: str | None = None) -> None:
        """Keep what was read for `owner` behind `engine`; `writing` is held while something is written there."""
        self._engine = engine
        self._writing = writing
        self._owner = owner

    def of(self, owner: str | None) -> Self:
        """Return what was read for `owner`, who is told nothing of what others had read."""
        return type(self)(self._engine, self._writing, owner)

    def get(self, url: str) -> PageState | None:
        """Return what is known of `url`, None where it was not read."""
        with translated(self._engine), self._engine.connect() as connection:
            row = connection.execute(
                text("SELECT url, etag, last_modified, stamp FROM pages WHERE owner = :owner AND url = :url"),
                {"owner": self._owner or "", "url": url},
            ).first()
        return PageState(*row) if row else None

    def put(self, state: PageState) -> None:
        """Keep what was read last."""
        row = asdict(state) | {"checked": moment(datetime.now(UTC)), "owner": self._owner or ""}
        with self._writing, translated(self._engine), self._engine.begin() as connection:
            connection.execute(text("DELETE FROM pages WHERE owner = :owner AND url = :url"), row)
            connection.execute(
                text("INSERT INTO pages VALUES (:owner, :url, :etag, :last_modified, :stamp, :checked)"),
                row,
            )

    def has_articles(self, source: str) -> bool:
        """Whether an article came from `source`, or from a record of it."""
        statement = (
            "SELECT 1 FROM articles WHERE (source = :one OR (source >= :first AND source < :last))"
            " AND +owner IS :owner LIMIT 1"
        )
        values = {"one": source, "first": f"{source}#", "last": f"{source}$", "owner": self._owner}
        with translated(self._engine), self._engine.connect() as connection:
            return connection.execute(text(statement), values).first() is not None
