"""Tests of `assistant.sources.worker`: what it answers; what it is kept from is tested with the sandbox."""

import pytest

from assistant.sources import SourceFailure, worker
from assistant.sources.reader import FOUND
from assistant.types import Article, Block


def wide(ident: str, columns: int) -> Article:
    block = Block(kind="table_row", start=0, end=1, columns=("12345678",) * columns)
    return Article(id=ident, title="t", text="x", blocks=(block,))


def answered(*found: Article | SourceFailure) -> list[Article | SourceFailure]:
    return [one for line in worker._lines(found, "upload:x") for one in FOUND.validate_json(line)]


def test_each_stands_on_a_line_of_its_own() -> None:
    content = b'{"id": "a", "text": "A\\r\\n\\ntext.\\u2028"}\nnonsense\n{"id": "b", "text": "B."}\n'
    lines = worker._articles(content, "a.jsonl", "upload:a.jsonl").splitlines()
    assert [len(FOUND.validate_json(line)) for line in lines] == [1, 1, 1]


def test_what_holds_too_much_beside_its_text_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_MOST_OF_ONE", 2_000)
    narrow = wide("narrow", 10)
    *found, failure = answered(wide("a", 1_000), narrow, wide("b", 1_000))
    assert found == [narrow]
    assert isinstance(failure, SourceFailure)
    assert failure.reason.startswith("2 articles hold too much beside their texts")


def test_an_answer_has_so_much_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "MAX_ANSWER", 2_000)
    found = answered(*(wide(str(n), 10) for n in range(5)))
    assert [type(one) for one in found] == [Article, Article, SourceFailure]


def test_lone_surrogates_are_no_text() -> None:
    [failure] = answered(Article(id="a", title="t", text="\ud800"))
    assert isinstance(failure, SourceFailure)
    assert "lone surrogates" in failure.reason
