"""The catalog: articles, passages, vectors, the lexical index and the chat in one SQLite file, which is the truth."""

from assistant.catalog.clusters import Cluster
from assistant.catalog.conversations import ConversationStore, StoredAnswer, StoredMessage
from assistant.catalog.keys import PRINCIPAL, AccessKey, KeyStore, Principal, principal_of
from assistant.catalog.lexical import LexicalIndex
from assistant.catalog.pages import PageState, PageStore
from assistant.catalog.requests import Kept, RequestKey
from assistant.catalog.slack import SlackAsk, SlackStore, StoredPost
from assistant.catalog.store import Catalog, Embedded, StoredPassage

__all__ = [
    "PRINCIPAL",
    "AccessKey",
    "Catalog",
    "Cluster",
    "ConversationStore",
    "Embedded",
    "Kept",
    "KeyStore",
    "LexicalIndex",
    "PageState",
    "PageStore",
    "Principal",
    "RequestKey",
    "SlackAsk",
    "SlackStore",
    "StoredAnswer",
    "StoredMessage",
    "StoredPassage",
    "StoredPost",
    "principal_of",
]
