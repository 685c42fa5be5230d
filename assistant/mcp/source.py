"""Source: what the tools and resources are read from."""

from concurrent.futures import Future
from threading import Event
from typing import TYPE_CHECKING, Protocol

from assistant.types import Answer, Article, ArticleFacts, Filters, Hit

if TYPE_CHECKING:
    from assistant.chat import Chat


class Source(Protocol):
    """What answers; methods may be called from several threads, and all but `ask` block."""

    def ask(self, question: str, filters: Filters, stop: Event) -> "Future[Answer]":
        """Return at once what will hold the answer; `stop` ends answering, cancelling gives up a turn to come.

        Raises as `Assistant.ask`.
        """
        ...

    def search(self, question: str, filters: Filters, limit: int) -> tuple[Hit, ...]:
        """Return at most `limit` passages, best first; raises as `Assistant.search` does."""
        ...

    def articles(self) -> tuple[ArticleFacts, ...]:
        """Return all articles, latest publication first, undated ones last."""
        ...

    def article(self, article_id: str) -> Article:
        """Return one article with its text. Raises NotFoundError."""
        ...

    def of(self, owner: str | None) -> "Source":
        """Return what the owner of a key is answered from."""
        ...


class Served:
    """A Chat as a source: questions take turns with all others that it answers, and answers are kept."""

    def __init__(self, chat: "Chat") -> None:
        """Ask `chat`, which is left open."""
        self._chat = chat

    def ask(self, question: str, filters: Filters, stop: Event) -> "Future[Answer]":
        """Answer and keep, as `Chat.ask` does."""
        return self._chat.in_turn(self._chat.ask, question, filters, stop=stop)

    def search(self, question: str, filters: Filters, limit: int) -> tuple[Hit, ...]:
        """Search."""
        return self._chat.assistant.search(question, filters, limit)

    def articles(self) -> tuple[ArticleFacts, ...]:
        """List the articles, without the folders of their files."""
        return self._chat.articles()

    def article(self, article_id: str) -> Article:
        """Read an article, without the folder of its file."""
        return self._chat.article(article_id)

    def of(self, owner: str | None) -> "Served":
        """Answer from what is everybody's and what is theirs."""
        return Served(self._chat.of(owner))
