"""The catalog: articles, passages, vectors, the lexical index and the chat in one SQLite file, which is the truth."""

from assistant.catalog.conversations import ConversationStore, StoredAnswer, StoredMessage
from assistant.catalog.lexical import LexicalIndex
from assistant.catalog.requests import Kept, RequestKey
from assistant.catalog.store import Catalog, Embedded, StoredPassage

__all__ = [
    "Catalog",
    "ConversationStore",
    "Embedded",
    "Kept",
    "LexicalIndex",
    "RequestKey",
    "StoredAnswer",
    "StoredMessage",
    "StoredPassage",
]
