import hashlib
from pathlib import Path

import pytest

from bench import sets
from bench.sets import SETS, half_of, missing, read_lines, split_halves, write_lines


def test_half_is_the_first_byte_of_the_digest_modulo_two() -> None:
    assert hashlib.sha256(b"ce343").digest()[0] == 0x26
    assert half_of("ce343") == 0
    assert hashlib.sha256(b"ce376").digest()[0] == 0xE5
    assert half_of("ce376") == 1


def test_halves_share_no_question_and_lose_none() -> None:
    questions = [{"id": f"q{number}"} for number in range(200)]
    first, second = split_halves(questions)
    assert sorted((*first, *second), key=lambda q: int(q["id"][1:])) == questions
    assert {half_of(q["id"]) for q in first} == {0}
    assert {half_of(q["id"]) for q in second} == {1}
    assert 70 < len(first) < 130


def test_lines_keep_separators_that_are_no_line_ends(tmp_path: Path) -> None:
    records = [{"text": "one\u2028two\x85three\n"}, {"text": "four"}]
    write_lines(tmp_path / "some.jsonl", records)
    assert read_lines(tmp_path / "some.jsonl") == records


def test_texts_are_records_or_whole_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sets, "SHARED", tmp_path)
    (tmp_path / "seed").mkdir()
    (tmp_path / "seed" / "summit.txt").write_text("A summit.\n", "utf-8")
    (tmp_path / "seed" / "questions.jsonl").write_text("{}\n", "utf-8")
    (tmp_path / "eval" / "clapnq").mkdir(parents=True)
    write_lines(tmp_path / "eval" / "clapnq" / "articles.jsonl", [{"id": "c/1", "title": "One", "text": "Body."}])
    assert SETS["seed"].texts() == {"summit": "A summit.\n"}
    assert SETS["clapnq"].texts() == {"c/1": "Body."}


def test_missing_names_scorers_and_the_files_of_the_sets_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sets, "SHARED", tmp_path)
    (tmp_path / "eval").mkdir()
    (tmp_path / "eval" / "score.py").touch()
    (tmp_path / "seed").mkdir()
    (tmp_path / "seed" / "summit.txt").touch()
    assert missing(["seed"]) == [tmp_path / "eval" / "score_facts.py", tmp_path / "seed" / "questions.jsonl"]
