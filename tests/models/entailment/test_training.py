"""Losses, rows and scores of the entailment network, on a small random encoder."""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from assistant.models.entailment import train
from assistant.models.entailment.edits import cut
from assistant.models.entailment.examples import Example
from assistant.models.entailment.network import EntailmentNetwork, collate, losses
from assistant.models.entailment.statements import Written
from assistant.models.entailment.train import auroc, batches, mixed, score, to_row
from tests.models.reader.test_batches import TOKENIZER


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def tiny(seed: int = 0) -> EntailmentNetwork:
    from transformers import BertConfig, BertModel

    torch.manual_seed(seed)
    config = BertConfig(
        hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=48, vocab_size=30522,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    return EntailmentNetwork(BertModel(config, add_pooling_layer=False), 32)


def example(*, supported: bool, located: bool = True) -> Example:
    pieces = cut("Tin melts at 232 degrees.")
    if not supported and located:
        pieces = tuple(type(p)("300", altered=True) if p.text == "232" else p for p in pieces)
    return Example("Tin melts at 232 degrees Celsius.", pieces, supported, located, apart=False)


def test_a_row_marks_the_tokens_of_what_was_altered() -> None:
    good, bad = (to_row(example(supported=one), TOKENIZER) for one in (True, False))
    assert good.supported
    assert set(good.marks) == {0}
    assert sum(bad.marks) == 1
    ids = bad.ids[1 : 1 + len(bad.marks)]
    assert TOKENIZER.decode([ids[bad.marks.index(1)]]) == "300"
    assert bad.second == len(bad.marks) + 2
    assert set(to_row(example(supported=False, located=False), TOKENIZER).marks) == {-1}


def test_tokens_without_a_mark_cost_nothing() -> None:
    unknown = collate([to_row(example(supported=False, located=False), TOKENIZER)])
    outputs = tiny()(*unknown.inputs)
    assert float(losses(outputs, unknown)[1].detach()) == 0.0
    known = collate([to_row(example(supported=False), TOKENIZER)])
    outputs = tiny()(*known.inputs)
    assert float(losses(outputs, known)[1].detach()) > 0.0


def test_padding_changes_no_score() -> None:
    network = tiny()
    short, long = to_row(example(supported=True), TOKENIZER), to_row(example(supported=False), TOKENIZER)
    longer = type(long)([*long.ids, *long.ids[1:]], long.second, supported=False, marks=long.marks)
    alone, _ = score(network, [short])
    together, _ = score(network, [short, longer])
    assert alone[0] == pytest.approx(together[0], abs=1e-5)


def test_auroc_counts_pairs_in_order() -> None:
    assert auroc([0.9, 0.4, 0.6, 0.1], [True, True, False, False]) == pytest.approx(0.75)
    assert auroc([2.0, 1.0], [True, False]) == 1.0


def test_batches_hold_every_row_once() -> None:
    rows = [to_row(example(supported=i % 2 == 0), TOKENIZER) for i in range(10)]
    found = [row for batch in batches(iter(rows), 3, random.Random(1)) for row in batch]
    assert sorted(map(id, found)) == sorted(map(id, rows))


def test_written_examples_are_mixed_in_by_their_share(tmp_path: Path) -> None:
    made = iter([example(supported=True)] * 5)
    none = Written([], tmp_path)
    examples = mixed(made, none, lambda pieces, _: pieces, 0.9, random.Random(1))
    assert len(list(zip(range(5), examples, strict=False))) == 5


@pytest.mark.parametrize("bfloat16", [False, True])
def test_training_learns_to_tell_two_statements_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bfloat16: bool
) -> None:
    rows = [to_row(example(supported=i % 2 == 0), TOKENIZER) for i in range(32)]
    said: list[str] = []
    monkeypatch.setattr(train, "_say", said.append)
    args = argparse.Namespace(rate=5e-3, minutes=0.05, every=10, output=tmp_path, bfloat16=bfloat16)
    network = tiny()
    endless = (batch for _ in range(10_000) for batch in batches(iter(rows), 8, random.Random(1)))
    train._train(args, network, endless, {"same": rows})
    stated, _ = score(network, rows)
    assert auroc(stated, [row.supported for row in rows]) == 1.0
    assert any("AUROC stated 1.0000" in line for line in said)
