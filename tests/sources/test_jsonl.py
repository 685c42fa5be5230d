"""Tests of `assistant.sources.jsonl`."""

import json
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import SourceError
from assistant.sources import SourceFailure, read_source
from assistant.sources.jsonl import read
from assistant.types import Article


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes lines, or records as JSON, into a file."""

    def write_lines(*lines: str | bytes | dict[str, Any]) -> Path:
        path = tmp_path / "articles.jsonl"
        parts = [json.dumps(line) if isinstance(line, dict) else line for line in lines]
        path.write_bytes(b"\n".join(part if isinstance(part, bytes) else part.encode() for part in parts))
        return path

    return write_lines


def test_the_text_is_kept_as_given(write: Callable[..., Path]) -> None:
    text = "# Head\r\n\r\ncafe\u0301  and\u00a0 more \n\n- item  \n"
    (article,) = read(write({"id": "A 1", "title": "T", "text": text}), "a.jsonl")
    assert isinstance(article, Article)
    assert article.text == text
    assert (article.id, article.title, article.source) == ("A 1", "T", "a.jsonl#A 1")
    assert [(b.kind, text[b.start : b.end]) for b in article.blocks] == [
        ("heading", "# Head"),
        ("paragraph", "cafe\u0301  and\u00a0 more"),
        ("list_item", "- item"),
    ]


def test_other_fields_are_read_and_unknown_keys_ignored(write: Callable[..., Path]) -> None:
    record = {
        "id": "a",
        "title": "T",
        "text": "x.",
        "url": "https://example.org/",
        "publisher": "P",
        "author": "A",
        "published": "May 30, 2025",
        "updated": "2025-06-01",
        "language": "en",
        "ingested_at": "2025-06-02T10:00:00+00:00",
        "sha256": "wrong",
        "blocks": "wrong",
        "score": 3,
    }
    (article,) = read(write(record), "f")
    assert isinstance(article, Article)
    assert (article.url, article.publisher, article.author) == ("https://example.org/", "P", "A")
    assert (article.published, article.updated, article.language) == (date(2025, 5, 30), date(2025, 6, 1), "en")
    assert article.ingested_at == datetime(2025, 6, 2, 10, tzinfo=UTC)
    assert len(article.sha256) == 64


def test_a_heading_equal_to_the_title_is_the_top(write: Callable[..., Path]) -> None:
    (article,) = read(write({"id": "a", "title": "Prices", "text": "Prices\n\nThey fell.\n\nOutlook\n\nDim."}), "f")
    assert isinstance(article, Article)
    assert [block.level for block in article.blocks if block.kind == "heading"] == [1, 2]


def test_the_id_serves_as_title(write: Callable[..., Path]) -> None:
    (article, untitled) = read(write({"id": "a", "text": "x"}, {"id": "b", "title": "", "text": "x"}), "f")
    assert isinstance(article, Article)
    assert isinstance(untitled, Article)
    assert (article.title, untitled.title) == ("a", "")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ('{"text": "x"}', 'no "id"'),
        ('{"id": " ", "text": "x"}', 'no "id"'),
        ('{"id": "b"}', 'no "text"'),
        ('{"id": "b", "text": " \\n"}', "text is empty"),
        ('{"id": 3, "text": "x"}', '"id" is a number'),
        ('{"id": "b", "text": ["x"]}', '"text" is a list'),
        ('{"id": "b", "text": "x", "url": true}', '"url" is a boolean'),
        ('{"id": "b", "text": "x", "published": "2025-13-45"}', "\"published\" is '2025-13-45'"),
        ('{"id": "b", "text": "x", "published": 2025}', '"published" is a number'),
        ('{"id": "b", "text": "x", "ingested_at": "noon"}', "\"ingested_at\" is 'noon'"),
        ('{"id": "b", "text": "\\ud800x"}', "surrogate"),
        ('{"id": "a", "text": "x"}', "line 1 already"),
        (b'{"id": "b", "text": "\xff"}', "bad UTF-8 at byte 21"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_bad_line_fails_alone(write: Callable[..., Path], line: str | bytes, reason: str) -> None:
    path = write({"id": "a", "text": "first"}, "", line, {"id": "z", "text": "last"})
    first, failure, last = read(path, "f.jsonl")
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert isinstance(failure, SourceFailure)
    assert (failure.path, failure.line) == ("f.jsonl", 3)
    assert reason in failure.reason


def test_a_byte_order_mark_is_passed_over(write: Callable[..., Path]) -> None:
    (article,) = read(write(b'\xef\xbb\xbf{"id": "a", "text": "x"}'), "f")
    assert isinstance(article, Article)


@pytest.mark.parametrize("data", [b"", b"\n\n", '{"id": "a", "text": "x"}'.encode("utf-16")])
def test_a_file_without_records_is_refused(write: Callable[..., Path], data: bytes) -> None:
    with pytest.raises(SourceError):
        list(read(write(data), "f"))


def test_is_read_line_by_line(write: Callable[..., Path]) -> None:
    found = read(write({"id": "a", "text": "x"}, "{"), "f")
    assert isinstance(next(found), Article)


@given(
    st.lists(
        st.sampled_from(["\n", "\n\n", "- a", "A Title", "x y.", " ", "| a | b", "C 1 2", "\r\n", "\u2028", "# H"])
    )
)
def test_blocks_hold_every_character(
    tmp_path_factory: pytest.TempPathFactory, assert_blocks: Callable[[Any], None], parts: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    text = "".join([*parts, "end"])
    path.write_text(json.dumps({"id": "a", "text": text}))
    (article,) = read_source(path)
    assert isinstance(article, Article)
    assert article.text == text
    assert_blocks(article)


def test_long_texts_of_real_corpora_are_read_fast(shared: Path, assert_blocks: Callable[[Any], None]) -> None:
    start = time.perf_counter()
    articles = list(read_source(shared / "eval" / "chunkeval" / "articles.jsonl"))
    seconds = time.perf_counter() - start
    assert len(articles) == 5
    for article in articles:
        assert isinstance(article, Article)
        assert_blocks(article)
    # 0.1 s on an idle core for 1.4 million characters; the rest is room for a busy machine.
    assert seconds < 2
