"""Tests of `assistant.evaluation.pairs`."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from assistant.errors import EvaluationError
from assistant.evaluation.pairs import Pair, load_pairs, pair_files, pairs_schema

from .material import expect, pair, quote

OWN = Path(__file__).parents[1] / "qa"
WHOLE = """- id: one
  question: How long is the river?
  after: [Which river is meant]
  filters:
    as_of: 2025-01-01
    publisher: River Review
  tags: [length, "2025"]
  known: the reader is blind
  expect:
    status: answered
    any_of:
      - - article: river
          text: 2,850 kilometres
      - - {article: river, text: long}
        - {article: river, text: river}
    contains: ['2,850 (km|kilometres)']
    lacks: [miles]
    cites: [river]
    avoids: [tin]
    max_statements: 2

- id: two
  question: How deep is it?
  expect: {status: abstained}
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return folder


def test_a_file_of_pairs(tmp_path: Path) -> None:
    first, second = load_pairs(write(tmp_path, a=WHOLE) / "a.yaml")
    assert first.pair.filters.as_of == date(2025, 1, 1)
    assert first.pair.filters.publisher == ("River Review",)
    assert (first.pair.after, first.pair.known) == (("Which river is meant",), "the reader is blind")
    assert first.pair.expect.alternatives == (
        (quote("river", "2,850 kilometres"),),
        (quote("river", "long"), quote("river", "river")),
    )
    assert first.pair.expect.max_statements == 2
    assert second.pair.expect == expect("abstained")
    assert first.where("expect", "lacks") == f"{tmp_path / 'a.yaml'}:17"
    assert second.where() == f"{tmp_path / 'a.yaml'}:22"
    lines = [where.rpartition(":")[2] for _, where in first.quotes()]
    assert lines == ["12", "14", "15"]


def test_a_folder_of_files_is_read_in_order_without_thresholds(tmp_path: Path) -> None:
    pairs = [WHOLE.replace("id: ", f"id: {name}-") for name in "ba"]
    write(tmp_path, b=pairs[0], a=pairs[1], thresholds="pass_rate: {least: 1}\n", empty="# none yet\n")
    (tmp_path / "schema.json").write_text("{}")
    assert [one.pair.id for one in load_pairs(tmp_path)] == ["a-one", "a-two", "b-one", "b-two"]
    assert [file.name for file in pair_files(tmp_path)] == ["a.yaml", "b.yaml", "empty.yaml"]


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("lacks:", "lack:", 17, "expect.lack is no key that is known here: correct or remove it"),
        ("question: How deep is it?", "tags: [x]", 22, "question is missing"),
        (
            "status: answered",
            "status: answer",
            10,
            "expect.status 'answer' should be 'answered', 'partial' or 'abstained'",
        ),
        ("max_statements: 2", "max_statements: '2'", 20, "expect.max_statements '2' should be a valid integer"),
        ("max_statements: 2", "max_statements: 0", 20, "expect.max_statements 0 should be greater than or equal to 1"),
        ("lacks: [miles]", "lacks: [2025]", 17, "expect.lacks.0 2025 should be a valid string"),
        ("lacks: [miles]", "lacks: miles", 17, "expect.lacks 'miles' should be a valid tuple"),
        ("lacks: [miles]", "lacks: ['(']", 17, "expect.lacks.0 '(' is no regular expression (missing )"),
        ("as_of: 2025-01-01", "as_of: 2025-13", 5, "filters.as_of '2025-13' should be a date such as"),
        ("publisher:", "publishers:", 6, "filters.publishers is no key that is known here"),
        ("How deep is it?", "'?'", 23, "question '?' cannot be asked (the question '?' holds no word"),
        ("{status: abstained}", "{status: abstained, contains: [x]}", 24, "expect expects an abstention, which has"),
        (
            "    contains:",
            "    quotes: [{article: a, text: b}]\n    contains:",
            9,
            "expect gives both quotes and any_of",
        ),
        ("text: 2,850 kilometres", "text: ' '", 13, "expect.any_of.0.0.text ' ' holds no word"),
        (
            "text: 2,850 kilometres",
            'text: "\\ud800"',
            13,
            "expect.any_of.0.0.text '\\ud800' should be a valid string, unable to parse",
        ),
        ("known: the reader is blind", "known: true", 8, "known True should be a valid string"),
        ("id: two", "id: one", 22, "the id 'one' is taken at "),
        ("id: two", "id: t w o", 22, "id 't w o' should match pattern"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, sentence: str
) -> None:
    assert old in WHOLE
    head, _, tail = WHOLE.rpartition(old)
    write(tmp_path, a=head + new + tail)
    with pytest.raises(EvaluationError) as caught:
        load_pairs(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'a.yaml'}:{line}: {sentence}")


def test_an_id_is_unique_among_all_files(tmp_path: Path) -> None:
    write(tmp_path, a=WHOLE, b="\n" + WHOLE)
    with pytest.raises(EvaluationError) as caught:
        load_pairs(tmp_path)
    a, b = tmp_path / "a.yaml", tmp_path / "b.yaml"
    assert str(caught.value) == f"{b}:2: the id 'one' is taken at {a}:1: give it another"


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "holds no question-answer pair"),
        ({"a": "[]"}, "holds no question-answer pair"),
        ({"a": "id: one"}, "a.yaml:1: is no list of pairs: begin each with `- id: ...`"),
        ({"a": "- one"}, "a.yaml:1: 'one' should be a valid dictionary"),
    ],
)
def test_what_holds_no_pairs(tmp_path: Path, files: dict[str, str], sentence: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        load_pairs(write(tmp_path, **files))
    assert sentence in str(caught.value)


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"there is no '.*nope': give a folder or a file"):
        load_pairs(tmp_path / "nope")


def test_quotes_of_all_alternatives_are_listed_once() -> None:
    a, b = quote("tin", "232"), quote("tin", "degrees")
    assert expect(any_of=[[a, b], [b]]).all_quotes == (a, b)
    assert expect(quotes=[a, b]).alternatives == ((a, b),)
    assert expect(contains=["x"]).alternatives == ()


def test_the_schema_of_the_files_is_in_step() -> None:
    assert json.loads((OWN / "schema.json").read_text("utf-8")) == pairs_schema(), (
        "run: assistant eval schema > tests/qa/schema.json"
    )


def _valid(data: Any) -> bool:
    return bool(Draft202012Validator(pairs_schema()).is_valid(data))


def test_the_schema_takes_the_project_s_own_pairs_and_refuses_what_the_model_refuses() -> None:
    Draft202012Validator.check_schema(pairs_schema())
    for file in pair_files(OWN):
        assert _valid(yaml.safe_load(file.read_text("utf-8")))
    whole = pair().model_dump(mode="json", exclude_defaults=True)
    assert _valid([whole])
    assert not _valid([{**whole, "unknown": 1}])
    assert not _valid([{**whole, "id": "a b"}])
    assert not _valid([{key: value for key, value in whole.items() if key != "question"}])


def test_the_project_s_own_pairs_can_be_read() -> None:
    held, apart = load_pairs(OWN), load_pairs(OWN / "open")
    assert len(held) >= 120
    assert sum(one.pair.expect.status == "abstained" for one in held) >= 30
    assert sum(bool(one.pair.after) for one in held) >= 40
    entries = (*held, *apart)
    assert len({one.pair.id for one in entries}) == len(entries) >= 512
    assert all(isinstance(one.pair, Pair) for one in entries)
