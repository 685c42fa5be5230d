"""Tests of `assistant.sources.reader` and of what the package exports."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import assistant.sources
from assistant.errors import NotFoundError
from assistant.sources import SUPPORTED_SUFFIXES, SourceFailure, find_sources, read_source
from assistant.sources.reader import slug
from assistant.types import Article


def failure(path: Path) -> SourceFailure:
    (found,) = read_source(path)
    assert isinstance(found, SourceFailure)
    return found


def test_exports() -> None:
    assert assistant.sources.__all__ == ["SUPPORTED_SUFFIXES", "SourceFailure", "find_sources", "read_source"]
    assert SUPPORTED_SUFFIXES == (".docx", ".htm", ".html", ".jsonl", ".markdown", ".md", ".pdf", ".text", ".txt")


def test_an_article_has_a_slug_and_its_path(tmp_path: Path, read_one: Callable[[Path], Article]) -> None:
    path = tmp_path / "R\u00e9sum\u00e9 of 2025_v2.MD"
    path.write_text("words")
    article = read_one(path)
    assert (article.id, article.source, article.title) == (
        "resume-of-2025-v2",
        str(path),
        "R\u00e9sum\u00e9 of 2025_v2",
    )


def test_a_given_id_goes_before_the_slug(tmp_path: Path, read_one: Callable[[Path], Article]) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\nid: Given\n---\nwords")
    assert read_one(path).id == "Given"


def test_the_source_may_be_relative_to_a_root(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "a.txt"
    path.parent.mkdir()
    path.write_text("words")
    (inside,) = read_source(path, root=tmp_path)
    (outside,) = read_source(path, root=tmp_path / "other")
    assert isinstance(inside, Article)
    assert isinstance(outside, Article)
    assert (inside.source, outside.source) == ("sub/a.txt", str(path))


def test_slugs() -> None:
    assert slug("A  b--C!") == "a-b-c"
    assert slug("\u7a00\u571f").startswith("article-")
    assert slug("\u7a00\u571f") != slug("\u571f\u7a00")


def test_failures_say_why_and_do_not_raise(tmp_path: Path) -> None:
    unknown = tmp_path / "a.xyz"
    unknown.write_text("x")
    assert all(suffix in failure(unknown).reason for suffix in SUPPORTED_SUFFIXES)
    empty = tmp_path / "a.md"
    empty.write_bytes(b"")
    assert failure(empty) == SourceFailure(path=str(empty), reason="the file is empty")
    assert "can't be read" in failure(tmp_path / "missing.md").reason
    assert "folder" in failure(tmp_path).reason
    bad = tmp_path / "b.md"
    bad.write_text("---\npublished: 2025-13-45\n---\nx")
    assert "2025-13-45" in failure(bad).reason


def test_jsonl_yields_many(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "a", "text": "x"}\n{\n')
    article, wrong = read_source(path, root=tmp_path)
    assert isinstance(article, Article)
    assert article.source == "a.jsonl#a"
    assert isinstance(wrong, SourceFailure)
    assert (wrong.path, wrong.line) == ("a.jsonl", 2)


def test_folders_are_walked_in_order_and_each_file_found_once(tmp_path: Path) -> None:
    for name in ("b.md", "a.TXT", "z/c.html", "z/.hidden.md", ".git/d.md", "e.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    found = find_sources([tmp_path / "b.md", tmp_path, tmp_path / "e.png"])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["b.md", "a.TXT", "z/c.html", "e.png"]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"nowhere\.md does not exist"):
        find_sources([tmp_path / "nowhere.md"])
    (tmp_path / "a.png").write_text("x")
    with pytest.raises(NotFoundError, match=r"\.docx, .*\.txt"):
        find_sources([tmp_path])


def test_libraries_are_imported_only_when_needed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("words")
    program = (
        "import sys; from pathlib import Path; from assistant.sources import read_source; "
        f"list(read_source(Path({str(path)!r}))); "
        "print(*sorted({'trafilatura', 'pypdf', 'docx', 'markdown_it', 'yaml', 'lxml'} & set(sys.modules)))"
    )
    root = str(Path(assistant.sources.__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
