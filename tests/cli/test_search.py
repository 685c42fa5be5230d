"""Tests of `assistant.cli.search`."""

import json

import pytest
from pydantic import TypeAdapter

from assistant.types import Hit

from .conftest import Invoke


def _hits(written: str) -> list[Hit]:
    return TypeAdapter(list[Hit]).validate_python(json.loads(written))


def test_best_first(invoke: Invoke) -> None:
    result = invoke("search", "gallium smelters")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "1.  Without a date"
    assert lines[1].startswith("    undated 0-")
    assert lines[2] == "    Gallium is made in Inner Mongolia by two smelters."


def test_json_is_hits_and_nothing_else(invoke: Invoke) -> None:
    result = invoke("search", "neodymium premium", "--json", "-k", "2")
    hits = _hits(result.stdout)
    assert (len(hits), hits[0].article_id) == (2, "prices/2025")
    assert result.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--since", "2025-05-01"], {"summit"}),
        (["--until", "2025-05-01"], {"prices/2025"}),
        (["--as-of", "2025-05-01"], {"prices/2025"}),
        (["--since", "2025-01-01", "--until", "2025-12-31"], {"prices/2025", "summit"}),
        (["--publisher", "market wire", "--publisher", "Baotou Daily"], {"prices/2025", "summit"}),
        (["--article", "undated", "--article", "summit"], {"undated", "summit"}),
    ],
)
def test_filters(invoke: Invoke, options: list[str], found: set[str]) -> None:
    result = invoke("search", "directives neodymium gallium tungsten", "--json", *options)
    assert {hit.article_id for hit in _hits(result.stdout)} == found


def test_nothing_found(invoke: Invoke) -> None:
    result = invoke("search", "neodymium", "--since", "2030-01-01")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "No passage found: use other words or fewer filters.\n"
    assert invoke("search", "neodymium", "--since", "2030-01-01", "--json").stdout == "[]\n"


def test_text_of_articles_is_not_obeyed(invoke: Invoke) -> None:
    for options in ([], ["--json"]):
        written = invoke("search", "tungsten tail", *options).stdout
        assert "[bold]bold[/bold] :smile: [/] tail." in written
        assert not set(written) & set("\x1b\x07\x9b\u202e")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["?!"], "error: the question '?!' holds no word: type a question\n"),
        (["x", "--article", "nope"], "error: no article has the id 'nope': list the articles to see which there are\n"),
        (["x", "--since", "May"], "error: since 'May' is no date: write it as year-month-day, like 2025-05-27\n"),
    ],
)
def test_wrong_usage(invoke: Invoke, arguments: list[str], sentence: str) -> None:
    result = invoke("search", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", sentence)
