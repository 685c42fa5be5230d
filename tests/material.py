"""Articles, passages and hits made by hand or at random, and the vectors that go with them."""

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from assistant.catalog import Embedded
from assistant.chunking import Chunker, embedded_text
from assistant.ingestion import sentence_texts
from assistant.models.embedding import Embedder
from assistant.sources.document import Piece, compose
from assistant.types import Article, Block, BlockKind, Hit, Passage

HEADING, PARAGRAPH, ITEM, ROW = "heading", "paragraph", "list_item", "table_row"


def piece(kind: BlockKind, text: str, level: int = 0, columns: Sequence[str] = ()) -> Piece:
    """A block; headings and list items are of level 1 where nothing else is said."""
    return Piece(kind, text, level or int(kind in (HEADING, ITEM)), tuple(columns))


def make_article(*pieces: Piece | str, id: str = "a", title: str = "Title", **facts: Any) -> Article:
    """An article of these blocks; a string is a paragraph."""
    text, blocks = compose(one if isinstance(one, Piece) else piece("paragraph", one) for one in pieces)
    return Article(id=id, title=title, text=text, blocks=blocks, **facts)


def chunk(article: Article, embedder: Embedder, **sizes: int) -> tuple[Passage, ...]:
    return Chunker(embedder.count_tokens, **sizes).chunk(article)


def embed(article: Article, embedder: Embedder, **sizes: int) -> list[Embedded]:
    """The passages of `article` with their vectors, as the catalog takes them."""
    out = []
    for passage in chunk(article, embedder, **sizes):
        vector = embedder.embed_passages([embedded_text(passage, embedder.count_tokens)])[0]
        out.append(Embedded(passage, vector, embedder.embed_passages(sentence_texts(passage))))
    return out


def make_hits(article: Article, embedder: Embedder, score: float = 1.0, **sizes: int) -> list[Hit]:
    """The passages of `article` as hits, in their order."""
    return [
        Hit(
            **passage.model_dump(),
            score=score - 0.01 * passage.ordinal,
            sha256=article.sha256,
            title=article.title,
            publisher=article.publisher,
            published=article.published,
            url=article.url,
        )
        for passage in chunk(article, embedder, **sizes)
    ]


def write_markdown(path: Path, body: str, **facts: str | date) -> Path:
    """A markdown file with `facts` as its front matter."""
    head = "".join(f"{key}: {json.dumps(str(value))}\n" for key, value in facts.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\n{head}---\n\n{body}\n", "utf-8")
    return path


def run_python(code: str, *args: str, timeout: float = 120) -> "subprocess.CompletedProcess[str]":
    """Run `code` in a fresh process and return what it said; warnings are errors there too."""
    command = [sys.executable, "-W", "error::ResourceWarning", "-c", code, *args]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)


_LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"))
_PLAIN = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9)
_WORDS = st.one_of(
    _PLAIN,
    _PLAIN,
    st.text(_LETTERS, min_size=1, max_size=8),
    st.sampled_from(
        ["U.S.", "No.", "3.5", "“so”", "(iv)", "water,", "ore;", "end.", "Why?", "is:", "e\u0301", "稀土。"]
    ),
)
_GAPS = st.sampled_from([" ", " ", " ", " ", "\n", "\u00a0", "  "])


@st.composite
def _run_of_words(draw: st.DrawFn, most: int) -> str:
    count = draw(st.integers(1, most))
    some = draw(st.lists(_WORDS, min_size=1, max_size=min(count, 12)))
    gaps = draw(st.lists(_GAPS, min_size=1, max_size=5))
    # A long text repeats a few drawn words: what matters is its length and its marks.
    text = "".join(some[i % len(some)] + gaps[i % len(gaps)] for i in range(count))
    return text.strip()


_LONG_WORD = st.builds(lambda c, n: c * n, st.sampled_from("ax稀-é"), st.integers(200, 2500))
_BODIES = st.one_of(
    _run_of_words(30),
    _run_of_words(30),
    _run_of_words(900),
    st.builds(lambda a, b: f"{a} {b}", _LONG_WORD, _run_of_words(20)),
)
_SHORT = _run_of_words(8).filter(lambda text: len(text) <= 60)
TITLES = st.one_of(st.just("Rivers"), _SHORT)


@st.composite
def pieces(draw: st.DrawFn) -> Piece:
    kind: BlockKind = draw(st.sampled_from(["heading", "heading", "paragraph", "paragraph", "list_item", "table_row"]))
    if kind == "heading":
        return Piece(kind, draw(TITLES), level=draw(st.integers(1, 6)))
    if kind == "list_item":
        return Piece(kind, draw(_BODIES), level=draw(st.integers(1, 3)))
    if kind == "table_row":
        return Piece(kind, draw(_BODIES), columns=tuple(draw(st.lists(_PLAIN, max_size=3))))
    return Piece(kind, draw(_BODIES))


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """An article of random blocks, white space of any kind between them; sometimes one without blocks."""
    some = draw(st.lists(pieces(), max_size=12))
    text = draw(st.sampled_from(["", "\n"]))
    blocks = []
    for one in some:
        if not one.text:
            continue
        start = len(text)
        text += one.text
        blocks.append(Block(kind=one.kind, start=start, end=len(text), level=one.level, columns=one.columns))
        text += draw(st.sampled_from(["\n\n", "\n", " \r\n\t", "\u2028", " "]))
    if draw(st.integers(0, 9)) == 0:
        blocks = []
    return Article(id="a", title=draw(TITLES), text=text, blocks=tuple(blocks))
