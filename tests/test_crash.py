"""Short forms of `bench.crash`, `bench.full_disk`, `bench.damage` and `bench.writers`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromadb.api.shared_system_client import SharedSystemClient

from bench import crash, damage, writers
from bench.disk import Disk, small_disk
from bench.full_disk import KINDS, measure
from bench.killed import KINDS as KILLED
from bench.numbered import body_of, differing, held, open_folder, out_of_step, versions_in, write_article


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Open Chroma's folders as a new process would."""
    SharedSystemClient.clear_system_cache()
    yield
    SharedSystemClient.clear_system_cache()


def test_nothing_is_lost_or_half_after_a_kill(tmp_path: Path) -> None:
    tallies, faults = crash.measure(tmp_path, len(KILLED), seed=7, latest=0.5, articles=6)
    assert [fault for fault in faults if "ready after" not in fault] == []
    assert [one.kills for one in tallies.values()] == [1] * len(KILLED)


def test_a_full_disk_refuses_and_goes_on(tmp_path: Path) -> None:
    with small_disk() as disk:
        points = measure(disk, tmp_path, len(KINDS), 1)
    assert [(one.what, one.wrong) for one in points if one.wrong] == []
    refused = {one.what for one in points if one.refused}
    assert refused >= ({"add", "replace", "remove", "keep", "back up"} if disk.mounted else set())


def test_files_as_large_as_allowed_refuse_and_go_on(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "files").mkdir()
    (one, *_) = points = measure(Disk(tmp_path / "disk", mounted=False), tmp_path / "files", 1, 0)
    assert [point.wrong for point in points] == [[]]
    assert "failed: " in one.refused


def test_damage_is_noticed_and_costs_nothing_else(tmp_path: Path) -> None:
    index, beside, _ = damage.measure(tmp_path, 4, ("zeroed",))
    assert {"clean", "chroma.sqlite3"} <= {one.file for one in index}
    assert [(one.file, one.wrong) for one in (*index, *beside) if one.wrong] == []
    assert {one.file for one in beside} >= {"catalog.sqlite-wal", "catalog.sqlite-shm", "owner.json", "lock"}


def test_readers_see_one_version_while_an_article_is_replaced(tmp_path: Path) -> None:
    with open_folder(tmp_path / "home") as assistant:
        read = writers.read_while_replaced(assistant, tmp_path, replaced=12, readers=4)
        assert (read.empty, read.mixed, read.errors, read.first) == (0, 0, 0, "")
        assert read.answers >= 4
        assert read.versions >= 2
        assert writers.checked(assistant) == 0


def test_second_processes_are_refused_by_name(tmp_path: Path) -> None:
    hold = [sys.executable, "-c", writers._HOLD, str(tmp_path / "home")]
    commands = [["articles"], ["serve", "--port", "0"], ["restore", str(tmp_path / "x"), "--force"]]
    with writers.owner(hold, "Holding") as process:
        found = writers.refusals(tmp_path / "home", process.pid, commands, 3)
    assert [one.said for one in found if not one.named] == []


class TestTheLooks:
    """What the measures look with finds what is wrong."""

    def test_what_is_not_as_acknowledged(self) -> None:
        assert differing({1: 5}, {}, {1: 5}) == []
        assert differing({1: 5}, {}, {1: 4}) == ["article 1 is in version 4, not {5}"]
        assert differing({1: 5}, {}, {}) == ["article 1 is in version None, not {5}"]
        assert differing({}, {}, {2: 1}) == ["article 2 is in version 1, not {None}"]
        assert differing({1: 5}, {1: 6}, {1: 6}) == differing({1: 5}, {1: None}, {}) == []
        assert len(differing({1: 5}, {1: 6}, {1: 7})) == 1

    def test_the_versions_that_a_text_names(self) -> None:
        assert versions_in(body_of(3, 12)) == {(3, 12)}

    def test_halves_and_rows_out_of_step(self, tmp_path: Path) -> None:
        with open_folder(tmp_path / "home") as assistant:
            assistant.ingest([write_article(tmp_path, number, 0) for number in range(2)])
            assert held(assistant) == ({0: 0, 1: 0}, [])
            assert out_of_step(assistant, tmp_path / "home") == []
            with assistant._catalog._engine.begin() as connection:
                connection.exec_driver_sql("DELETE FROM passages WHERE article_id = 'article-1' AND ordinal = 0")
            assert held(assistant)[1] == ["article-1 has not the passages of version 0"]
            (wrong,) = out_of_step(assistant, tmp_path / "home")
            assert wrong.endswith("index ids")
            with assistant._catalog._engine.begin() as connection:
                connection.exec_driver_sql("DROP TRIGGER passages_deleted")
                connection.exec_driver_sql("DELETE FROM passages WHERE article_id = 'article-0' AND ordinal = 0")
                connection.exec_driver_sql("UPDATE passages SET vector = zeroblob(256) WHERE ordinal = 1")
            wrongs = " ".join(out_of_step(assistant, tmp_path / "home"))
            assert "lexical rows" in wrongs
            assert "2 passages without a unit vector" in wrongs
