"""Lexical search: BM25 over passages and their headings, by SQLite's FTS5, and the terms it works on."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import snowballstemmer
from sqlalchemy import Engine, bindparam, text

from assistant.catalog.failures import translated
from assistant.catalog.filters import filter_sql
from assistant.types import Filters

# The words that carry a question's form rather than its matter; the list is closed-class English.
FUNCTION_WORDS = frozenset(
    "a an the of in on at to for from by with and or nor but is are was were be been being am do does did done have "
    "has had having what which who whom whose when where why how that this these those it its as can could should "
    "would will shall may might must if than then there here their theirs them they he him his she her hers i me my "
    "mine you your yours we us our ours not no so such about into over under between out up down off any some each "
    "s t d ll re ve many much please tell give say says said according".split()
)
_MONTHS = "January February March April May June July August September October November December".split()
_WORD = re.compile(r"[^\W_]+")
_STEMMER = snowballstemmer.stemmer("porter")


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the Porter stem (1980) of a lower-case word, as FTS5's porter tokenizer makes it: short words stay."""
    return str(_STEMMER.stemWord(word)) if len(word) > 2 else word


def words(text: str) -> list[str]:
    """Return the lower-case words of `text` without diacritics, in order, as FTS5's unicode61 tokenizer parts them."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return _WORD.findall(plain)


def stems(text: str) -> list[str]:
    """Return the stems of all words of `text`, in order."""
    return [stem(word) for word in words(text)]


def content_words(text: str) -> list[str]:
    """Return the distinct words of a question that carry its matter; all its words when none does."""
    found = list(dict.fromkeys(words(text)))
    return [word for word in found if word not in FUNCTION_WORDS] or found


def heading_text(path: Sequence[str], publisher: str | None, published: date | None) -> str:
    """Return what is searched of a passage besides its text: headings, publisher, and the date in words.

    The date stands as a question would name it: "January 2026".
    """
    when = f"{_MONTHS[published.month - 1]} {published.year}" if published else ""
    return " ".join(part for part in (*path, publisher, when) if part)


class LexicalIndex:
    """BM25 (Robertson et al. 1994, k1 1.2, b 0.75) over the catalog's passages; higher is better, 0 is no match."""

    def __init__(self, engine: Engine) -> None:
        """Search the catalog behind `engine`. Every method raises StorageError when it cannot be read."""
        self._engine = engine

    def search(self, question: str, filters: Filters, limit: int) -> list[tuple[str, float]]:
        """Return (passage id, score), best first, of the passages that hold any content word of `question`."""
        match = _match(question)
        where, values = filter_sql(filters)
        statement = (
            "SELECT p.id, -bm25(passages_fts) AS score FROM passages_fts JOIN passages p ON p.key = passages_fts.rowid"
            f" JOIN articles a ON a.id = p.article_id WHERE passages_fts MATCH :match{where}"
            " ORDER BY score DESC, p.key LIMIT :limit"
        )
        with translated(self._engine), self._engine.connect() as connection:
            rows = connection.execute(text(statement), {"match": match, "limit": limit, **values})
            return [(row.id, float(row.score)) for row in rows]

    def scores(self, question: str, passage_ids: Sequence[str]) -> dict[str, float]:
        """Return the score of each named passage that holds a content word of `question`."""
        statement = text(
            "SELECT p.id, -bm25(passages_fts) AS score FROM passages_fts JOIN passages p ON p.key = passages_fts.rowid"
            " WHERE passages_fts MATCH :match AND p.id IN :ids"
        ).bindparams(bindparam("ids", expanding=True))
        with translated(self._engine), self._engine.connect() as connection:
            rows = connection.execute(statement, {"match": _match(question), "ids": list(passage_ids)})
            return {row.id: float(row.score) for row in rows}

    def document_frequency(self, terms: Sequence[str]) -> Mapping[str, int]:
        """Return in how many passages each stem occurs; 0 for one that no passage holds."""
        statement = text("SELECT term, doc FROM passages_vocab WHERE term IN :terms")
        with translated(self._engine), self._engine.connect() as connection:
            rows = connection.execute(
                statement.bindparams(bindparam("terms", expanding=True)), {"terms": list(terms) or [""]}
            )
            found = {row.term: int(row.doc) for row in rows}
        return {term: found.get(term, 0) for term in terms}


def _match(question: str) -> str:
    """Return an FTS5 query; every word is quoted, so that no character of a question is read as syntax."""
    return " OR ".join(f'"{word}"' for word in content_words(question)) or '""'
