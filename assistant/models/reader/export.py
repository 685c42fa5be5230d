"""Exports a trained reader: `python -m assistant.models.reader.export --checkpoint model.pt --output DIR`.

Writes two folders that `ReaderNetwork` loads, DIR/full (float32) and DIR/int8 (weights of matrix products in 8 bits a
channel, word embeddings in 8 bits with a scale a row): model.onnx, tokenizer.json and manifest.json; and prints what 8
bits cost on held-out examples.
"""

import argparse
import hashlib
import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from assistant.models.reader.batches import Encoded, Ints
from assistant.models.reader.checkpoints import load_state
from assistant.models.reader.inputs import MAX_TOKENS, QUESTION_TOKENS, SEPARATOR
from assistant.models.reader.network import build_network
from assistant.models.reader.train import model_folder
from assistant.models.reader.validation import Scores, validate

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("answerable", "relevance", "start", "end")
_FEED_FORWARD_OUT = re.compile(r"layer\.\d+/output/dense/MatMul$")
_SAMPLE = 256

Arrays = list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]


def export_graph(checkpoint: Path, path: Path) -> None:
    """Write the network with the weights in `checkpoint` as a float32 graph; batch and tokens are free."""
    network = build_network(model_folder(), pretrained=False).eval()
    network.load_state_dict(load_state(checkpoint))
    example = torch.ones((2, 16), dtype=torch.int64)
    both = {0: "batch", 1: "tokens"}
    with torch.inference_mode():
        torch.onnx.export(
            network,
            (example, example, example),
            str(path),
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes={**dict.fromkeys((*INPUTS, *OUTPUTS[1:]), both), OUTPUTS[0]: {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )


def quantise(source: Path, target: Path, *, gentle: bool = False) -> None:
    """Write the graph with its weights in 8 bits.

    `gentle` stores the second matrix of every feed-forward layer in 16 bits and computes it in 32: what comes into it
    has outliers, and half of the error of 8 bits arises there.
    """
    scratch = target.with_suffix(".tmp.onnx")
    kept = [node.name for node in onnx.load(source).graph.node if _FEED_FORWARD_OUT.search(node.name)] if gentle else []
    quantize_dynamic(
        source,
        scratch,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=kept,
    )
    model = onnx.load(scratch)
    _quantise_embeddings(model.graph)
    _halve(model.graph, set(kept))
    onnx.checker.check_model(model)
    onnx.save(model, target)
    scratch.unlink()


def _halve(graph: onnx.GraphProto, nodes: set[str]) -> None:
    """Store the weights of the matrix products named `nodes` in 16 bits; ONNX Runtime widens them once, as it loads."""
    weights = {node.input[1] for node in graph.node if node.name in nodes}
    for tensor in [i for i in graph.initializer if i.name in weights]:
        half = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), f"{tensor.name}.half")
        graph.initializer.remove(tensor)
        graph.initializer.append(half)
        cast = onnx.helper.make_node("Cast", [half.name], [tensor.name], to=onnx.TensorProto.FLOAT)
        graph.node.insert(0, cast)


def _quantise_embeddings(graph: onnx.GraphProto) -> None:
    """Replace the largest looked-up table by whole numbers in [-127, 127] and one scale a row."""
    tables = {i.name: i for i in graph.initializer if i.data_type == onnx.TensorProto.FLOAT and len(i.dims) == 2}
    lookups = [node for node in graph.node if node.op_type == "Gather" and node.input[0] in tables]
    node = max(lookups, key=lambda n: tables[n.input[0]].dims[0])
    table = numpy_helper.to_array(tables[node.input[0]])
    scales = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-8).astype(np.float32) / np.float32(127)
    numbers = np.rint(table / scales).astype(np.int8)
    name, ids, output = node.input[0], node.input[1], node.output[0]
    steps = [
        onnx.helper.make_node("Gather", [f"{name}.int8", ids], [f"{output}.int8"]),
        onnx.helper.make_node("Cast", [f"{output}.int8"], [f"{output}.float"], to=onnx.TensorProto.FLOAT),
        onnx.helper.make_node("Gather", [f"{name}.scale", ids], [f"{output}.scale"]),
        onnx.helper.make_node("Mul", [f"{output}.float", f"{output}.scale"], [output]),
    ]
    place = list(graph.node).index(node)
    graph.node.remove(node)
    for step in reversed(steps):
        graph.node.insert(place, step)
    graph.initializer.remove(tables[name])
    graph.initializer.append(numpy_helper.from_array(numbers, f"{name}.int8"))
    graph.initializer.append(numpy_helper.from_array(scales, f"{name}.scale"))


def runner(path: Path, encoded: Encoded, threads: int = 2) -> Callable[[Ints], Arrays]:
    """Return a function from example numbers to the four outputs of the graph in `path`."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(examples: Ints) -> Arrays:
        lengths = encoded.lengths()[examples]
        ids, mask, types = np.zeros((3, len(examples), int(lengths.max())), dtype=np.int64)
        for row, example in enumerate(examples):
            begin, length = int(encoded.bounds[example]), int(lengths[row])
            ids[row, :length] = encoded.ids[begin : begin + length]
            mask[row, :length] = 1
            types[row, int(encoded.second[example]) : length] = 1
        outputs: Arrays = session.run(list(OUTPUTS), dict(zip(INPUTS, (ids, mask, types), strict=True)))
        return outputs

    return run


def scorer(run: Callable[[Ints], Arrays], encoded: Encoded) -> Callable[[Ints], list[Scores]]:
    """Return the function that `validate` needs."""

    def score(examples: Ints) -> list[Scores]:
        answerable, relevance, start, end = run(examples)
        found: list[Scores] = []
        for row, example in enumerate(examples):
            rows = encoded.sentences[encoded.sentence_bounds[example] : encoded.sentence_bounds[example + 1]]
            first, after = int(encoded.second[example]), int(encoded.lengths()[example]) - 1
            sides = [first + int(np.argmax(side[row, first:after])) for side in (start, end)]
            means = [float(relevance[row, a:b].mean()) for a, b, _ in rows]
            found.append((float(answerable[row]), means, (sides[0], sides[1])))
        return found

    return score


def difference(one: Callable[[Ints], Arrays], two: Callable[[Ints], Arrays], encoded: Encoded) -> str:
    """Return, as text, by how much the answerable logits and the relevance logits differ on the first examples."""
    apart: dict[str, list[float]] = {"answerable": [], "relevance": []}
    for example in range(min(_SAMPLE, len(encoded))):
        chosen = np.array([example])
        for name, a, b in zip(apart, one(chosen), two(chosen), strict=False):
            apart[name].append(float(np.abs(a - b).max()))
    return ", ".join(f"{name} max {max(v):.3f} mean {sum(v) / len(v):.3f}" for name, v in apart.items())


def write_manifest(folder: Path, name: str, figures: str) -> None:
    """Write what a runtime needs to know of the graph in `folder`, and its name."""
    manifest = {
        "name": name,
        "sha256": hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest(),
        "max_tokens": MAX_TOKENS,
        "question_tokens": QUESTION_TOKENS,
        "separator": SEPARATOR,
        "inputs": INPUTS,
        "outputs": OUTPUTS,
        "validation": figures,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")


def main() -> int:
    """Export as the command line says; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True, help="model.pt, weights-STEP.pt or checkpoint.pt")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--name", required=True, help="what answers' receipts call it, such as reader-2")
    parser.add_argument("--valid", type=Path, required=True, help="encoded examples: valid-SEED.npz of the training")
    parser.add_argument("--groups", type=int, default=1000, help="groups to validate with, at most")
    parser.add_argument("--gentle", action="store_true", help="keep the second feed-forward matrices in 16 bits")
    args = parser.parse_args()
    full, small = args.output / "full", args.output / "int8"
    for folder in (full, small):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(model_folder() / "tokenizer.json", folder / "tokenizer.json")
    export_graph(args.checkpoint, full / "model.onnx")
    quantise(full / "model.onnx", small / "model.onnx", gentle=args.gentle)
    encoded = Encoded.load(args.valid)
    runs = {folder: runner(folder / "model.onnx", encoded) for folder in (full, small)}
    print("logits apart:", difference(runs[full], runs[small], encoded))
    for folder, run in runs.items():
        figures = str(validate(encoded, scorer(run, encoded), args.groups))
        print(f"{folder.name}: {(folder / 'model.onnx').stat().st_size / 1e6:.1f} MB  {figures}")
        write_manifest(folder, args.name if folder == small else f"{args.name}-full", figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
