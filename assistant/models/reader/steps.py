"""One step of training, and the scores that validation needs, from batches of groups."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from assistant.models.reader.batches import Encoded, Ints
from assistant.models.reader.network import (
    Batch,
    ReaderNetwork,
    collate,
    group_losses,
    sentence_logits,
    token_losses,
)
from assistant.models.reader.validation import Scores

LISTED, SPANS = 0.5, 0.5
_CHUNK = 12


def train_step(
    network: ReaderNetwork, encoded: Encoded, batch: list[Ints], device: torch.device
) -> tuple[Tensor, list[float]]:
    """Return the loss of the groups of `batch` and its parts: answerable, listwise, sentences, spans.

    Examples go through the network in chunks of like length, since padding costs as much as text.
    """
    order = np.concatenate(batch)
    by_length = np.argsort(encoded.lengths()[order], kind="stable")
    logits: list[Tensor] = []
    targets: list[Tensor] = []
    sentences = spans = torch.zeros((), device=device)
    known = 0
    for first in range(0, len(order), _CHUNK):
        chunk = collate(encoded, order[by_length[first : first + _CHUNK]]).to(device)
        outputs = network(*chunk.inputs)
        chunk_sentences, chunk_spans = token_losses(outputs, chunk)
        sentences, spans = sentences + chunk_sentences, spans + chunk_spans
        known += int((chunk.span_targets[:, 0] >= 0).sum())
        logits.append(outputs[0])
        targets.append(chunk.answerable)
    back = torch.from_numpy(np.argsort(by_length, kind="stable"))
    single, listed = group_losses(torch.cat(logits)[back], torch.cat(targets)[back], [len(group) for group in batch])
    parts = [single / len(order), listed / len(batch), sentences / len(batch), spans / max(1, known)]
    return parts[0] + LISTED * parts[1] + parts[2] + SPANS * parts[3], [float(part.detach()) for part in parts]


def scorer(network: ReaderNetwork, encoded: Encoded, device: torch.device) -> Callable[[Ints], list[Scores]]:
    """Return the function that `validate` needs."""

    def score(examples: Ints) -> list[Scores]:
        batch = collate(encoded, examples).to(device)
        with torch.inference_mode():
            outputs = network(*batch.inputs)
            relevance = sentence_logits(outputs[1], batch)
        return split_scores(outputs, relevance, batch)

    return score


def split_scores(outputs: tuple[Tensor, ...], relevance: Tensor, batch: Batch) -> list[Scores]:
    """Return one (answerable, sentence logits, best span) an example."""
    starts = outputs[2].masked_fill(~batch.allowed, -1e4).argmax(1)
    ends = outputs[3].masked_fill(~batch.allowed, -1e4).argmax(1)
    return [
        (float(outputs[0][row]), relevance[batch.owner == row].tolist(), (int(starts[row]), int(ends[row])))
        for row in range(len(batch.answerable))
    ]
