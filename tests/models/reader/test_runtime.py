"""The shipped reader reads: facts that any wrong wiring of tokens, sentences and batches would break."""

import hashlib
import json
from pathlib import Path

import pytest

from assistant.errors import ModelError
from assistant.models.reader.runtime import READER_FOLDER, PassageInput, ReaderNetwork

TEXT = (
    "The mill stands on the left bank. It was built in 1874 by two brothers from Basel. "
    "Visitors may see the wheel on Sundays."
)
CUTS = (TEXT.index("It was"), TEXT.index("Visitors"))
MILL = PassageInput("The old mill", TEXT, ((0, CUTS[0] - 1), (CUTS[0], CUTS[1] - 1), (CUTS[1], len(TEXT))))
FISH = PassageInput("Fish", "Trout live in cold water. They eat insects.", ((0, 25), (26, 43)))
QUESTION = "When was the mill built?"


@pytest.fixture(scope="module")
def network() -> ReaderNetwork:
    return ReaderNetwork(READER_FOLDER)


def test_the_passage_and_the_sentence_that_answer_are_found(network: ReaderNetwork) -> None:
    mill, fish = network.score(QUESTION, [MILL, FISH])
    assert mill.answerable > fish.answerable
    assert max(range(3), key=lambda i: mill.sentences[i]) == 1


def test_the_short_answer_lies_in_the_text(network: ReaderNetwork) -> None:
    (scores,) = network.score(QUESTION, [MILL])
    span = scores.spans[1]
    assert span is not None
    assert "1874" in TEXT[span.start : span.end]
    assert span.score == scores.span_score > 0


def test_what_does_not_answer_has_no_short_answer_likelier_than_none(network: ReaderNetwork) -> None:
    (scores,) = network.score(QUESTION, [FISH])
    assert scores.span_score < 0


def test_a_short_answer_lies_in_its_sentence(network: ReaderNetwork) -> None:
    for scores, passage in zip(network.score(QUESTION, [MILL, FISH]), (MILL, FISH), strict=True):
        for span, (start, end) in zip(scores.spans, passage.sentences, strict=True):
            assert span is not None
            assert start <= span.start < span.end <= end


def test_the_order_and_the_company_of_passages_do_not_matter(network: ReaderNetwork) -> None:
    alone = [network.score(QUESTION, [one])[0] for one in (MILL, FISH)]
    together = network.score(QUESTION, [FISH, MILL, FISH, MILL, FISH])
    for found, want in zip(together, [alone[1], alone[0], alone[1], alone[0], alone[1]], strict=True):
        assert found.answerable == pytest.approx(want.answerable, abs=0.3)
        assert found.spans == want.spans
        assert found.sentences == pytest.approx(want.sentences, abs=0.5)


def test_the_same_twice_is_the_same_to_the_bit(network: ReaderNetwork) -> None:
    assert network.score(QUESTION, [MILL, FISH]) == network.score(QUESTION, [MILL, FISH])


def test_sentences_beyond_the_window_are_the_least_likely(network: ReaderNetwork) -> None:
    filler = "Nothing of note happens here at all. " * 60
    text = filler + "The mill was built in 1874."
    spans = ((0, len(filler) - 1), (len(filler), len(text)))
    (scores,) = network.score("when " * 300, [PassageInput("", text, spans)])
    assert scores.sentences[1] < scores.sentences[0]
    assert scores.spans[1] is None


def test_nothing_to_read_is_nothing_read(network: ReaderNetwork) -> None:
    assert network.score(QUESTION, []) == []
    (empty,) = network.score(QUESTION, [PassageInput("", "", ())])
    assert empty.sentences == ()
    assert empty.spans == ()


def test_the_files_are_those_of_the_manifest() -> None:
    manifest = json.loads((READER_FOLDER / "manifest.json").read_text("utf-8"))
    digest = hashlib.sha256((READER_FOLDER / "model.onnx").read_bytes()).hexdigest()
    assert manifest["sha256"] == digest
    assert (READER_FOLDER / "model.onnx").stat().st_size <= 30_000_000


def test_a_folder_without_a_model_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"does not load"):
        ReaderNetwork(tmp_path)
