"""Tests of `assistant.cli.articles`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli.app import app
from assistant.types import Article, ArticleFacts

from .conftest import HOSTILE, Invoke


@pytest.mark.parametrize("arguments", [("articles",), ("articles", "list")])
def test_list_is_a_table_of_80_columns(invoke: Invoke, arguments: tuple[str, ...]) -> None:
    result = invoke(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["id", "published", "publisher", "title"]
    assert lines[1].split() == ["summit", "2025-05-27", "Baotou", "Daily", "Baogang", "reform", "summit"]
    assert lines[2].split() == ["prices/2025", "2025-04-30", "Market", "Wire", "Oxide", "prices", "in", "April"]
    assert max(map(len, lines)) <= 80


def test_list_does_not_obey_an_article(invoke: Invoke) -> None:
    written = invoke("articles").stdout
    assert "Hostile [32m[red]title[/red]" in written
    assert "\x1b" not in written


@pytest.mark.parametrize("arguments", [("articles", "--json"), ("articles", "list", "--json")])
def test_list_as_json(invoke: Invoke, arguments: tuple[str, ...]) -> None:
    facts = [ArticleFacts.model_validate(one) for one in json.loads(invoke(*arguments).stdout)]
    assert [one.id for one in facts][:2] == ["summit", "prices/2025"]
    assert sorted(one.id for one in facts)[:2] == ["hostile", "prices/2025"]


def test_a_long_id_stays_on_one_line(tmp_path: Path, invoke: Invoke) -> None:
    name = "a-rather-long-id-of-forty-characters-ok"
    (tmp_path / "x.jsonl").write_text(json.dumps({"id": name, "title": "long " * 20, "text": "Some text. " * 5}))
    assert invoke("ingest", str(tmp_path / "x.jsonl")).exit_code == 0
    result = invoke("articles")
    assert f"\n{name} " in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_an_empty_list_says_what_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["--home", str(tmp_path / "new"), "articles"])
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "No articles yet: `assistant ingest PATH` takes some in.\n"


def test_show_prints_facts_and_text(invoke: Invoke) -> None:
    result = invoke("articles", "show", "prices/2025")
    assert result.exit_code == 0
    assert "id: prices/2025\n" in result.stdout
    assert "published: 2025-04-30\n" in result.stdout
    assert "Buyers in Japan paid a premium of four dollars." in " ".join(result.stdout.split())


def test_show_does_not_obey_an_article(invoke: Invoke) -> None:
    written = invoke("articles", "show", "hostile").stdout
    assert "Tungsten [31mred]0;owned 2J evil [bold]bold[/bold] :smile: [/] tail." in written
    assert not set(written) & set("\x1b\x07\x9b\u202e")


def test_show_as_json_is_lossless(invoke: Invoke) -> None:
    written = invoke("articles", "show", "hostile", "--json").stdout
    assert Article.model_validate(json.loads(written)).text == HOSTILE
    assert not set(written) & set("\x1b\x07\x9b\u202e")


@pytest.mark.parametrize("command", ["show", "remove"])
def test_an_unknown_id(invoke: Invoke, command: str) -> None:
    result = invoke("articles", command, "nope")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: no article has the id 'nope'")


def test_remove(invoke: Invoke) -> None:
    result = invoke("articles", "remove", "summit")
    assert (result.exit_code, result.stdout) == (0, "Removed summit: Baogang reform summit\n")
    assert "summit" not in [one["id"] for one in json.loads(invoke("articles", "--json").stdout)]
    assert invoke("articles", "remove", "summit").exit_code == 2


def test_remove_as_json(invoke: Invoke) -> None:
    assert json.loads(invoke("articles", "remove", "summit", "--json").stdout)["id"] == "summit"


def test_remove_takes_all_articles_of_a_publisher_and_only_those(invoke: Invoke) -> None:
    result = invoke("articles", "remove", "--publisher", "baotou DAILY", "--yes")
    assert (result.exit_code, result.stdout) == (0, "Removed 1 article of baotou DAILY.\n")
    left = {one["id"] for one in json.loads(invoke("articles", "--json").stdout)}
    assert left == {"hostile", "prices/2025", "undated"}
    assert json.loads(invoke("search", "Which directives were issued at the summit?", "--json").stdout)
    assert "summit" not in invoke("search", "Which directives were issued at the summit?", "--json").stdout


def test_a_publisher_is_removed_as_json(invoke: Invoke) -> None:
    gone = json.loads(invoke("articles", "remove", "--publisher", "Market Wire", "--yes", "--json").stdout)
    assert [one["id"] for one in gone] == ["prices/2025"]


def test_without_yes_and_a_terminal_nothing_is_removed(invoke: Invoke) -> None:
    result = invoke("articles", "remove", "--publisher", "Baotou Daily")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "1 article of Baotou Daily would be removed: add --yes to do so" in result.stderr
    assert "summit" in invoke("articles", "--json").stdout


@pytest.mark.parametrize(("typed", "gone"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_on_a_terminal_it_asks(invoke: Invoke, monkeypatch: pytest.MonkeyPatch, typed: str, gone: bool) -> None:
    monkeypatch.setattr("assistant.cli.articles._on_terminal", lambda: True)
    result = invoke("articles", "remove", "--publisher", "Baotou Daily", typed=typed)
    assert "Remove 1 article of Baotou Daily?" in result.stderr
    assert ("summit" not in invoke("articles", "--json").stdout) == gone


def test_a_publisher_without_articles(invoke: Invoke) -> None:
    result = invoke("articles", "remove", "--publisher", "Nobody", "--yes")
    assert result.exit_code == 2
    assert "no article is published by 'Nobody'" in result.stderr


@pytest.mark.parametrize("arguments", [(), ("summit", "--publisher", "Baotou Daily")])
def test_one_thing_is_removed_at_a_time(invoke: Invoke, arguments: tuple[str, ...]) -> None:
    result = invoke("articles", "remove", *arguments)
    assert result.exit_code == 2
    assert "give an article's id or --publisher NAME" in result.stderr
