"""Tests of `assistant.cli.batch`, most of them through `assistant ask --batch`."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from assistant.cli.batch import answer_line
from assistant.types import Answer

from .conftest import Invoke, Start
from .samples import Scripted


def _line(record: object) -> bytes:
    return json.dumps(record).encode()


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    records = [
        {"id": "q1", "question": "How many directives were issued?", "answerable": True, "gold": [{"start": 1}]},
        {"id": 2, "question": "What did neodymium close at?", "as_of": "2025-05-01", "publisher": ["market wire"]},
        {"id": "q3", "question": "Where is gallium made?", "article": "undated", "since": None},
    ]
    path = tmp_path / "questions.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + b"\r\n\n".join(map(_line, records)))
    return path


def test_answers_in_order_under_the_ids_of_the_questions(invoke: Invoke, questions: Path, tmp_path: Path) -> None:
    result = invoke("ask", "--batch", str(questions), "--output", str(tmp_path / "answers.jsonl"))
    assert (result.exit_code, result.output) == (0, "")
    answers = _lines(tmp_path / "answers.jsonl")
    assert [one["id"] for one in answers] == ["q1", 2, "q3"]
    assert [len(one["passages"]) > 0 for one in answers] == [True, True, True]
    assert {hit["article_id"] for hit in answers[1]["passages"]} == {"prices/2025"}
    assert {hit["article_id"] for hit in answers[2]["passages"]} == {"undated"}
    for one in answers:
        assert one["timings_ms"]["total"] > 0
        Answer.model_validate({**one, "id": str(one["id"])})


def test_a_bad_line_is_told_and_the_rest_goes_on(invoke: Invoke, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    lines = [
        b"{broken",
        _line({"id": "a"}),
        _line({"id": "b", "question": "why", "since": "2025-13-01"}),
        _line({"id": "c", "question": "why", "article": "nope"}),
        _line([1]),
        b'{"id": "d", "question": "caf\xe9"}',
        _line({"id": "e", "question": "caf\udce9"}),
        _line({"id": "f", "question": 7}),
        b"[" * 100_000,
        _line({"id": "z", "question": "How many directives were issued?"}),
    ]
    path.write_bytes(b"\n".join(lines))
    result = invoke("ask", "--batch", str(path))
    assert result.exit_code == 1
    assert result.stderr == "error: 9 of 10 questions failed: their lines hold an `error`\n"
    written = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["id"] for one in written] == [None, "a", "b", "c", None, None, "e", "f", None, "z"]
    assert [one.get("line") for one in written] == [1, 2, 3, 4, 5, 6, 7, 8, 9, None]
    errors = [str(one.get("error")) for one in written]
    assert errors[0].startswith(
        "the line is not JSON (Expecting property name enclosed in double quotes at character 2)"
    )
    assert errors[1] == "the line has no `question` that is a text"
    assert errors[2] == "since '2025-13-01' is no date: write it as year-month-day, like 2025-05-27"
    assert errors[3] == "no article has the id 'nope': list the articles to see which there are"
    assert errors[4] == "the line is a JSON list, not an object: write id and question"
    assert errors[5] == "the line is not UTF-8 at byte 29: save the file as UTF-8"
    assert "lone surrogate" in errors[6]
    assert errors[7] == errors[1]
    assert errors[8].startswith("the line is JSON that cannot be read")
    assert "error" not in written[9]


def test_a_failure_of_any_kind_stays_in_its_line() -> None:
    source = Scripted()
    failed = answer_line(source, _line({"id": "a", "question": "fail"}), 4, {})
    assert failed == {"id": "a", "line": 4, "error": "it failed: try again"}
    crashed = answer_line(source, _line({"id": "a", "question": "crash"}), 4, {})
    assert str(crashed["error"]).startswith("unexpected ZeroDivisionError: division by zero")


def test_a_question_without_an_id_gets_its_line_number() -> None:
    assert answer_line(Scripted(), _line({"question": "why"}), 7, {})["id"] == 7


def test_filters_of_the_command_hold_where_a_line_has_none() -> None:
    source = Scripted()
    defaults = {"as_of": "2025-01-01", "publisher": ["A"], "since": None}
    answer_line(source, _line({"question": "why"}), 1, defaults)
    answer_line(source, _line({"question": "why", "publisher": "B", "as_of": None}), 2, defaults)
    assert [(str(f.as_of), f.publisher) for _, f in source.asked] == [("2025-01-01", ("A",)), ("2025-01-01", ("B",))]


def test_stdin_to_stdout(invoke: Invoke, questions: Path) -> None:
    result = invoke("ask", "--batch", "-", "--output", "-", typed=questions.read_bytes())
    assert result.exit_code == 0
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["q1", 2, "q3"]


def test_no_questions(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_text("\n \n")
    result = invoke("ask", "--batch", str(tmp_path / "questions.jsonl"), "--output", str(tmp_path / "answers"))
    assert (result.exit_code, (tmp_path / "answers").read_text()) == (0, "")


def test_files_that_cannot_be(invoke: Invoke, questions: Path, tmp_path: Path) -> None:
    before = questions.read_bytes()
    for arguments, sentence in (
        ([str(tmp_path / "nope")], "there is no file"),
        ([str(tmp_path)], "there is no file"),
        ([str(questions), "--output", str(tmp_path / "nope" / "x")], "there is no folder"),
        ([str(questions), "--output", str(questions)], "--output is the file of the questions: give it another name"),
    ):
        result = invoke("ask", "--batch", *arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(f"error: {sentence}")
    assert questions.read_bytes() == before


def test_a_killed_run_keeps_what_it_did(start: Start, tmp_path: Path) -> None:
    questions, answers = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    records = [{"id": number, "question": f"How many directives were issued in {number}?"} for number in range(5000)]
    questions.write_bytes(b"\n".join(map(_line, records)))
    process = start("ask", "--batch", str(questions), "--output", str(answers))
    deadline = time.monotonic() + 60
    while not (answers.exists() and answers.read_bytes().count(b"\n") >= 3):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.wait()
    whole = answers.read_bytes().split(b"\n")[:-1]
    assert 3 <= len(whole) < 5000
    assert [json.loads(line)["id"] for line in whole] == list(range(len(whole)))
