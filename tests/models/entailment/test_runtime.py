"""The shipped entailment network judges: facts that any wrong wiring of tokens and outputs would break."""

import hashlib
import json
from pathlib import Path

import pytest

from assistant.errors import ModelError
from assistant.models.entailment.runtime import ENTAILMENT_FOLDER, EntailmentNetwork

SOURCE = "The mill stands on the left bank. It was built in 1874 by two brothers from Basel."
STATED = "Two brothers from Basel built the mill in 1874."


@pytest.fixture(scope="module")
def network() -> EntailmentNetwork:
    return EntailmentNetwork(ENTAILMENT_FOLDER, threads=1)


@pytest.mark.parametrize(
    "other",
    [
        "Two brothers from Geneva built the mill in 1874.",
        "Two brothers from Basel built the mill in 1875.",
    ],
)
def test_a_changed_word_is_less_stated_and_found(network: EntailmentNetwork, other: str) -> None:
    (good,) = network.judge(STATED, [SOURCE])
    (bad,) = network.judge(other, [SOURCE])
    assert good.stated > bad.stated
    assert good.worst < bad.worst
    start, end, _ = max(bad.words, key=lambda word: word[2])
    changed = next(word for word in other.split() if word not in STATED.split())
    assert other[start:end] in changed


def test_sources_are_judged_apart_and_in_order(network: EntailmentNetwork) -> None:
    together = network.judge(STATED, ["Trout live in cold water.", SOURCE])
    assert together[1].stated > together[0].stated
    assert together[1] == network.judge(STATED, [SOURCE])[0]


@pytest.mark.parametrize("text", ["", " ", "x" * 9000, "\u7a00\u571f " * 900, "\ud83d\ude00", "\x00"])
def test_any_text_can_be_judged(network: EntailmentNetwork, text: str) -> None:
    (one,) = network.judge(text, [SOURCE])
    (two,) = network.judge(STATED, [text])
    assert all(0 <= a <= b <= len(text) for a, b, _ in one.words)
    assert two.words


def test_what_is_longer_than_is_read_is_said(network: EntailmentNetwork) -> None:
    assert network.reads(STATED)
    assert network.reads(" ".join(["mill"] * 96))
    assert not network.reads(" ".join(["mill"] * 97))
    assert not network.reads("x" * 10_000_000)


def test_the_manifest_names_the_weights() -> None:
    manifest = json.loads((ENTAILMENT_FOLDER / "manifest.json").read_text("utf-8"))
    assert manifest["sha256"] == hashlib.sha256((ENTAILMENT_FOLDER / "model.onnx").read_bytes()).hexdigest()


def test_a_folder_without_weights_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="does not load"):
        EntailmentNetwork(tmp_path)
