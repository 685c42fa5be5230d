"""Tests of `assistant.models.entailment.statements`."""

import json
import random
from pathlib import Path
from typing import Any

from assistant.models.entailment.edits import joined
from assistant.models.entailment.statements import Written, sentence_id
from tests.models.entailment.test_examples import TEXT

TABLE: dict[str, Any] = {
    "title": "Mills of Bern",
    "heading": "Wheels",
    "columns": ["Mill", "Built"],
    "sentences": ["Berg | 1874", "Tal | 1901", "Au | 1911"],
    "ok": [{"text": "The mill Berg was built in 1874 and Tal in 1901.", "of": [0, 1]}],
    "bad": [{"text": "The mill Berg was built in 1901 and Tal in 1901.", "of": [0, 1]}],
}


def read(folder: Path, *lines: dict[str, Any]) -> Written:
    pages = folder / "pages"
    pages.mkdir()
    (pages / "mill.md").write_text(f"---\ntitle: Mills\n---\n\n{TEXT}\n", "utf-8")
    (folder / "some.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return Written([folder / "some.jsonl"], pages)


def test_written_statements_stand_beside_the_sentence_they_were_written_about(tmp_path: Path) -> None:
    first = TEXT[: TEXT.index(" It was")]
    lines = [
        {
            "id": sentence_id(first),
            "ok": ["Anna Berg has a mill."],
            "bad": ["Anna Berg has a bank.", "Nothing like it."],
        },
        {"id": "00000000", "ok": ["Unknown."], "bad": []},
    ]
    written = read(tmp_path, *lines)
    assert len(written) == 3
    rng = random.Random(1)
    found = [*written.examples(rng, apart=True), *written.examples(rng, apart=False)]
    assert {(joined(one.statement), one.supported, one.located) for one in found} == {
        ("Anna Berg has a mill.", True, True),
        ("Anna Berg has a bank.", False, True),
        ("Nothing like it.", False, False),
    }
    (near,) = [one for one in found if "bank" in joined(one.statement)]
    assert [piece.text for piece in near.statement if piece.altered] == ["bank"]
    assert all(first in one.source for one in found)


def test_of_a_passage_the_sentences_that_state_it_are_shown_or_it_is_not_supported(tmp_path: Path) -> None:
    written = read(tmp_path, *({**TABLE, "title": f"Mills {n}"} for n in range(40)))
    rng = random.Random(1)
    seen: set[tuple[bool, bool]] = set()
    for apart in (True, False):
        found = list(written.examples(rng, apart=apart))
        assert found
        for one in found:
            whole = "Berg | 1874" in one.source and "Tal | 1901" in one.source
            right = "Berg was built in 1874" in joined(one.statement)
            assert one.supported == (whole and right)
            assert whole or not apart
            seen.add((whole, right))
            if not right:
                assert [piece.text for piece in one.statement if piece.altered] == ["1901"]
            head = one.source.split(" Wheels. Mill | Built. ")
            assert len(head) == 1 or head[0].startswith("Mills ")
    assert seen == {(True, True), (True, False), (False, True)}
