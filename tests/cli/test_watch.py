"""Tests of `assistant.cli.watch` and of what takes articles in for it, here and through a server."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from assistant import factory
from assistant.cli import taking as taking_module
from assistant.cli import watch as watch_module
from assistant.cli.failures import CommandError
from assistant.cli.remote import Remote
from assistant.cli.session import Session
from assistant.cli.taking import Taker, taking
from assistant.cli.terminal import progress_bar
from assistant.cli.watch import Rounds, look_at, parse_every, tell
from assistant.errors import NotFoundError, RunError, UserError
from assistant.ingestion import IngestReport
from assistant.locking import FolderLock, read_owner
from assistant.types import ArticleFacts
from tests.sources.world import Page, a_world

from .conftest import Invoke, Start


def note(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"# {name}\n\n{text}\n", "utf-8")
    return path


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("15m", 900), ("6H", 21600), ("1d", 86400), ("45", 45)])
def test_times(text: str, seconds: int) -> None:
    assert parse_every(text) == seconds


@pytest.mark.parametrize("text", ["", "0", "0m", "-1m", "1w", "1.5h", "m", "9999999s"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(CommandError, match="is no time"):
        parse_every(text)


def test_a_look_differs_where_a_file_does(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    one = note(folder, "one.md", "Text.")
    first = look_at([folder])
    assert look_at([folder]) == first
    note(folder, "one.md", "Other text.")
    second = look_at([folder])
    note(folder, "two.md", "Text.")
    third = look_at([folder])
    one.unlink()
    fourth = look_at([folder])
    assert len({first, second, third, fourth}) == 4
    assert look_at([tmp_path / "nowhere"]) == frozenset()


def test_a_round_reads_only_what_has_changed(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "notes"
    one = note(folder, "one.md", "Cerium is used to polish glass.")
    with a_world() as world:
        monkeypatch.setattr(factory, "Fetcher", world.fetcher)
        page = b"<html><body><p>" + b"Holmium lights up green in a flame. " * 5
        world.pages["/a"] = Page(page, headers={"ETag": '"1"'})
        rounds = Rounds(Session(home), [str(folder), "http://news.example/a"])
        assert rounds.next() == IngestReport(added=("one", "news-example-a"), passages=2, characters=218)
        world.pages["/a"] = Page(status=304)
        assert rounds.next() == IngestReport(unchanged=("news-example-a",))
        assert world.asked[-1].headers["if-none-match"] == '"1"'
        one.unlink()
        note(folder, "two.md", "Terbium is green.")
        third = rounds.next()
        assert third is not None
        assert (third.added, third.removed) == (("two",), ("one",))


def test_between_rounds_the_folder_is_free_and_a_round_that_fails_is_told(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "notes"
    note(folder, "one.md", "Cerium is used to polish glass.")
    rounds = Rounds(Session(home), [str(folder)])
    lock = FolderLock(home)
    assert rounds.next() is None
    assert "this round failed: the data folder" in capsys.readouterr().err
    lock.release()
    first = rounds.next()
    assert first is not None
    assert first.added == ("one",)
    FolderLock(home).release()
    assert rounds.next() == IngestReport()


class Refusing:
    """A server that has removed all by the time that it is asked to, and then refuses everything."""

    def __init__(self, folder: Path) -> None:
        self._gone = str(folder / "gone.md")
        self.refusing = False

    def articles(self) -> tuple[ArticleFacts, ...]:
        if self.refusing:
            raise UserError("the body is larger than 1 byte: send a smaller one")
        return (ArticleFacts(id="gone", title="Gone", source=self._gone),)

    def take_file(self, *_: object) -> IngestReport:
        return IngestReport(unchanged=("one",))

    def remove(self, article_id: str) -> None:
        raise UserError(f"no article has the id {article_id!r}")


def test_what_the_server_refuses_ends_no_watch(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "notes"
    note(folder, "one.md", "Cerium is used to polish glass.")
    server = Refusing(folder)

    @contextmanager
    def there(_: Session) -> Iterator[Taker]:
        yield taking_module._There(cast(Remote, server), "proof")

    monkeypatch.setattr(watch_module, "taking", there)
    rounds = Rounds(Session(home), [str(folder)])
    assert rounds.next() == IngestReport(unchanged=("one",))
    server.refusing = True
    note(folder, "one.md", "Cerium is used to polish mirrors.")
    assert rounds.next() is None
    assert "this round failed: the body is larger" in capsys.readouterr().err
    server.refusing = False
    assert rounds.next() == IngestReport(unchanged=("one",))
    server.refusing = True
    with pytest.raises(UserError):
        Rounds(Session(home), [str(folder)]).next()


def test_a_path_that_never_was(home: Path, tmp_path: Path, invoke: Invoke) -> None:
    with pytest.raises(NotFoundError):
        Rounds(Session(home), [str(tmp_path / "nowhere")]).next()
    assert invoke("watch", str(tmp_path / "nowhere"), "--once").exit_code == 2
    assert invoke("watch", "ftp://example.org/").exit_code == 2
    assert invoke("watch", str(tmp_path), "--every", "never").exit_code == 2


def test_once_for_a_scheduler(invoke: Invoke, tmp_path: Path) -> None:
    note(tmp_path / "notes", "one.md", "Cerium is used to polish glass.")
    done = invoke("watch", str(tmp_path / "notes"), "--once", "--json")
    assert (done.exit_code, json.loads(done.stdout)["added"]) == (0, ["one"])
    failed = invoke("watch", "http://127.0.0.1:9/", "--once")
    assert failed.exit_code == 1
    assert "no public address" in failed.stderr or "only 80" in failed.stderr
    assert "1 failed" in failed.stdout


def test_what_changed_is_told_on_a_line() -> None:
    lines: list[str] = []
    tell(IngestReport(unchanged=("a",)), lines.append)
    assert lines == []
    tell(IngestReport(added=("a", "b"), removed=("c",)), lines.append)
    assert lines[0].endswith("  2 added, 1 removed")


def test_a_running_server_takes_the_articles_in(home: Path, tmp_path: Path, start: Start, invoke: Invoke) -> None:
    folder = tmp_path / "notes"
    note(folder, "before.md", "Erbium is pink.")
    assert invoke("ingest", str(folder)).exit_code == 0
    serving = start("serve", "--port", "0")
    assert serving.stderr
    while b"Serving at" not in serving.stderr.readline():
        pass
    owner = read_owner(home)
    assert owner is not None
    note(folder, "one.md", "Cerium is used to polish glass.")
    note(folder, "bad.md", "")
    (folder / "bad.md").write_bytes(b"\0\0")
    taken = invoke("ingest", str(folder), "http://127.0.0.1:80/", "--json")
    report = IngestReport.model_validate_json(taken.stdout)
    assert (report.added, report.unchanged) == (("one",), ("before",))
    assert sorted(failure.path for failure in report.failed) == [str(folder / "bad.md"), "http://127.0.0.1:80/"]
    (folder / "bad.md").unlink()
    note(folder, "one.md", "Cerium is used to polish mirrors.")
    (folder / "before.md").unlink()
    rounds = Rounds(Session(home), [str(folder)])
    second = rounds.next()
    assert second is not None
    assert (second.updated, second.removed) == (("one",), ("before",))
    third = note(folder, "named.md", "Thulium is grey.")
    third.write_text("---\nid: thulium\n---\n" + third.read_text("utf-8"), "utf-8")
    added = rounds.next()
    assert added is not None
    assert added.added == ("thulium",)
    third.rename(folder / "renamed.md")
    for _ in range(2):
        renamed = IngestReport.model_validate_json(invoke("ingest", str(folder), "--json").stdout)
        assert (sorted(renamed.unchanged), renamed.added, renamed.removed) == (["one", "thulium"], (), ())
    (folder / "renamed.md").unlink()
    removed = rounds.next()
    assert removed is not None
    assert removed.removed == ("thulium",)
    (home / "proof").rename(home / "hidden")
    with (
        pytest.raises(RunError, match="does not know this user"),
        taking(Session(home)) as taker,
        progress_bar("bytes") as bar,
    ):
        taker.ingest([folder], bar)
    (home / "hidden").rename(home / "proof")
    os.kill(serving.pid, signal.SIGTERM)
    assert serving.wait(20) == 0
    # Alone again, the same folder is what the server left.
    again = IngestReport.model_validate_json(invoke("ingest", str(folder), "--json").stdout)
    assert (again.unchanged, again.added, again.removed) == (("one",), (), ())
