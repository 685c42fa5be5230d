import hashlib
from pathlib import Path

import pytest

from bench import sets
from bench.sets import SETS, fold_of, half_of, missing, read_lines, write_lines


def test_half_is_the_first_byte_of_the_digest_modulo_two() -> None:
    assert hashlib.sha256(b"ce343").digest()[0] == 0x26
    assert half_of("ce343") == 0
    assert hashlib.sha256(b"ce376").digest()[0] == 0xE5
    assert half_of("ce376") == 1


def test_folds_are_of_about_the_same_size() -> None:
    folds = [fold_of(f"q{number}", 5) for number in range(1000)]
    assert {*folds} == {0, 1, 2, 3, 4}
    assert all(150 < folds.count(fold) < 250 for fold in range(5))


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
