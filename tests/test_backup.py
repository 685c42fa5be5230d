"""Tests of `assistant.backup`."""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from chromadb.api.shared_system_client import SharedSystemClient

from assistant.answering.calibration import Calibration
from assistant.backup import back_up, check, restore
from assistant.errors import BusyError, NotFoundError, StorageError, UserError
from assistant.factory import build_assistant
from assistant.locking import FolderLock
from assistant.models.embedding import Vectors
from assistant.models.fake import HashingEmbedder
from assistant.pipeline import Assistant
from assistant.settings import load_settings

from .material import write_markdown

QUESTION = "How much less energy does recycling copper take than smelting ore?"
CALIBRATION = Calibration(reader="r", threshold=0.25, answerable=1, unanswerable=1, corpus="")


class NoEmbedder(HashingEmbedder):
    """An embedder that embeds questions alone."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError(f"{len(texts)} passages were embedded")

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return HashingEmbedder().embed_questions(texts)


@pytest.fixture
def start(tmp_path: Path, articles_folder: Path) -> Iterator[Callable[..., Assistant]]:
    built: list[Assistant] = []

    def make(home: str = "home", **options: object) -> Assistant:
        SharedSystemClient.clear_system_cache()
        settings = load_settings(home=tmp_path / home, corpus=articles_folder, threshold=0.0)
        built.append(build_assistant(settings, **{"embedder": HashingEmbedder(), **options}))  # type: ignore[arg-type]
        return built[-1]

    yield make
    for one in built:
        one.close()
    SharedSystemClient.clear_system_cache()


@pytest.fixture
def saved(start: Callable[..., Assistant], tmp_path: Path) -> Path:
    """A backup of the four articles and an answer called "kept"."""
    assistant = start()
    assistant.conversations.keep(assistant.ask(QUESTION).model_copy(update={"id": "kept"}))
    assistant.conversations.create("A conversation")
    CALIBRATION.save(tmp_path / "home")
    back_up(tmp_path / "home", tmp_path / "saved")
    assistant.close()
    return tmp_path / "saved"


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_is_backed_up_is_restored(saved: Path, start: Callable[..., Assistant], tmp_path: Path) -> None:
    assistant = start()
    wanted, stats, kept = assistant.ask(QUESTION), assistant.stats(), assistant.answer("kept")
    assistant.close()
    told: list[tuple[int, int]] = []
    SharedSystemClient.clear_system_cache()
    report = restore(saved, tmp_path / "new", progress=lambda done, total: told.append((done, total)))
    assert (report.articles, report.passages, report.conversations) == (4, stats.passages, 1)
    assert report.bytes == saved.stat().st_size
    assert told == [(stats.passages, stats.passages)]
    said: list[str] = []
    restored = start("new", embedder=NoEmbedder(), notify=said.append)
    assert said == []
    assert restored.stats() == stats
    assert restored.stats().index == "in step"
    answer = restored.ask(QUESTION)
    assert (answer.text, answer.citations, answer.receipt) == (wanted.text, wanted.citations, wanted.receipt)
    assert restored.answer("kept") == kept
    assert [one.title for one in restored.conversations.list()[0]] == ["A conversation"]
    assert Calibration.load(tmp_path / "new") == CALIBRATION
    assert files(tmp_path / "new") >= {"catalog.sqlite", "index", "calibration.json"}
    assert not [name for name in files(tmp_path / "new") if name.endswith(".new")]


def test_a_folder_is_backed_up_while_it_is_written_to(
    start: Callable[..., Assistant], articles_folder: Path, tmp_path: Path
) -> None:
    assistant = start()
    over = threading.Event()
    errors: list[BaseException] = []

    def write() -> None:
        turn = 0
        while not over.is_set():
            turn += 1
            for name in ("one", "two"):
                write_markdown(articles_folder / f"{name}.md", f"# Turn {turn}\n\n{name} in turn {turn}.")
            try:
                assistant.ingest([articles_folder / "one.md", articles_folder / "two.md"])
            except BaseException as error:  # noqa: BLE001  # told by the assertion below
                errors.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    reports = [back_up(tmp_path / "home", tmp_path / f"saved{turn}") for turn in range(5)]
    over.set()
    writer.join()
    assert errors == []
    assert all(check(tmp_path / f"saved{turn}").passages == one.passages for turn, one in enumerate(reports))
    assert sorted(path.name for path in tmp_path.glob("saved*")) == [f"saved{turn}" for turn in range(5)]


def test_a_backup_knows_the_log_of_a_process_that_was_killed(start: Callable[..., Assistant], tmp_path: Path) -> None:
    start().close()
    home = tmp_path / "killed"
    home.mkdir()
    with closing(sqlite3.connect(tmp_path / "home" / "catalog.sqlite")) as connection:
        with connection:
            connection.execute("INSERT INTO meta VALUES ('late', 'x')")
        for suffix in ("", "-wal"):
            data = (tmp_path / "home" / f"catalog.sqlite{suffix}").read_bytes()
            (home / f"catalog.sqlite{suffix}").write_bytes(data)
    assert (home / "catalog.sqlite-wal").stat().st_size > 0
    back_up(home, tmp_path / "saved")
    with closing(sqlite3.connect(tmp_path / "saved")) as copy:
        assert copy.execute("SELECT value FROM meta WHERE key = 'late'").fetchall() == [("x",)]


def test_a_file_is_not_replaced_unless_forced(saved: Path, tmp_path: Path) -> None:
    before = saved.read_bytes()
    with pytest.raises(UserError, match=f"{saved} exists: add --force"):
        back_up(tmp_path / "home", saved)
    assert saved.read_bytes() == before
    saved.write_bytes(b"old")
    assert back_up(tmp_path / "home", saved, force=True).articles == 4
    assert check(saved).articles == 4


def test_what_cannot_be_backed_up_is_named(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"nowhere/catalog\.sqlite does not exist"):
        back_up(tmp_path / "nowhere", tmp_path / "other")
    with pytest.raises(UserError, match="is a folder"):
        back_up(tmp_path / "home", tmp_path, force=True)
    with pytest.raises(NotFoundError, match=f"the folder {tmp_path / 'gone'} does not exist"):
        back_up(tmp_path / "home", tmp_path / "gone" / "saved")
    (tmp_path / "home" / "catalog.sqlite").write_bytes(b"garbage" * 999)
    with pytest.raises(StorageError, match="file is not a database"):
        back_up(tmp_path / "home", tmp_path / "other")
    assert not (tmp_path / "other").exists()
    assert not list(tmp_path.glob("*.new"))
    assert saved.exists()


def test_a_backup_that_does_not_fit_leaves_nothing(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    before = saved.read_bytes()
    with pytest.raises(StorageError, match="No space left on device"):
        back_up(tmp_path / "home", saved, force=True)
    assert saved.read_bytes() == before
    assert not [name for name in files(tmp_path) if name.endswith(".new")]


def test_a_folder_with_articles_is_replaced_only_when_forced(
    saved: Path, start: Callable[..., Assistant], tmp_path: Path, articles_folder: Path
) -> None:
    for path in articles_folder.iterdir():
        path.unlink()
    write_markdown(articles_folder / "zinc.md", "# Zinc\n\nZinc keeps iron from rusting.")
    other = start("other")
    assert [facts.id for facts in other.articles()] == ["zinc"]
    with pytest.raises(BusyError, match=f"process {os.getpid()}"):
        restore(saved, tmp_path / "other", force=True)
    other.close()
    with pytest.raises(UserError, match=r"holds articles: add --force"):
        restore(saved, tmp_path / "other")
    SharedSystemClient.clear_system_cache()
    # What a killed process left in its log must not come back into the restored file.
    (tmp_path / "other" / "catalog.sqlite-wal").write_bytes(b"not a log")
    restore(saved, tmp_path / "other", force=True)
    restored = start("other", embedder=NoEmbedder())
    assert {facts.id for facts in restored.articles()} == {"danube", "tin", "copper", "bridges"}
    assert restored.stats().index == "in step"
    assert "zinc" not in {hit.article_id for hit in restored.search("zinc keeps iron from rusting")}


@pytest.mark.parametrize("harm", ["gone", "garbage", "cut", "zeroed", "another program's", "later", "stray"])
def test_what_is_no_whole_backup_is_refused_and_the_folder_left_as_it_was(
    saved: Path, start: Callable[..., Assistant], tmp_path: Path, harm: str
) -> None:
    data = saved.read_bytes()
    if harm == "gone":
        saved.unlink()
    elif harm in ("garbage", "cut", "zeroed"):
        middle = len(data) // 2
        whole = {
            "garbage": b"x" * 9000,
            "cut": data[:middle],
            "zeroed": data[: middle - 9000] + bytes(9000) + data[middle:],
        }
        saved.write_bytes(whole[harm])
    elif harm == "another program's":
        saved.unlink()
        with closing(sqlite3.connect(saved)) as connection, connection:
            connection.execute("CREATE TABLE notes (text)")
    else:
        with closing(sqlite3.connect(saved)) as connection, connection:
            connection.execute(
                "UPDATE alembic_version SET version_num = '9999'"
                if harm == "later"
                else "DELETE FROM articles WHERE id = 'tin'"
            )
    with pytest.raises((StorageError, NotFoundError)) as raised:
        restore(saved, tmp_path / "home", force=True)
    assert str(saved) in str(raised.value)
    assistant = start()
    assert len(assistant.articles()) == 4
    assert assistant.stats().index == "in step"


def test_the_models_of_a_folder_stay(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "new" / "models").mkdir(parents=True)
    FolderLock(tmp_path / "new").release()
    SharedSystemClient.clear_system_cache()
    restore(saved, tmp_path / "new")
    assert (tmp_path / "new" / "models").is_dir()
