"""Tests of `assistant.models.reader.data.asked`, and of the files of written questions that are there."""

import json
from pathlib import Path

import pytest

from assistant.models.reader.data.asked import load_asked, passage_id
from assistant.models.reader.data.items import Corpus, make_passage
from assistant.models.reader.data.pages import parse_page

_PAGE = """---
title: Salt
---

## Trade

The mine sold 40 tonnes of salt in May. It closed in June. Its owner, Ada Roe, left for Perth.
"""
_ROWS = {"title": "Wells", "heading": "Depth", "columns": ["Well", "Metres"], "sentences": ["North | 30", "South | 45"]}


def line(text: str, gold: str, short: str) -> str:
    """Return a line on the passage `text` with two questions answered by `gold`, and two that are not."""
    identity, start = passage_id(text), text.find(gold)
    asked = [["who owned it", [[start, start + len(gold)]], short], ["how deep", [[start, start + len(gold)]], ""]]
    return json.dumps({"id": identity, "asked": asked, "unasked": ["who bought it", "how wide"]}) + "\n"


@pytest.fixture
def made(tmp_path: Path) -> Corpus:
    """Questions on a section of a page and on a table, and on a passage that is nowhere."""
    (tmp_path / "salt.md").write_text(_PAGE, "utf-8")
    rows, asked = tmp_path / "passages-1.jsonl", tmp_path / "questions.jsonl"
    rows.write_text(json.dumps(_ROWS) + "\n", "utf-8")
    (section,) = parse_page("salt.md", _PAGE)
    owner = line(section.passage.text, "Its owner, Ada Roe, left for Perth.", "Ada Roe")
    depth = line("North | 30 South | 45", "South | 45", "45")
    asked.write_text(owner + depth + line("Nowhere.", "Nowhere.", ""), "utf-8")
    return load_asked([asked], tmp_path, [rows])


def test_a_section_of_a_page(made: Corpus) -> None:
    owner, deep = made.items[:2]
    assert owner.passage.title == "Salt > Trade"
    assert owner.answer is not None
    assert owner.passage.text[slice(*owner.answer)] == "Ada Roe"
    assert (owner.gold, owner.excluded) == ((2,), ("Its owner, Ada Roe, left for Perth.",))
    assert (deep.answer, owner.impossible, deep.impossible) == (None, ("who bought it",), ("how wide",))


def test_the_heads_of_a_table_are_its_first_row(made: Corpus) -> None:
    depth = made.items[2]
    assert depth.passage.title == "Wells > Depth"
    assert depth.passage.text == "Well | Metres North | 30 South | 45"
    assert depth.gold == (2,)
    assert depth.answer is not None
    assert depth.passage.text[slice(*depth.answer)] == "45"


def test_what_stands_nowhere_is_left_out(made: Corpus) -> None:
    assert len(made.items) == 4
    assert len(made.passages) == 2


def test_a_passage_of_another_set(tmp_path: Path) -> None:
    read, other = (make_passage("wiki", "Ada", "Ada", text) for text in ("Ada left for Perth.", "Nobody asked."))
    (tmp_path / "questions.jsonl").write_text(line(read.text, "Ada left for Perth.", "Ada"), "utf-8")
    found = load_asked([tmp_path / "questions.jsonl"], tmp_path, [], [other, read])
    assert found.passages == [read]
    assert [item.passage for item in found.items] == [read, read]
