"""Tests of `assistant.cli.ingest`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant import factory
from assistant.cli.app import app
from assistant.cli.ingest import show_report
from assistant.ingestion import Duplicate, IngestReport
from assistant.sources import SourceFailure
from tests.sources.world import Page, a_world

from .conftest import Invoke


def _note(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"# {name}\n\n{text}\n", "utf-8")
    return path


def test_a_report_counts_every_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    show_report(
        IngestReport(
            added=("d", *(f"a{n}" for n in range(12))),
            updated=("u",),
            unchanged=("x", "y"),
            removed=("r\x1b",),
            duplicates=(Duplicate(article_id="d", same_as="e"),),
            failed=(SourceFailure(path="f", reason="g"),),
            passages=1234,
            characters=5678,
        )
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "added          12"
    assert lines[1:12] == [*(f"    a{n}" for n in range(10)), "    and 2 more"]
    assert lines[12:] == [
        "updated         1",
        "    u",
        "unchanged       2",
        "removed         1",
        "    r",
        "duplicates      1",
        "    d (same text as e)",
        "failed          1",
        "1,234 passages, 5,678 characters taken in",
    ]


def test_a_folder_is_followed(invoke: Invoke, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    one = _note(folder, "one.md", "Cerium is used to polish glass.")
    two = _note(folder, "two.md", "Lanthanum is used in camera lenses.")
    first = IngestReport.model_validate_json(invoke("ingest", str(folder), "--json").stdout)
    assert (len(first.added), first.failed) == (2, ())
    _note(folder, "one.md", "Cerium is used to polish mirrors.")
    two.unlink()
    second = IngestReport.model_validate_json(invoke("ingest", str(folder), "--json").stdout)
    assert (len(second.updated), len(second.removed), second.added) == (1, 1, ())
    third = invoke("ingest", str(folder), str(one))
    assert "unchanged       1" in third.stdout
    assert third.exit_code == 0


def test_what_fails_is_named_and_the_rest_goes_in(invoke: Invoke, tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    records.write_text(json.dumps({"id": "good", "title": "t", "text": "Good text is here."}) + "\n{broken\n", "utf-8")
    result = invoke("ingest", str(records), "--json")
    assert result.exit_code == 1
    report = IngestReport.model_validate_json(result.stdout)
    assert report.added == ("good",)
    [failure] = report.failed
    assert failure.line == 2
    assert result.stderr == f"failed: {records}:2: {failure.reason}\n"
    assert "good" in [one["id"] for one in json.loads(invoke("articles", "--json").stdout)]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("nowhere.md", "nowhere.md"),
        ("", "error: a path is empty: name a file, a folder or a URL"),
        ("ftp://example.org/a", "error: 'ftp://example.org/a' is no URL that can be read: only http:// and https://"),
    ],
)
def test_a_path_that_is_none(invoke: Invoke, path: str, sentence: str) -> None:
    result = invoke("ingest", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr


def test_an_empty_folder(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = invoke("ingest", str(tmp_path / "empty"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert str(tmp_path / "empty") in result.stderr


def test_the_corpus_is_not_taken_in_beside(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_CORPUS", str(corpus))
    _note(tmp_path / "notes", "one.md", "Cerium is used to polish glass.")
    CliRunner().invoke(app, ["--home", str(tmp_path / "new"), "ingest", str(tmp_path / "notes")])
    listed = CliRunner().invoke(app, ["--home", str(tmp_path / "new"), "articles", "--json"])
    assert len(json.loads(listed.stdout)) == 1


def test_a_url_that_may_not_be_fetched_is_a_failure(invoke: Invoke) -> None:
    result = invoke("ingest", "http://127.0.0.1:9/", "--json")
    assert result.exit_code == 1
    [failure] = IngestReport.model_validate_json(result.stdout).failed
    assert failure.path == "http://127.0.0.1:9/"
    assert result.stderr == f"failed: {failure.path}: {failure.reason}\n"


def test_a_feed_and_a_folder_at_once(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "notes"
    _note(folder, "one.md", "Cerium is used to polish glass.")
    with a_world() as world:
        monkeypatch.setattr(factory, "Fetcher", world.fetcher)
        world.pages["/feed"] = Page(b"<rss><channel><item><link>http://news.example/a</link></item></channel></rss>")
        world.pages["/a"] = Page(b"<html><body><p>" + b"Holmium lights up green in a flame. " * 5)
        result = invoke("ingest", "http://news.example/feed", str(folder), "--json")
    assert result.exit_code == 0
    assert IngestReport.model_validate_json(result.stdout).added == ("one", "news-example-a")
