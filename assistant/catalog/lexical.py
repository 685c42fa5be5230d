"""Lexical search: BM25 over passages and their headings, by SQLite's FTS5, and the terms it works on."""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import snowballstemmer
from sqlalchemy import Connection, Engine, bindparam, text

from assistant.catalog.failures import translated
from assistant.catalog.filters import filter_sql
from assistant.catalog.owners import WHOLE, Viewer, visible_sql
from assistant.catalog.reading import reads
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
# A name with a number, "HARBOR-3" or "F-35B": its parts are found in places that have nothing to do with it.
_COMPOUND = re.compile(r"(?<![\w‐‑-])(?=[\w‐‑-]*[^\W\d_])(?=[\w‐‑-]*\d)[^\W_]+(?:[‐‑-][^\W_]+)+(?![\w‐‑-])")
_STEMMER = snowballstemmer.stemmer("porter")
_MATCHING = (
    "FROM passages_fts JOIN passages p ON p.key = passages_fts.rowid JOIN articles a ON a.id = p.article_id"
    " WHERE passages_fts MATCH :match"
)


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


def content_stems(text: str) -> list[str]:
    """Return the stems of the words of `text` that carry its matter, in order, each as often as it stands there."""
    return [stem(word) for word in words(text) if word not in FUNCTION_WORDS]


def compounds(text: str) -> list[str]:
    """Return the distinct names of `text` that join letters and numbers with hyphens, as words with spaces between."""
    return list(dict.fromkeys(" ".join(words(match.group())) for match in _COMPOUND.finditer(text)))


def heading_text(path: Sequence[str], publisher: str | None, published: date | None) -> str:
    """Return what is searched of a passage besides its text: headings, publisher, and the date in words.

    The date stands as a question would name it: "January 2026".
    """
    when = f"{_MONTHS[published.month - 1]} {published.year}" if published else ""
    return " ".join(part for part in (*path, publisher, when) if part)


class LexicalIndex:
    """BM25 (Robertson et al. 1994, k1 1.2, b 0.75) over the catalog's passages; higher is better, 0 is no match.

    What a viewer does not see counts for nothing: the rarity of a word is that among the passages seen, so that no
    score tells which words stand in the others. Only the mean length of a passage is that of all.
    """

    def __init__(self, engine: Engine, viewer: Viewer = None) -> None:
        """Search what `viewer` sees behind `engine`. Every method raises StorageError when it cannot be read."""
        self._engine = engine
        self._viewer = viewer
        self._seen, self._whose = visible_sql(viewer)

    def search(self, question: str, filters: Filters, limit: int) -> list[tuple[str, float]]:
        """Return (passage id, score), best first, of the passages that hold any content word of `question`."""
        where, values = filter_sql(filters, self._viewer)
        with translated(self._engine), reads(self._engine) as connection:
            if self._hides(connection):
                scored = self._scored_apart(connection, question, where, values)
                return sorted(scored.items(), key=lambda one: (-one[1], one[0]))[:limit]
            statement = f"SELECT p.id, -bm25(passages_fts) AS score {_MATCHING}{where} ORDER BY score DESC, p.key"
            rows = connection.execute(
                text(f"{statement} LIMIT :limit"), {"match": _match(question), "limit": limit, **values}
            )
            return [(row.id, float(row.score)) for row in rows]

    def scores(self, question: str, passage_ids: Sequence[str]) -> dict[str, float]:
        """Return the score of each named passage that is seen and holds a content word of `question`."""
        named = " AND p.id IN :ids"
        values = {"ids": list(passage_ids), **self._whose}
        with translated(self._engine), reads(self._engine) as connection:
            if self._hides(connection):
                return self._scored_apart(connection, question, self._seen + named, values)
            statement = text(f"SELECT p.id, -bm25(passages_fts) AS score {_MATCHING}{self._seen}{named}")
            rows = connection.execute(
                statement.bindparams(bindparam("ids", expanding=True)), {"match": _match(question), **values}
            )
            return {row.id: float(row.score) for row in rows}

    def document_frequency(self, terms: Sequence[str]) -> Mapping[str, int]:
        """Return in how many of the passages seen each stem occurs; 0 for one that none of them holds."""
        with translated(self._engine), reads(self._engine) as connection:
            seen = self._frequencies(connection, terms) if self._hides(connection) else _all(connection, terms)
        return {term: seen.get(term, 0) for term in terms}

    def _hides(self, connection: Connection) -> bool:
        """Whether there are articles that the viewer does not see."""
        if self._viewer is WHOLE:
            return False
        statement = "SELECT EXISTS (SELECT 1 FROM articles WHERE owner IS NOT NULL AND owner IS NOT :viewer)"
        return bool(connection.execute(text(statement), {"viewer": self._viewer}).scalar())

    def _frequencies(self, connection: Connection, terms: Sequence[str]) -> dict[str, int]:
        statement = text(
            "SELECT t.term, count(DISTINCT t.doc) AS held FROM passages_terms t JOIN passages p ON p.key = t.doc"
            f" JOIN articles a ON a.id = p.article_id WHERE t.term IN :terms{self._seen} GROUP BY t.term"
        ).bindparams(bindparam("terms", expanding=True))
        rows = connection.execute(statement, {"terms": list(terms) or [""], **self._whose})
        return {row.term: int(row.held) for row in rows}

    def _scored_apart(
        self, connection: Connection, question: str, where: str, values: Mapping[str, object]
    ) -> dict[str, float]:
        """Return the scores of the passages that pass `where`, each word weighed by how rare it is among those seen."""
        count = "SELECT count(*) FROM passages p JOIN articles a ON a.id = p.article_id WHERE 1"
        total = int(connection.execute(text("SELECT count(*) FROM passages")).scalar() or 0)
        seen = int(connection.execute(text(count + self._seen), self._whose).scalar() or 0)
        statement = text(f"SELECT p.id, -bm25(passages_fts) AS score {_MATCHING}{where}")
        if "ids" in values:
            statement = statement.bindparams(bindparam("ids", expanding=True))
        scores: dict[str, float] = {}
        for term, (here, everywhere) in self._held(connection, question).items():
            if not here:
                continue
            weight = _rarity(seen, here) / _rarity(total, everywhere)
            for row in connection.execute(statement, {"match": f'"{term}"', **values}):
                scores[row.id] = scores.get(row.id, 0.0) + weight * float(row.score)
        return scores

    def _held(self, connection: Connection, question: str) -> dict[str, tuple[int, int]]:
        """Return for each term that is looked for how many passages hold it, of those seen and of all."""
        stems_of = {word: stem(word) for word in content_words(question)}
        everywhere = _all(connection, list(stems_of.values()))
        here = self._frequencies(connection, list(stems_of.values()))
        held = {word: (here.get(term, 0), everywhere.get(term, 0)) for word, term in stems_of.items()}
        for compound in compounds(question):
            match = {"match": f'"{compound}"'}
            seen = connection.execute(text(f"SELECT count(*) {_MATCHING}{self._seen}"), {**match, **self._whose})
            whole = connection.execute(text(f"SELECT count(*) {_MATCHING}"), match)
            held[compound] = int(seen.scalar() or 0), int(whole.scalar() or 0)
        return held


def _all(connection: Connection, terms: Sequence[str]) -> dict[str, int]:
    statement = text("SELECT term, doc FROM passages_vocab WHERE term IN :terms")
    rows = connection.execute(statement.bindparams(bindparam("terms", expanding=True)), {"terms": list(terms) or [""]})
    return {row.term: int(row.doc) for row in rows}


def _rarity(passages: int, holding: int) -> float:
    """Return the inverse document frequency as FTS5 reckons it: never below a millionth."""
    return max(math.log((passages - holding + 0.5) / (holding + 0.5)), 1e-6)


def _match(question: str) -> str:
    """Return an FTS5 query; every word is quoted, so that no character of a question is read as syntax.

    What a question joins to one name is looked for as a phrase besides, which counts as one more, rarer word.
    """
    return " OR ".join(f'"{term}"' for term in (*content_words(question), *compounds(question))) or '""'
