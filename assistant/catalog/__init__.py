"""The catalog: articles, passages, vectors and the lexical index in one SQLite file, which is the truth."""

from assistant.catalog.lexical import LexicalIndex
from assistant.catalog.store import Catalog, Embedded, StoredPassage

__all__ = ["Catalog", "Embedded", "LexicalIndex", "StoredPassage"]
