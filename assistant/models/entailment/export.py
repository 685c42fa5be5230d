"""Exports the network: `python -m assistant.models.entailment.export --checkpoint model.pt --output DIR --name NAME`.

Writes a folder that `EntailmentNetwork` of runtime.py loads, weights in 8 bits as the reader's are, and prints how far
its logits are from those of 32 bits on statements of its own kind.
"""

import argparse
import hashlib
import itertools
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import torch

from assistant.models.entailment.edits import joined
from assistant.models.entailment.examples import Maker
from assistant.models.entailment.inputs import MAX_TOKENS, STATEMENT_TOKENS
from assistant.models.entailment.network import build_network
from assistant.models.entailment.runtime import EntailmentNetwork
from assistant.models.entailment.wordnet import WordNet
from assistant.models.reader.checkpoints import load_state
from assistant.models.reader.export import INPUTS, quantise
from assistant.models.reader.groups import load_corpora
from assistant.models.reader.train import model_folder

OUTPUTS = ("stated", "altered")
_SAMPLE = 200


def export_graph(checkpoint: Path, path: Path) -> None:
    """Write the network with the weights in `checkpoint` as a float32 graph; batch and tokens are free."""
    network = build_network(model_folder()).eval()
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
            dynamic_axes={**dict.fromkeys((*INPUTS, "altered"), both), "stated": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )


def main() -> int:
    """Export as the command line says; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--name", required=True, help="what receipts call it, such as entailment-1")
    parser.add_argument("--data", type=Path, required=True, help="the folder training/ of ../shared")
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    args = parser.parse_args()
    full, small = args.output / "full", args.output / "int8"
    for folder in (full, small):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(model_folder() / "tokenizer.json", folder / "tokenizer.json")
    export_graph(args.checkpoint, full / "model.onnx")
    quantise(full / "model.onnx", small / "model.onnx", gentle=True)
    for folder in (full, small):
        manifest = {
            "name": args.name,
            "sha256": hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest(),
            "max_tokens": MAX_TOKENS,
            "statement_tokens": STATEMENT_TOKENS,
            "inputs": INPUTS,
            "outputs": OUTPUTS,
        }
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
    maker = Maker(load_corpora(args.data, 1), WordNet(args.wordnet), 1)
    one, two = EntailmentNetwork(full), EntailmentNetwork(small)
    apart = []
    for example in itertools.islice(maker.examples(), _SAMPLE):
        statement = joined(example.statement)
        (exact,), (near,) = (network.judge(statement, [example.source]) for network in (one, two))
        apart.append((abs(exact.stated - near.stated), abs(exact.worst - near.worst)))
    print("logits apart, mean and most:", np.mean(apart, axis=0), np.max(apart, axis=0))
    return 0


if __name__ == "__main__":
    sys.exit(main())
