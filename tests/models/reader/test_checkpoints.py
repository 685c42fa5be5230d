"""Tests of `assistant.models.reader.checkpoints`."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

from assistant.models.entailment.network import build_network as build_entailment
from assistant.models.entailment.runtime import ENTAILMENT_FOLDER
from assistant.models.reader.batches import load_tokenizer
from assistant.models.reader.checkpoints import load_state
from assistant.models.reader.export import INPUTS, export_graph, quantise
from assistant.models.reader.network import build_network
from assistant.models.reader.runtime import READER_FOLDER
from assistant.models.reader.train import model_folder

_SEPARATOR = 102


# What torch says of its tracing: of no matter to what comes out.
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("gentle", [False, True])
def test_what_was_exported_comes_back_to_half_a_step(tmp_path: Path, *, gentle: bool) -> None:
    torch.manual_seed(3)
    state = build_network(model_folder()).state_dict()
    torch.save({"network": state, "step": 4}, tmp_path / "checkpoint.pt")
    assert all(torch.equal(value, state[name]) for name, value in load_state(tmp_path / "checkpoint.pt").items())
    export_graph(tmp_path / "checkpoint.pt", tmp_path / "full.onnx")
    quantise(tmp_path / "full.onnx", tmp_path / "model.onnx", gentle=gentle)
    found = load_state(tmp_path)
    assert found.keys() == state.keys()
    for name, value in state.items():
        # A step is a channel's largest weight over 127, and channels are rows here.
        step = value.abs().amax(dim=-1, keepdim=True) / 127
        assert ((found[name] - value).abs() <= 0.51 * step + 1e-6).all(), name


_SHIPPED = [(build_network, READER_FOLDER), (build_entailment, ENTAILMENT_FOLDER)]


@pytest.mark.parametrize(("build", "folder"), _SHIPPED)
def test_training_can_go_on_from_what_ships(build: Callable[[Path], nn.Module], folder: Path) -> None:
    network = build(model_folder()).eval()
    network.load_state_dict(load_state(folder))
    ids = torch.tensor([load_tokenizer(folder).encode("who sold the mine", "It was sold to Ada Roe in May.").ids])
    inputs = (ids, torch.ones_like(ids), (ids == _SEPARATOR).cumsum(1).clamp(max=1))
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    with torch.inference_mode():
        found = [one.numpy() for one in network(*inputs)]
    told = session.run(None, dict(zip(INPUTS, (one.numpy() for one in inputs), strict=True)))
    # The graph rounds what comes into its products to 8 bits too. A network that learnt nothing is several logits off.
    for one, other in zip(found, told, strict=True):
        assert np.abs(one - other).mean() < 0.5
