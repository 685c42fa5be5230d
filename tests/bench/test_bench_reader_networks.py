from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.models.reader.runtime import READER_FOLDER, PassageInput, PassageScores, ReaderNetwork, SpanScore
from bench.networks import RememberingNetwork, lacking, logits_apart

TIN = PassageInput("Metals", "Tin melts. It does so early.", ((0, 10), (11, 28)))
RIVER = PassageInput("Water", "Rivers rise.", ((0, 12),))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What is read from now on by networks that score lengths."""
    found: list[tuple[str, str]] = []

    def score(_: ReaderNetwork, question: str, passages: Sequence[PassageInput]) -> list[PassageScores]:
        found.extend((question, passage.text) for passage in passages)
        return [
            PassageScores(
                float(len(one.text)),
                tuple(float(end - start) for start, end in one.sentences),
                tuple(SpanScore(start, start + 1, 2.0) for start, _ in one.sentences),
            )
            for one in passages
        ]

    monkeypatch.setattr(ReaderNetwork, "score", score)
    return found


def network(name: str) -> RememberingNetwork:
    return RememberingNetwork(READER_FOLDER, name)


def test_no_pair_is_read_twice(read: list[tuple[str, str]]) -> None:
    one = network("one")
    first = one.score("Does tin melt?", [TIN, RIVER, TIN])
    assert read == [("Does tin melt?", TIN.text), ("Does tin melt?", RIVER.text)]
    assert [scores.answerable for scores in first] == [28.0, 12.0, 28.0]
    assert one.score("Does tin melt?", [RIVER, TIN]) == [first[1], first[0]]
    assert len(read) == 2
    one.score("Do rivers rise?", [RIVER])
    assert read[2:] == [("Do rivers rise?", RIVER.text)]
    assert one.inputs() == {"Does tin melt?": [TIN, RIVER], "Do rivers rise?": [RIVER]}


def test_a_muted_head_says_the_same_of_every_passage(read: list[tuple[str, str]]) -> None:
    whole = network("one")
    (heard,) = whole.score("?", [TIN])
    by_head = {head: whole.without(head).score("?", [TIN])[0] for head in ("answerable", "relevance", "span")}
    assert by_head["answerable"] == PassageScores(0.0, heard.sentences, heard.spans)
    assert by_head["relevance"] == PassageScores(heard.answerable, (0.0, 0.0), heard.spans)
    assert by_head["span"] == PassageScores(heard.answerable, heard.sentences, (None, None))
    assert len(read) == 1
    assert whole.score("?", [TIN]) == [heard]


def test_names_tell_networks_apart() -> None:
    assert network("mine").name == "mine"
    assert network("mine").without("span").name == "mine without span"


def test_logits_are_compared_on_what_both_have_read() -> None:
    one, other = network("one"), network("other")
    spans = (SpanScore(0, 3, 1.0), None)
    one.known = {("?", TIN): PassageScores(2.0, (1.0, -1.0), spans), ("?", RIVER): PassageScores(9.0, (9.0,), (None,))}
    other.known = {("?", TIN): PassageScores(1.5, (1.0, -4.0), (SpanScore(4, 6, 3.0), None))}
    found = {head: (apart.largest, apart.mean, apart.count) for head, apart in logits_apart(one, other).items()}
    assert found == {"answerable": (0.5, 0.5, 1), "relevance": (3.0, 1.5, 2), "span": (2.0, 2.0, 1)}


def test_what_a_folder_lacks_is_named(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").touch()
    assert lacking(tmp_path) == ["model.onnx", "manifest.json"]
    assert lacking(READER_FOLDER) == []
