"""Checkpoints: the weights of a network, from a training or out of the graph that ships, so that training can go on.

Of a graph, only what was rounded to 8 bits differs from the weights that were exported, by half a step of its channel
at most.
"""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

_ROUNDED, _HALF, _TURNED, _TABLE = "_quantized", ".half", ".weight_Transposed", ".int8"


def load_state(path: Path) -> dict[str, Tensor]:
    """Return the state of a network from `path`: a checkpoint, or a folder with an exported model.onnx.

    Names and shapes are those of its `state_dict`, in float32. Raises OSError where there is no such file.
    """
    if path.is_dir():
        return _from_graph(onnx.load(path / "model.onnx").graph)
    state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return dict(state.get("network", state))


def _from_graph(graph: onnx.GraphProto) -> dict[str, Tensor]:
    arrays = {tensor.name: np.array(numpy_helper.to_array(tensor), np.float32) for tensor in graph.initializer}
    found = {name: array for name, array in arrays.items() if name.endswith((".weight", ".bias"))}
    for name in arrays:
        if name.endswith(_TABLE):
            stem = name.removesuffix(_TABLE)
            found[stem] = arrays[name] * arrays[f"{stem}.scale"]
    for node in graph.node:
        if node.op_type not in {"MatMul", "MatMulInteger"}:
            continue
        stem = node.input[1].removesuffix(_ROUNDED)
        if f"{stem}{_ROUNDED}" in arrays:
            matrix = arrays[f"{stem}{_ROUNDED}"] * arrays[f"{stem}_scale"]
        elif f"{stem}{_HALF}" in arrays:
            matrix = arrays[f"{stem}{_HALF}"]
        else:
            continue
        found[_parameter(stem, node.name)] = matrix.T
    return {name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in found.items()}


def _parameter(stem: str, node: str) -> str:
    """Return the parameter's name: the graph has it itself, or its node stands at the module's path."""
    if stem.endswith(_TURNED):
        return f"{stem.removesuffix(_TURNED)}.weight"
    return f"{node.strip('/').rpartition('/')[0].replace('/', '.')}.weight"
