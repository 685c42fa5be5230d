"""Tests of `assistant.index.kept` and of the mark that it leaves."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.catalog import Catalog
from assistant.errors import IndexFailure
from assistant.index import ChromaIndex, KeptIndex, kept
from assistant.index.mark import Mark, digests, mark_of, take_mark
from assistant.models.embedding import Vectors
from assistant.models.fake import HashingEmbedder
from tests.material import embed, make_article

EMBEDDER = HashingEmbedder()
METALS = ("tin", "lead", "zinc", "iron")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "catalog.sqlite")
    for name in METALS:
        put(opened, name)
    yield opened
    opened.close()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def start(catalog: Catalog, tmp_path: Path, said: list[str]) -> Iterator[Callable[..., KeptIndex]]:
    """Opens the index as a new process would; it is closed at the end."""
    opened: list[KeptIndex] = []

    def make(**options: int) -> KeptIndex:
        opened.append(KeptIndex(tmp_path / "index", EMBEDDER.identity, catalog, said.append, **options))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def put(catalog: Catalog, name: str, text: str = "{} melts in the oven.") -> None:
    article = make_article(text.format(name), id=name)
    catalog.put(article, "h", embed(article, EMBEDDER))


def filled(count: int) -> list[str]:
    return [f"Index brought into step with the catalog: {count} passages."]


def nearest(index: KeptIndex, question: str) -> str:
    return index.query(EMBEDDER.embed_questions([question])[0], 1)[0][0].split(":")[0]


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.02)


def damaged(file: Path, how: str) -> None:
    data = file.read_bytes()
    changed = {
        "removed": None,
        "emptied": b"",
        "truncated": data[: len(data) // 2],
        "zeroed": bytes(len(data)),
        "one bit": data[:-1] + bytes([data[-1] ^ 1]) if data else b"x",
    }[how]
    if changed is None:
        file.unlink()
    else:
        file.write_bytes(changed)


def test_it_is_filled_and_left_with_a_mark(start: Callable[..., KeptIndex], catalog: Catalog, said: list[str]) -> None:
    index = start()
    assert (said, index.fault) == (filled(4), "")
    assert index.ids() == catalog.passage_ids()
    assert nearest(index, "zinc melts in the oven") == "zinc"
    index.close()
    again = start()
    assert said == filled(4)
    assert again.ids() == catalog.passage_ids()


def test_it_follows_what_is_written(start: Callable[..., KeptIndex], catalog: Catalog) -> None:
    index = start()
    former = catalog.passage_ids("tin")
    put(catalog, "copper")
    (new,) = catalog.passage_ids("copper")
    index.upsert([new], ["copper"], EMBEDDER.embed_passages(["copper"]))
    catalog.remove("tin")
    index.delete(sorted(former))
    assert index.ids() == catalog.passage_ids()


def test_what_was_written_without_it_is_made_up_for(
    start: Callable[..., KeptIndex], catalog: Catalog, said: list[str]
) -> None:
    start().close()
    put(catalog, "copper")
    catalog.remove("tin")
    said.clear()
    index = start()
    assert said == filled(2)
    assert index.ids() == catalog.passage_ids()


def test_without_a_mark_it_is_filled_from_nothing(
    start: Callable[..., KeptIndex], catalog: Catalog, tmp_path: Path, said: list[str]
) -> None:
    start().close()
    (tmp_path / "index" / "clean").unlink()
    (tmp_path / "index" / "stray").write_text("x", "ascii")
    said.clear()
    index = start()
    assert said == filled(4)
    assert index.ids() == catalog.passage_ids()
    assert not (tmp_path / "index" / "stray").exists()


def test_an_open_index_has_no_mark(start: Callable[..., KeptIndex], tmp_path: Path) -> None:
    index = start()
    assert not (tmp_path / "index" / "clean").exists()
    index.close()
    assert (tmp_path / "index" / "clean").exists()
    start()
    assert not (tmp_path / "index" / "clean").exists()


@pytest.mark.parametrize("how", ["removed", "emptied", "truncated", "zeroed", "one bit"])
def test_damage_to_any_file_is_noticed_and_mended(
    start: Callable[..., KeptIndex], catalog: Catalog, tmp_path: Path, said: list[str], how: str
) -> None:
    folder = tmp_path / "index"
    start().close()
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert {"clean", "chroma.sqlite3"} <= {path.name for path in files}
    for name in [path.relative_to(folder) for path in files]:
        if not (folder / name).exists():  # the folder of a collection has another name each time
            continue
        damaged(folder / name, how)
        said.clear()
        index = start()
        assert said == filled(4)
        assert index.ids() == catalog.passage_ids()
        assert nearest(index, "iron melts in the oven") == "iron"
        index.close()


def test_files_of_another_model_are_not_used(start: Callable[..., KeptIndex], catalog: Catalog, tmp_path: Path) -> None:
    start().close()
    folder = tmp_path / "index"
    other = EMBEDDER.identity.model_copy(update={"name": "other"})
    mark_of(folder, other, catalog).write(folder)
    index = start()
    assert index.ids() == catalog.passage_ids()
    assert nearest(index, "tin melts in the oven") == "tin"


@pytest.mark.parametrize("at_once", [99, 0])
def test_one_that_fails_to_open_once_is_filled_again(
    start: Callable[..., KeptIndex],
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
    said: list[str],
    at_once: int,
) -> None:
    start().close()
    said.clear()
    failures = [IndexFailure("the index in nowhere failed (too many open files)")]
    real = ChromaIndex._open

    def opened(self: ChromaIndex) -> object:
        if failures:
            raise failures.pop()
        return real(self)

    monkeypatch.setattr(ChromaIndex, "_open", opened)
    index = start(at_once=at_once)
    until(lambda: not index.fault)
    assert index.ids() == catalog.passage_ids()
    assert "too many open files" in said[0]
    assert said[-1:] == filled(4)
    index.close()
    assert start().ids() == catalog.passage_ids()


class Gate:
    """Holds whoever comes until it is opened; `come` tells that someone has."""

    def __init__(self) -> None:
        self.come, self.open = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.come.set()
        assert self.open.wait(60)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Held by the first upsert into Chroma."""
    held = Gate()
    real = ChromaIndex.upsert

    def upsert(self: ChromaIndex, ids: Sequence[str], article_ids: Sequence[str], vectors: Vectors) -> None:
        held()
        real(self, ids, article_ids, vectors)

    monkeypatch.setattr(ChromaIndex, "upsert", upsert)
    return held


def test_many_passages_are_filled_behind_and_not_searched_meanwhile(
    start: Callable[..., KeptIndex], catalog: Catalog, gate: Gate, said: list[str]
) -> None:
    index = start(at_once=3)
    assert gate.come.wait(60)
    assert said == ["The index is filled from the catalog, which is searched meanwhile."]
    for search in (lambda: index.query(np.ones(64, np.float32), 1), index.ids):
        with pytest.raises(IndexFailure, match=r"is not searched \(it is being filled from the catalog\)"):
            search()
    put(catalog, "copper")
    index.upsert(["what comes meanwhile"], ["waits"], EMBEDDER.embed_passages(["for nothing"]))
    former = catalog.passage_ids("tin")
    catalog.remove("tin")
    index.delete(sorted(former))
    gate.open.set()
    until(lambda: not index.fault)
    assert index.ids() == catalog.passage_ids()
    assert nearest(index, "copper melts in the oven") == "copper"


def test_closing_does_not_wait_until_it_is_filled(
    start: Callable[..., KeptIndex], catalog: Catalog, gate: Gate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("assistant.catalog.store._BATCH", 1)
    index = start(at_once=3)
    assert gate.come.wait(60)
    closing = threading.Thread(target=index.close)
    closing.start()
    gate.open.set()
    closing.join(60)
    assert not closing.is_alive()
    assert not (tmp_path / "index" / "clean").exists()
    assert start().ids() == catalog.passage_ids()


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """While it holds anything, upserts into Chroma fail with that."""
    reasons = ["disk full"]
    real = ChromaIndex.upsert

    def upsert(self: ChromaIndex, ids: Sequence[str], article_ids: Sequence[str], vectors: Vectors) -> None:
        if reasons:
            raise IndexFailure(f"the index in nowhere failed ({reasons[0]})")
        real(self, ids, article_ids, vectors)

    monkeypatch.setattr(ChromaIndex, "upsert", upsert)
    monkeypatch.setattr(kept, "_FIRST_PAUSE", 0.05)
    return reasons


def test_what_cannot_be_filled_is_tried_again(
    start: Callable[..., KeptIndex], catalog: Catalog, failing: list[str], said: list[str]
) -> None:
    index = start()
    assert said[0] == "Searching without the index: the index in nowhere failed (disk full)"
    with pytest.raises(IndexFailure, match="disk full"):
        index.ids()
    failing.clear()
    until(lambda: not index.fault)
    assert index.ids() == catalog.passage_ids()


def test_a_write_that_fails_is_made_up_for(
    start: Callable[..., KeptIndex], catalog: Catalog, failing: list[str]
) -> None:
    failing.clear()
    index = start()
    failing.append("disk full")
    put(catalog, "copper")
    (new,) = catalog.passage_ids("copper")
    index.upsert([new], ["copper"], EMBEDDER.embed_passages(["copper"]))
    with pytest.raises(IndexFailure, match="disk full"):
        index.query(np.ones(64, np.float32), 1)
    failing.clear()
    until(lambda: not index.fault)
    assert index.ids() == catalog.passage_ids()


def test_an_index_that_breaks_is_filled_again(start: Callable[..., KeptIndex], catalog: Catalog) -> None:
    index = start()
    with pytest.raises(IndexFailure):
        index.query(np.ones(5, np.float32), 1)
    until(lambda: not index.fault)
    assert index.ids() == catalog.passage_ids()


def test_it_is_rebuilt_with_progress(start: Callable[..., KeptIndex], catalog: Catalog, failing: list[str]) -> None:
    index = start()
    with pytest.raises(IndexFailure, match="disk full"):
        index.rebuild()
    failing.clear()
    told: list[tuple[int, int]] = []
    index.rebuild(lambda done, total: told.append((done, total)))
    assert told == [(4, 4)]
    assert index.ids() == catalog.passage_ids()
    index.clear()
    until(lambda: not index.fault)
    assert index.ids() == catalog.passage_ids()


def test_files_that_cannot_be_removed_are_not_used(
    start: Callable[..., KeptIndex], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    start().close()
    (tmp_path / "index" / "clean").unlink()
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)
    said.clear()
    with pytest.raises(IndexFailure, match="cannot be removed"):
        start().ids()
    assert said[0].startswith("Searching without the index: ")


def test_a_closed_index_is_not_searched(start: Callable[..., KeptIndex]) -> None:
    index = start()
    index.close()
    with pytest.raises(IndexFailure, match="it is closed"):
        index.ids()
    index.close()


class TestMark:
    """What tells whether files are as they were left."""

    def test_it_is_taken_once(self, tmp_path: Path) -> None:
        (tmp_path / "deep").mkdir()
        (tmp_path / "deep" / "file").write_bytes(b"x" * 3_000_000)
        mark = Mark(model="m", division="d", files=digests(tmp_path))
        assert list(mark.files) == ["deep/file"]
        mark.write(tmp_path)
        assert take_mark(tmp_path) == mark
        assert take_mark(tmp_path) is None

    @pytest.mark.parametrize("content", [b"", b"12", b"{}", b"\xff", b'{"model": "m", "division": "d", "files": [1]}'])
    def test_one_that_cannot_be_read_is_none(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "clean").write_bytes(content)
        assert take_mark(tmp_path) is None

    def test_a_folder_that_is_not_there_has_none(self, tmp_path: Path) -> None:
        assert take_mark(tmp_path / "nowhere") is None

    def test_a_file_more_is_noticed(self, tmp_path: Path) -> None:
        Mark(model="m", division="d", files=digests(tmp_path)).write(tmp_path)
        os.replace(tmp_path / "clean", tmp_path / "other")
        (tmp_path / "clean").write_bytes((tmp_path / "other").read_bytes())
        assert take_mark(tmp_path) is None
