"""Tests of `assistant.models.reader.restore`."""

from pathlib import Path

import pytest
import torch

from assistant.models.entailment.network import build_network as build_entailment
from assistant.models.entailment.runtime import ENTAILMENT_FOLDER
from assistant.models.reader.export import export_graph, quantise
from assistant.models.reader.network import build_network
from assistant.models.reader.restore import load_state
from assistant.models.reader.runtime import READER_FOLDER
from assistant.models.reader.train import model_folder


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


def test_training_can_go_on_from_what_ships() -> None:
    for network, folder in (
        (build_network(model_folder()), READER_FOLDER),
        (build_entailment(model_folder()), ENTAILMENT_FOLDER),
    ):
        network.load_state_dict(load_state(folder))
