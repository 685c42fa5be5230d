"""Tests of `assistant.models.entailment.statements`."""

import json
import random
from pathlib import Path
from typing import Any

from assistant.models.entailment.edits import Pieces, cut, joined
from assistant.models.entailment.examples import Example
from assistant.models.entailment.statements import Written, sentence_id
from tests.models.entailment.test_examples import TEXT

TABLE: dict[str, Any] = {
    "title": "Mills of Bern",
    "heading": "Wheels",
    "columns": ["Mill", "Built"],
    "sentences": ["Berg | 1874", "Tal | 1901", "Au | 1911"],
    "ok": [{"text": "The mill Berg was built in 1874 and Tal in 1901.", "of": [0, 1]}],
    "bad": [{"text": "The mill Berg was built in 1901 and Tal in 1874.", "of": [0, 1]}],
}


def read(folder: Path, *lines: dict[str, Any]) -> Written:
    pages = folder / "pages"
    pages.mkdir()
    (pages / "mill.md").write_text(f"---\ntitle: Mills\n---\n\n{TEXT}\n", "utf-8")
    (folder / "some.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return Written([folder / "some.jsonl"], pages)


def same(pieces: Pieces, _: random.Random) -> Pieces:
    return pieces


def shown(written: Written, rounds: int = 40) -> list[Example]:
    rng = random.Random(1)
    return [one for apart in (True, False) for _ in range(rounds) for one in written.examples(rng, same, apart=apart)]


def test_written_statements_stand_beside_the_sentence_they_were_written_about(tmp_path: Path) -> None:
    first = TEXT[: TEXT.index(" It was")]
    lines = [
        {
            "id": sentence_id(first),
            "ok": ["Anna Berg has a mill.", "Wheels turn."],
            "bad": ["Anna Berg has a bank.", "Nothing like it."],
        },
        {"id": "00000000", "ok": ["Unknown."], "bad": []},
    ]
    written = read(tmp_path, *lines)
    assert len(written) == 4
    found = shown(written, 1)
    assert {(joined(one.statement), one.supported, one.located) for one in found} == {
        ("Anna Berg has a mill.", True, True),
        ("Wheels turn.", True, True),
        ("Anna Berg has a bank.", False, True),
        ("Nothing like it.", False, False),
    }
    (near,) = [one for one in found if "bank" in joined(one.statement)]
    assert [piece.text for piece in near.statement if piece.altered] == ["bank"]
    assert all(first in one.source for one in found)


def test_as_many_right_as_wrong_statements_are_drawn_of_those_with_as_many_words_of_their_source(
    tmp_path: Path,
) -> None:
    sentence = "The weir of Thun was raised by two metres in 1911 after the flood of that spring."
    lines = [
        {
            "title": f"Weir {n}",
            "sentences": [sentence, "Nobody was hurt."],
            "ok": [{"text": "Someone heightened a dam.", "of": [0]}, {"text": "A dam grew.", "of": [0]}],
            "bad": [{"text": sentence.replace("two", wrong), "of": [0]} for wrong in ("three", "four", "seven")],
        }
        for n in range(60)
    ]
    found = shown(read(tmp_path, *lines), 5)
    # Nothing wrong shares as few words with its source as what is right and in other words: that is left out.
    assert not [one for one in found if "dam" in joined(one.statement)]
    copied = [one for one in found if joined(one.statement) == sentence]
    assert 0.4 < len([one for one in copied if one.supported]) / len(found) < 0.55
    assert all(one.supported == (sentence in one.source) for one in copied)


def test_a_sentence_beside_wrong_statements_near_it_is_reworded_as_a_right_one(tmp_path: Path) -> None:
    sentence = "The weir of Thun was raised by two metres in 1911 after the flood of that spring."
    line = {"title": "Weir", "sentences": [sentence], "ok": [], "bad": [{"text": f"{sentence[:-1]} too.", "of": [0]}]}
    written = read(tmp_path, line)
    assert len(written) == 2
    rng = random.Random(1)
    found = [
        one
        for apart in (True, False)
        for one in written.examples(rng, lambda pieces, _: (*pieces, *cut(" So it is said.")), apart=apart)
    ]
    assert any(one.supported and joined(one.statement) == f"{sentence} So it is said." for one in found)
    assert not any(one.supported and joined(one.statement) == sentence for one in found)


def test_of_a_passage_the_sentences_that_state_it_are_shown_or_it_is_not_supported(tmp_path: Path) -> None:
    written = read(tmp_path, *({**TABLE, "title": f"Mills {n}"} for n in range(40)))
    seen: set[tuple[bool, bool]] = set()
    for one in shown(written, 1):
        whole = "Mill: Berg; Built: 1874." in one.source and "Mill: Tal; Built: 1901." in one.source
        right = "Berg was built in 1874" in joined(one.statement)
        assert one.supported == (whole and right)
        assert whole or not one.apart
        seen.add((whole, right))
        if not right:
            assert [piece.text for piece in one.statement if piece.altered] == ["1901", "1874"]
        head = one.source.split(" Wheels. ")
        assert len(head) == 1 or head[0].startswith("Mills ")
    assert seen == {(True, True), (True, False), (False, True)}
