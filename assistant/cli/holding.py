"""What holds the articles for the commands: the assistant in this process, or the server that owns its data folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from assistant.cli.session import Session
from assistant.errors import UserError
from assistant.proof import read_proof
from assistant.types import Article, ArticleFacts

if TYPE_CHECKING:
    from assistant.cli.remote import Remote


class Holder(Protocol):
    """Lists, gives and removes articles; raises as `Assistant` does."""

    def articles(self) -> tuple[ArticleFacts, ...]:
        """Return all articles, latest publication first."""
        ...

    def article(self, article_id: str) -> Article:
        """Return one article with its text."""
        ...

    def published_by(self, publisher: str) -> tuple[str, ...]:
        """Return the ids of a publisher's articles, in any case."""
        ...

    def remove(self, article_id: str) -> ArticleFacts:
        """Remove an article."""
        ...

    def remove_publisher(self, publisher: str) -> tuple[ArticleFacts, ...]:
        """Remove a publisher's articles."""
        ...


@contextmanager
def holding(session: Session, *, fill: bool = True) -> Iterator[Holder]:
    """Give what holds the articles of the session's data folder.

    `fill`: whether an empty folder is filled first. Raises as `build_assistant` does.
    """
    address = session.server()
    if address is None:
        with session.assistant(fill=fill, brief=fill) as assistant:
            yield assistant
        return
    from assistant.cli.remote import Remote

    with Remote(address, proof=read_proof(session.settings().home)) as remote:
        yield _There(remote)


class _There:
    """Of a publisher the server removes what it lists: not what the owners of keys have sent in for themselves."""

    def __init__(self, remote: "Remote") -> None:
        self._remote = remote

    def articles(self) -> tuple[ArticleFacts, ...]:
        return self._remote.articles()

    def article(self, article_id: str) -> Article:
        return self._remote.article(article_id)

    def published_by(self, publisher: str) -> tuple[str, ...]:
        return tuple(sorted(one.id for one in _of(self.articles(), publisher)))

    def remove(self, article_id: str) -> ArticleFacts:
        facts = next((one for one in self.articles() if one.id == article_id), None)
        self._remote.remove(article_id)
        return facts or ArticleFacts(id=article_id, title=article_id)

    def remove_publisher(self, publisher: str) -> tuple[ArticleFacts, ...]:
        known = self.articles()
        found = _of(known, publisher)
        if not found:
            from assistant.catalog.filters import unknown_publisher

            raise unknown_publisher(publisher, (one.publisher for one in known if one.publisher))
        return tuple(one for one in found if self._removed(one.id))

    def _removed(self, article_id: str) -> bool:
        """Remove an article; return whether it was still there: somebody may have removed it meanwhile."""
        try:
            self._remote.remove(article_id)
        except UserError:
            return False
        return True


def _of(articles: tuple[ArticleFacts, ...], publisher: str) -> list[ArticleFacts]:
    wanted = publisher.casefold()
    return [one for one in articles if one.publisher and one.publisher.casefold() == wanted]
