"""The network: one encoder, two heads."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from assistant.models.reader.checkpoints import load_state
from assistant.models.reader.network import build_network as build_reader

_HIDDEN = 192


class EntailmentNetwork(nn.Module):
    """Judges a statement by a source in one pass.

    Inputs (B, T) int64. Outputs, both logits: stated (B,), that the source states all of it, and altered (B, T), that
    the source does not state a token of the statement.
    """

    def __init__(self, encoder: nn.Module, width: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.stated = nn.Sequential(nn.Linear(width, _HIDDEN), nn.GELU(), nn.Linear(_HIDDEN, 1))
        self.from_token = nn.Linear(width, _HIDDEN)
        self.token = nn.Linear(_HIDDEN, 1)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, Tensor]:
        """Return stated and altered."""
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        altered = self.token(functional.gelu(self.from_token(states))).squeeze(-1)
        return self.stated(states[:, 0]).squeeze(-1), altered


def build_network(model: Path, reader: Path | None = None) -> EntailmentNetwork:
    """Return the network over the encoder in folder `model`, with a trained reader's weights where one is given."""
    whole = build_reader(model)
    if reader is not None:
        whole.load_state_dict(load_state(reader))
    width = whole.from_token.in_features
    return EntailmentNetwork(whole.encoder, width)


@dataclass(frozen=True)
class Row:
    """An example as numbers: tokens, where the source begins, supported, and each statement token's mark.

    `marks` are 1 (altered), 0 (not) or -1 (unknown), for the tokens from the second on.
    """

    ids: list[int]
    second: int
    supported: bool
    marks: list[int]


@dataclass(frozen=True)
class Batch:
    """Some rows, padded; `marks` is -1 where it is unknown or no token of a statement."""

    inputs: tuple[Tensor, Tensor, Tensor]
    supported: Tensor
    marks: Tensor


def collate(rows: Sequence[Row]) -> Batch:
    """Return the rows as tensors."""
    width = max(len(row.ids) for row in rows)
    ids = torch.zeros((len(rows), width), dtype=torch.int64)
    mask, types = torch.zeros_like(ids), torch.zeros_like(ids)
    marks = torch.full((len(rows), width), -1.0)
    for i, row in enumerate(rows):
        ids[i, : len(row.ids)] = torch.tensor(row.ids)
        mask[i, : len(row.ids)] = 1
        types[i, row.second : len(row.ids)] = 1
        marks[i, 1 : 1 + len(row.marks)] = torch.tensor(row.marks, dtype=torch.float32)
    return Batch((ids, mask, types), torch.tensor([float(row.supported) for row in rows]), marks)


def losses(outputs: tuple[Tensor, Tensor], batch: Batch, altered_weight: float = 3.0) -> tuple[Tensor, Tensor]:
    """Return the mean losses of the statements and of their tokens, altered ones weighing more."""
    stated, altered = outputs
    whole = functional.binary_cross_entropy_with_logits(stated, batch.supported)
    known = batch.marks >= 0
    if not bool(known.any()):
        return whole, whole.new_zeros(())
    targets = batch.marks[known]
    weight = torch.where(targets > 0, altered_weight, 1.0)
    return whole, functional.binary_cross_entropy_with_logits(altered[known], targets, weight=weight)
