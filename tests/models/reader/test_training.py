"""Losses, steps and export on a small random encoder."""

import argparse
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

from assistant.models.reader.batches import encode_groups
from assistant.models.reader.export import quantise
from assistant.models.reader.network import ReaderNetwork, collate, group_losses, sentence_logits
from assistant.models.reader.steps import scorer, train_step
from assistant.models.reader.train import Run, factor
from tests.models.reader.test_batches import TOKENIZER, group

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads cost more than they bring at this size."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def tiny(seed: int = 0) -> ReaderNetwork:
    from transformers import BertConfig, BertModel

    torch.manual_seed(seed)
    config = BertConfig(
        hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=48, vocab_size=30522,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    return ReaderNetwork(BertModel(config, add_pooling_layer=False), 32)


def test_listwise_loss_is_minus_the_log_share_of_the_positive() -> None:
    logits, targets = torch.tensor([1.0, 0.0, 2.0, 2.0, 2.0]), torch.tensor([1.0, 0.0, 1.0, 0.0, 0.0])
    single, listed = group_losses(logits, targets, [2, 3])
    assert float(listed) == pytest.approx(math.log(1 + math.exp(-1)) + math.log(3), rel=1e-5)
    each = [math.log(1 + math.exp(-x if y else x)) for x, y in zip(logits.tolist(), targets.tolist(), strict=True)]
    assert float(single) == pytest.approx(sum(each), rel=1e-5)


def test_a_sentence_is_worth_the_mean_of_its_tokens() -> None:
    encoded = encode_groups([group()], TOKENIZER)
    batch = collate(encoded, np.array([0, 1]))
    relevance = torch.arange(batch.inputs[0].numel(), dtype=torch.float32).reshape(batch.inputs[0].shape)
    first, after, _ = encoded.sentences[1]
    assert float(sentence_logits(relevance, batch)[1]) == pytest.approx((first + after - 1) / 2)
    assert batch.gold.tolist() == [0, 1, 0, 0]
    assert batch.owner.tolist() == [0, 0, 0, 1]
    assert not batch.allowed[0, : encoded.second[0]].any()


def test_steps_learn_what_they_are_shown() -> None:
    network = tiny()
    encoded = encode_groups([group(), group(4)], TOKENIZER)
    members = encoded.members()
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3)
    losses = []
    for _ in range(60):
        loss, parts = train_step(network, encoded, members, CPU)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(parts)
    assert sum(losses[-1]) < 0.2 * sum(losses[0])
    scores = scorer(network, encoded, CPU)(np.arange(4))
    assert scores[0][0] > 1 > -1 > scores[1][0]
    assert max(range(3), key=scores[0][1].__getitem__) == 1
    assert scores[0][2] == tuple(encoded.spans[0])


def test_padding_changes_no_score() -> None:
    network = tiny().eval()
    encoded = encode_groups([group(20)], TOKENIZER)
    score = scorer(network, encoded, CPU)
    assert score(np.array([0]))[0][0] == pytest.approx(score(np.array([0, 1]))[0][0], abs=1e-5)


def test_the_rate_rises_then_falls_to_zero() -> None:
    rates = [factor(step, 200) for step in range(201)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[9] == pytest.approx(1.0)
    assert rates[200] == 0.0
    assert rates[10:] == sorted(rates[10:], reverse=True)


def test_a_resumed_run_ends_where_a_whole_one_does(tmp_path: Path) -> None:
    encoded = encode_groups([group(n + 1) for n in range(6)], TOKENIZER)

    def run(folder: Path, steps: int, planned: int, *, resume: bool = False) -> torch.Tensor:
        folder.mkdir(exist_ok=True)
        args = argparse.Namespace(
            steps=planned,
            minutes=None,
            output=folder,
            resume=resume,
            batch=4,
            seed=0,
            every=1e9,
            data=None,
            rate=1.5e-4,
            start=None,
        )
        made = Run(args, encoded, encoded, tiny())
        made.go(stop=steps)
        return made.network.token.weight.detach()

    whole = run(tmp_path / "a", 4, 4)
    run(tmp_path / "b", 2, 4)
    assert torch.equal(run(tmp_path / "b", 4, 4, resume=True), whole)
    assert (tmp_path / "b" / "model.pt").exists()


def test_quantised_graphs_are_small_and_near(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    table, weight = rng.normal(size=(500, 64)).astype(np.float32), rng.normal(size=(64, 32)).astype(np.float32)
    table[7] *= 100  # one scale for all rows would lose the others
    nodes = [("Gather", ["table", "ids"], ["rows"]), ("MatMul", ["rows", "weight"], ["out"])]
    graph = helper.make_graph(
        [helper.make_node(*node) for node in nodes],
        "g",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["n"])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, ["n", 32])],
        [numpy_helper.from_array(table, "table"), numpy_helper.from_array(weight, "weight")],
    )
    full, small = tmp_path / "full.onnx", tmp_path / "small.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), full)
    quantise(full, small)
    assert small.stat().st_size < 0.4 * full.stat().st_size
    ids = np.arange(20, 40)
    one, two = (
        onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, {"ids": ids})[0]
        for path in (full, small)
    )
    assert 0 < float(np.abs(one - two).max()) < 0.05 * float(np.abs(one).max())
