"""The encoder that training starts from, as an embedder: which passages does it take for an answer.

In torch, not by `OnnxEmbedder`: it runs where training runs, on a GPU too, and on texts cut shorter.
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

from assistant.models.reader.pools import Embed, Vectors

_BATCH = 48
_TOKENS = 160


def caching_embedder(model: Path, folder: Path, device: torch.device) -> Embed:
    """Return an embedder over the encoder in `model` (mean of the tokens, unit length) that keeps vectors in `folder`.

    Texts are cut at 160 tokens: enough to tell what a passage is about, at two thirds of the time.
    """
    tokenizer = AutoTokenizer.from_pretrained(model)
    encoder = AutoModel.from_pretrained(model, attn_implementation="eager").to(device).eval()

    def embed(texts: Sequence[str]) -> Vectors:
        key = hashlib.sha256("\0".join([str(model), str(_TOKENS), *texts]).encode()).hexdigest()[:16]
        path = folder / f"vectors-{key}.npy"
        if not path.exists():
            scratch = path.with_suffix(".new.npy")
            np.save(scratch, _embed(texts, tokenizer, encoder, device))
            os.replace(scratch, path)
        found: Vectors = np.load(path)
        return found

    return embed


@torch.inference_mode()
def _embed(texts: Sequence[str], tokenizer: Any, encoder: Any, device: torch.device) -> Vectors:
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    out = np.zeros((len(texts), encoder.config.hidden_size), np.float32)
    for first in range(0, len(order), _BATCH):
        some = order[first : first + _BATCH]
        batch = tokenizer(
            [texts[i] for i in some], padding=True, truncation=True, max_length=_TOKENS, return_tensors="pt"
        ).to(device)
        states = encoder(**batch).last_hidden_state
        mask = batch["attention_mask"].unsqueeze(-1)
        mean = (states * mask).sum(1) / mask.sum(1)
        out[some] = torch.nn.functional.normalize(mean, dim=1).cpu().numpy()
    return out
