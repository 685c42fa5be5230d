"""Tests of `assistant.backup`."""

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from chromadb.api.shared_system_client import SharedSystemClient

from assistant.answering.calibration import Calibration
from assistant.backup import back_up, check, restore
from assistant.catalog import SlackAsk, SlackStore
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

OTHER = CALIBRATION.model_copy(update={"threshold": 0.75})


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


def test_what_was_asked_in_slack_before_is_not_answered_again(start: Callable[..., Assistant], tmp_path: Path) -> None:
    assistant = start()
    store = SlackStore.beside(assistant.conversations)
    asks = [SlackAsk("T1", "C1", f"{n}.1", f"{n}.1", "U1", "mention", QUESTION, id=str(n)) for n in range(4)]
    for ask in asks:
        store.take(ask, f"Ev{ask.id}")
    store.answering("1", "m", 1)
    store.plan("2", [{"text": "An answer."}], None)
    store.end("3", "failed")
    back_up(tmp_path / "home", tmp_path / "saved")
    assert len(store.open_asks()) == 3
    assistant.close()
    SharedSystemClient.clear_system_cache()
    restore(tmp_path / "saved", tmp_path / "new")
    restored = SlackStore.beside(start("new").conversations)
    assert restored.open_asks() == ()
    assert [getattr(restored.ask(str(n)), "state", None) for n in range(4)] == ["done", "done", "done", "failed"]
    assert not restored.take(replace(asks[0], id="other"))


class TestFailedRestore:
    """What a folder holds is there as long as it is not replaced."""

    @pytest.fixture
    def home(self, saved: Path, tmp_path: Path) -> Iterator[Path]:
        """The folder that was backed up, with a row that is in its log alone, and another threshold."""
        del saved
        OTHER.save(tmp_path / "home")
        with closing(sqlite3.connect(tmp_path / "home" / "catalog.sqlite")) as connection:
            with connection:
                connection.execute("INSERT INTO meta VALUES ('late', 'x')")
            yield tmp_path / "home"

    def holds(self, home: Path) -> tuple[bool, Calibration | None]:
        """Return whether the folder `home` holds the row, by its files alone, and its threshold."""
        copy = home.with_name("copy")
        shutil.copytree(home, copy)
        with closing(sqlite3.connect(copy / "catalog.sqlite")) as connection:
            late = connection.execute("SELECT value FROM meta WHERE key = 'late'").fetchall()
        shutil.rmtree(copy)
        return late == [("x",)], Calibration.load(home)

    def test_a_log_that_cannot_be_folded_is_left(
        self, saved: Path, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("assistant.backup._PATIENCE", 0.0)
        with closing(sqlite3.connect(home / "catalog.sqlite")) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM meta").fetchall()
            with pytest.raises(StorageError, match=r"catalog\.sqlite is being read by another program: end that"):
                restore(saved, home, force=True)
        assert self.holds(home) == (True, OTHER)
        assert not [name for name in files(home) if name.endswith(".new")]
        SharedSystemClient.clear_system_cache()
        restore(saved, home, force=True)
        assert self.holds(home) == (False, CALIBRATION)

    def test_one_that_cannot_be_read_is_no_reason_to_lose_it(
        self, saved: Path, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_: Path) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        monkeypatch.setattr("assistant.backup._fold_log", full)
        with pytest.raises(StorageError, match=r"disk is full.*: free some space, or move .*catalog\.sqlite.* away"):
            restore(saved, home, force=True)
        assert self.holds(home) == (True, OTHER)

    def test_a_damaged_catalog_is_replaced(self, saved: Path, home: Path, tmp_path: Path) -> None:
        (tmp_path / "damaged").mkdir()
        (tmp_path / "damaged" / "catalog.sqlite").write_bytes(b"x" * 9000)
        (tmp_path / "damaged" / "catalog.sqlite-wal").write_bytes((home / "catalog.sqlite-wal").read_bytes())
        SharedSystemClient.clear_system_cache()
        restore(saved, tmp_path / "damaged", force=True)
        assert check(tmp_path / "damaged" / "catalog.sqlite").articles == 4

    def test_the_threshold_stays_where_the_articles_do(
        self, saved: Path, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = os.replace

        def denied(source: Path, target: Path) -> None:
            if target.name == "catalog.sqlite":
                raise OSError(13, "Permission denied")
            real(source, target)

        with monkeypatch.context() as patched:
            patched.setattr(os, "replace", denied)
            with pytest.raises(StorageError, match="Permission denied"):
                restore(saved, home, force=True)
        assert self.holds(home) == (True, OTHER)
        assert not [name for name in files(home) if name.endswith(".new")]

    def test_a_copy_that_is_not_whole_replaces_nothing(
        self, saved: Path, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = shutil.copyfile

        def cut(source: Path, target: Path) -> None:
            real(source, target)
            data, middle = target.read_bytes(), target.stat().st_size // 2
            target.write_bytes(data[: middle - 9000] + bytes(9000) + data[middle:])

        with monkeypatch.context() as patched:
            patched.setattr(shutil, "copyfile", cut)
            with pytest.raises(StorageError, match=f"{saved} was not copied whole to {home} .*: check that disk"):
                restore(saved, home, force=True)
        assert self.holds(home) == (True, OTHER)

    def test_what_a_killed_restore_left_is_not_rolled_into_the_next(
        self, saved: Path, home: Path, tmp_path: Path
    ) -> None:
        other = tmp_path / "other"
        with closing(sqlite3.connect(other)) as connection:
            connection.execute("PRAGMA synchronous=OFF")  # its journal is whole at once
            with connection:
                connection.execute("CREATE TABLE notes (text)")
                connection.executemany("INSERT INTO notes VALUES (?)", [("x" * 3000,)] * 40)
            connection.execute("UPDATE notes SET text = 'y'")
            (home / "catalog.sqlite.new-journal").write_bytes(Path(f"{other}-journal").read_bytes())
        SharedSystemClient.clear_system_cache()
        restore(saved, home, force=True)
        assert check(home / "catalog.sqlite").articles == 4
        assert not [name for name in files(home) if ".new" in name]


def test_keys_revoked_since_stay_revoked_and_nobody_is_signed_in(
    start: Callable[..., Assistant], tmp_path: Path
) -> None:
    assistant = start()
    with closing(sqlite3.connect(tmp_path / "home" / "catalog.sqlite")) as catalog, catalog:
        for name in ("ana", "ben"):
            catalog.execute("INSERT INTO keys VALUES (?, ?, ?, '2026', NULL, NULL)", (name, name, f"digest of {name}"))
        catalog.execute("INSERT INTO sessions VALUES ('token', 'ana', '2026', '2027')")
    back_up(tmp_path / "home", tmp_path / "later")
    with closing(sqlite3.connect(tmp_path / "home" / "catalog.sqlite")) as catalog, catalog:
        catalog.execute("UPDATE keys SET revoked = '2026-11' WHERE id = 'ben'")
    assistant.close()
    restore(tmp_path / "later", tmp_path / "home", force=True)
    with closing(sqlite3.connect(tmp_path / "home" / "catalog.sqlite")) as catalog:
        found = catalog.execute("SELECT id, revoked FROM keys ORDER BY id").fetchall()
        assert found == [("ana", None), ("ben", "2026-11")]
        assert catalog.execute("SELECT count(*) FROM sessions").fetchone() == (0,)
