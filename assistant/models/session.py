"""A prepared folder: a network for ONNX Runtime with its tokenizer and what is known of it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnxruntime
from tokenizers import Tokenizer

from assistant.errors import ModelError


@dataclass(frozen=True)
class Prepared:
    """model.onnx, tokenizer.json and manifest.json of a folder, open; the tokenizer neither pads nor cuts."""

    manifest: dict[str, Any]
    tokenizer: Tokenizer
    session: onnxruntime.InferenceSession


def open_prepared(folder: Path, threads: int) -> Prepared:
    """Open `folder` to run on `threads` cores. Raises ModelError when it does not load."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Threads that spin while they wait would keep the cores from everything else.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime and tokenizers raise bare Exceptions of their own kinds
        raise ModelError(f"the network in {folder} does not load ({error}): install the package again") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return Prepared(manifest, tokenizer, session)
