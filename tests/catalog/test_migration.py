"""Tests that a data folder of a former release opens with all that it held."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from chromadb.api.shared_system_client import SharedSystemClient
from sqlalchemy import inspect

from assistant.catalog import Catalog, RequestKey
from assistant.catalog.schema import HEAD, metadata
from assistant.errors import StorageError
from assistant.factory import build_assistant, build_chat
from assistant.pipeline import Assistant
from assistant.settings import load_settings
from assistant.types import Answer, Feedback, Filters

from .released import ARTICLES, EMBEDDER, write_folder

QUESTION = "At what temperature does tin melt?"


@pytest.fixture
def open_folder(tmp_path: Path) -> Iterator[Callable[..., Assistant]]:
    opened: list[Assistant] = []

    def make(home: str = "home", **options: object) -> Assistant:
        SharedSystemClient.clear_system_cache()
        settings = load_settings(home=tmp_path / home, corpus="", threshold=0.0)
        opened.append(build_assistant(settings, embedder=EMBEDDER, **options))  # type: ignore[arg-type]
        return opened[-1]

    yield make
    for one in opened:
        one.close()
    SharedSystemClient.clear_system_cache()


@pytest.fixture
def answer(open_folder: Callable[..., Assistant]) -> Answer:
    """What the present program answers over the same articles."""
    assistant = open_folder("fresh")
    for article in ARTICLES:
        list(assistant._ingestion.take(article.source or "", [article]))
    given = assistant.ask(QUESTION)
    assistant.close()
    assert [citation.article_id for citation in given.citations] == ["tin"]
    return given


@pytest.fixture
def folder(tmp_path: Path, answer: Answer) -> Path:
    write_folder(tmp_path / "home", answer)
    return tmp_path / "home"


@pytest.mark.usefixtures("folder")
def test_nothing_of_a_released_folder_is_lost(answer: Answer, open_folder: Callable[..., Assistant]) -> None:
    said: list[str] = []
    assistant = open_folder(notify=said.append)
    assert {facts.id: facts.title for facts in assistant.articles()} == {"tin": "On tin", "lead": "On lead"}
    for article in ARTICLES:
        assert assistant.article(article.id).model_copy(update={"ingested_at": None}) == article
    assert assistant.stats().index == "in step"
    assert f"Index brought into step with the catalog: {assistant.stats().passages} passages." in said

    again = assistant.ask(QUESTION)
    assert (again.text, again.citations) == (answer.text, answer.citations)

    store = assistant.conversations
    assert [one.id for one in store.list()[0]] == ["empty", "first"]
    (message,) = store.read("first").messages
    assert (message.id, message.question, message.status, message.answer) == ("message", QUESTION, "done", answer)
    assert message.feedback is not None
    assert (message.feedback.vote, message.feedback.text) == ("up", "Right.")
    assert [one.id for one in store.list("temper")[0]] == ["first"]
    assert assistant.answer("alone") == answer.model_copy(update={"id": "alone"})
    kept = store.kept(RequestKey(path="/v1/ask", key="k", digest="d"))
    assert kept is not None
    assert kept.answer_id == "alone"


@pytest.mark.usefixtures("folder")
def test_a_released_folder_can_be_written_to(open_folder: Callable[..., Assistant]) -> None:
    assistant = open_folder()
    (changed,) = [article for article in ARTICLES if article.id == "lead"]
    changed = changed.model_copy(update={"text": "Lead melts late.", "blocks": ()})
    *_, report = assistant._ingestion.take("/articles/lead.md", [changed])
    assert report is not None
    assert report.updated == ("lead",)
    assert assistant.remove("tin").title == "On tin"
    assert {hit.article_id for hit in assistant.search("melts")} == {"lead"}
    with build_chat(assistant) as chat:
        told = chat.send("first", "What melts late?").run.result().message
        assert told.answer is not None
        assert len(chat.read("first").messages) == 2
        assistant.conversations.judge(Feedback(answer_id=told.answer.id, vote="down", created=told.created))
    assistant.conversations.delete("first")
    assert [one.id for one in assistant.conversations.list()[0]] == ["empty"]
    assistant.close()
    reopened = open_folder()
    assert [facts.id for facts in reopened.articles()] == ["lead"]
    assert reopened.stats().index == "in step"


def test_it_comes_to_the_schema_that_a_new_folder_has(folder: Path, tmp_path: Path) -> None:
    def schema_of(path: Path) -> dict[str, object]:
        catalog = Catalog(path)
        found = inspect(catalog._engine)
        tables = {
            name: (
                [(one["name"], str(one["type"]), one["nullable"]) for one in found.get_columns(name)],
                sorted(str(one["name"]) for one in found.get_indexes(name)),
            )
            for name in found.get_table_names()
        }
        catalog.close()
        with closing(sqlite3.connect(path)) as connection:
            triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return {"tables": tables, "triggers": sorted(triggers)}

    migrated, new = schema_of(folder / "catalog.sqlite"), schema_of(tmp_path / "new.sqlite")
    assert migrated == new
    tables = new["tables"]
    assert isinstance(tables, dict)
    assert set(metadata.tables) <= set(tables)


def test_a_migration_that_breaks_off_leaves_the_folder_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def state() -> list[object]:
        with closing(sqlite3.connect(folder / "catalog.sqlite")) as connection:
            return [
                connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall(),
                connection.execute("SELECT * FROM alembic_version").fetchall(),
                connection.execute("SELECT id, text FROM articles ORDER BY id").fetchall(),
            ]

    before = state()
    with monkeypatch.context() as patch:
        # Raised between two of the migrations, after the first of them has written.
        patch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", _break_after(1))
        with pytest.raises(RuntimeError, match="broken off"):
            Catalog(folder / "catalog.sqlite")
    assert state() == before
    catalog = Catalog(folder / "catalog.sqlite")
    assert len(catalog.whole.lexical.search("melts", Filters(), 10)) == 2
    catalog.close()


def _break_after(steps: int) -> Callable[..., None]:
    from alembic.runtime.migration import HeadMaintainer

    real = HeadMaintainer.update_to_step
    done: list[object] = []

    def update(self: HeadMaintainer, step: object) -> None:
        real(self, step)  # type: ignore[arg-type]
        done.append(step)
        if len(done) == steps:
            raise RuntimeError("broken off")

    return update


def test_a_folder_of_a_later_release_is_left_alone(folder: Path) -> None:
    path = folder / "catalog.sqlite"
    Catalog(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match=r"later release \(schema 9999, this one knows"):
        Catalog(path)
