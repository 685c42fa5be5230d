"""Numbered articles in numbered versions, and whether a data folder holds them whole, for what befalls data folders."""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from assistant.chunking import Chunker
from assistant.factory import build_assistant
from assistant.models.embedding import Vectors
from assistant.models.fake import HashingEmbedder
from assistant.pipeline import Assistant
from assistant.settings import Settings, load_settings
from assistant.sources import SourceFailure, read_source

_SECTIONS = 12
_VERSION = re.compile(r"article (\d+) in version (\d+)\b")


class CountingEmbedder(HashingEmbedder):
    """An embedder without weights that counts the passages and sentences that it embeds."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded = 0

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows, shape (len(texts), dimension)."""
        self.embedded += len(texts)
        return super().embed_passages(texts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows, shape (len(texts), dimension)."""
        return super().embed_passages(texts)


def settings_of(home: Path) -> Settings:
    """Return settings of a folder that answers whatever it is asked."""
    return load_settings(home=home, corpus="", reader="none", threshold=0.0)


def open_folder(home: Path, embedder: HashingEmbedder | None = None, **options: object) -> Assistant:
    """Return the assistant of a folder, with an embedder that needs no weights."""
    return build_assistant(settings_of(home), embedder=embedder or HashingEmbedder(), fill=False, **options)  # type: ignore[arg-type]


def name_of(number: int) -> str:
    return f"article-{number}"


def body_of(number: int, version: int, sections: int = _SECTIONS) -> str:
    """Return a text of which every sentence names the article and its version."""
    parts = [f"# Report {number}"]
    for section in range(sections):
        parts.append(f"## Part {section}")
        parts.append(
            " ".join(
                f"Sentence {i} of part {section} of article {number} in version {version} names the ore"
                f" o{number}v{version}s{section}i{i}."
                for i in range(5)
            )
        )
    return "\n\n".join(parts) + "\n"


def write_article(folder: Path, number: int, version: int, sections: int = _SECTIONS) -> Path:
    """Write an article's file, whole or not at all."""
    path = folder / f"{name_of(number)}.md"
    scratch = path.with_suffix(".new")
    scratch.write_text(body_of(number, version, sections), "utf-8")
    scratch.replace(path)
    return path


def versions_in(text: str) -> set[tuple[int, int]]:
    """Return the (number, version) pairs that a text names."""
    return {(int(number), int(version)) for number, version in _VERSION.findall(text)}


def held(assistant: Assistant) -> tuple[dict[int, int], list[str]]:
    """Return the version of each article that is held, and what of any of them is not whole."""
    found: dict[int, int] = {}
    wrong: list[str] = []
    chunker = Chunker(HashingEmbedder().count_tokens)
    stored = assistant._catalog.whole
    for facts in assistant.articles():
        article = assistant.article(facts.id)
        named = versions_in(article.text)
        if len(named) != 1:
            wrong.append(f"{facts.id} names {sorted(named)}")
            continue
        number, version = named.pop()
        found[number] = version
        whole = _reread(number, version, assistant)
        if article.text != whole:
            wrong.append(f"{facts.id} is not version {version} as it was written")
        if stored.passage_ids(facts.id) != {passage.id for passage in chunker.chunk(article)}:
            wrong.append(f"{facts.id} has not the passages of version {version}")
    return found, wrong


_texts: dict[tuple[int, int], str] = {}


def remember(path: Path, number: int, version: int) -> str:
    """Return the text that the reader makes of an article's file, and keep it for `held`."""
    (one,) = read_source(path)
    assert not isinstance(one, SourceFailure)
    _texts[number, version] = one.text
    return one.text


def _reread(number: int, version: int, assistant: Assistant) -> str:
    """Return the text of an article that the reader makes of its file."""
    if (number, version) in _texts:
        return _texts[number, version]
    path = Path(str(assistant.article(name_of(number)).source)).parent / "reread" / f"{name_of(number)}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(body_of(number, version), "utf-8")
    return remember(path, number, version)


def out_of_step(assistant: Assistant, home: Path) -> list[str]:
    """Return where passages, lexical rows, vectors and index ids are not the same, and what SQLite finds wrong."""
    wrong: list[str] = []
    with closing(sqlite3.connect(home / "catalog.sqlite")) as connection:
        if (said := connection.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
            wrong.append(f"SQLite: {said}")
        rows = connection.execute("SELECT key, id, vector FROM passages").fetchall()
        lexical = {key for (key,) in connection.execute("SELECT id FROM passages_fts_docsize")}
        try:
            connection.execute("INSERT INTO passages_fts(passages_fts, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            wrong.append(f"lexical index: {error}")
        connection.rollback()
    if lexical != {key for key, _, _ in rows}:
        wrong.append(f"{len(rows)} passages, {len(lexical)} lexical rows")
    bad = [one for _, one, vector in rows if not np.isclose(np.linalg.norm(np.frombuffer(vector, np.float32)), 1.0)]
    if bad:
        wrong.append(f"{len(bad)} passages without a unit vector")
    try:
        index = assistant._ingestion._index
        assert index is not None
        ids = index.ids()
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what this looks for
        return [*wrong, f"index: {error}"]
    if ids != {one for _, one, _ in rows}:
        wrong.append(f"{len(rows)} passages, {len(ids)} index ids")
    return wrong


def differing(wanted: Mapping[int, int], pending: Mapping[int, int | None], found: Mapping[int, int]) -> list[str]:
    """Return what is not as it was acknowledged; an article of `pending` may also be in the version given there.

    None stands for an article that is gone.
    """
    wrong = []
    for number in sorted({*wanted, *pending, *found}):
        allowed = {wanted.get(number)} | ({pending[number]} if number in pending else set())
        if found.get(number) not in allowed:
            wrong.append(f"article {number} is in version {found.get(number)}, not {allowed}")
    return wrong
