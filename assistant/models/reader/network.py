"""The reader's network: one encoder, three heads."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoConfig, AutoModel

from assistant.models.reader.batches import Encoded, Ints

_HIDDEN = 192
_FAR = -1e4


class ReaderNetwork(nn.Module):
    """Scores a question and a passage in one pass.

    Inputs (B, T) int64. Outputs, all logits: answerable (B,), and relevance, start, end (B, T) of every token. The
    relevance of a sentence is the mean over its tokens.
    """

    def __init__(self, encoder: nn.Module, width: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.answerable = nn.Sequential(nn.Linear(width, _HIDDEN), nn.GELU(), nn.Linear(_HIDDEN, 1))
        self.from_token = nn.Linear(width, _HIDDEN)
        self.from_first = nn.Linear(width, _HIDDEN, bias=False)
        self.token = nn.Linear(_HIDDEN, 3)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, ...]:
        """Return answerable, relevance, start, end."""
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        first = states[:, 0]
        hidden = functional.gelu(self.from_token(states) + self.from_first(first).unsqueeze(1))
        tokens = self.token(hidden)
        return self.answerable(first).squeeze(-1), tokens[..., 0], tokens[..., 1], tokens[..., 2]


def build_network(model: Path, *, pretrained: bool = True) -> ReaderNetwork:
    """Return the network over the encoder in folder `model`, without dropout, its word embeddings frozen."""
    config = AutoConfig.from_pretrained(model)
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    options = {"attn_implementation": "eager", "add_pooling_layer": False}
    if pretrained:
        encoder = AutoModel.from_pretrained(model, config=config, **options)
    else:
        encoder = AutoModel.from_config(config, **options)  # type: ignore[no-untyped-call]
    encoder.embeddings.word_embeddings.weight.requires_grad_(requires_grad=False)
    return ReaderNetwork(encoder, config.hidden_size)


@dataclass(frozen=True)
class Batch:
    """Some examples, padded, and their targets.

    `pool` (sentences, B * T) takes token logits to sentence logits; `owner` tells which example a sentence is of.
    """

    inputs: tuple[Tensor, Tensor, Tensor]
    answerable: Tensor
    pool: Tensor
    gold: Tensor
    owner: Tensor
    spans: Tensor
    allowed: Tensor

    @property
    def span_targets(self) -> Tensor:
        """First and last token of the short answer (B, 2): the first token where nothing answers, -1 where unknown.

        As in SQuAD 2.0's baselines (Devlin et al. 2019).
        """
        return torch.where(self.answerable[:, None] > 0, self.spans, 0)

    def to(self, device: torch.device) -> "Batch":
        """Return the batch on `device`."""
        ids, mask, types = (tensor.to(device) for tensor in self.inputs)
        rest = (self.answerable, self.pool, self.gold, self.owner, self.spans, self.allowed)
        return Batch((ids, mask, types), *(tensor.to(device) for tensor in rest))


def collate(encoded: Encoded, examples: Sequence[int] | Ints) -> Batch:
    """Return the examples as tensors, padded to the longest."""
    lengths = encoded.lengths()[examples]
    count, width = len(examples), int(lengths.max())
    ids = torch.zeros((count, width), dtype=torch.int64)
    mask, types = torch.zeros_like(ids), torch.zeros_like(ids)
    allowed = torch.zeros((count, width), dtype=torch.bool)
    rows: list[tuple[int, int, int]] = []
    gold: list[int] = []
    for row, example in enumerate(examples):
        begin, length, second = int(encoded.bounds[example]), int(lengths[row]), int(encoded.second[example])
        ids[row, :length] = torch.from_numpy(encoded.ids[begin : begin + length].astype("int64"))
        mask[row, :length] = 1
        types[row, second:length] = 1
        allowed[row, second : length - 1] = True
        for first, after, good in encoded.sentences[
            encoded.sentence_bounds[example] : encoded.sentence_bounds[example + 1]
        ]:
            rows.append((row, int(first), int(after)))
            gold.append(int(good))
    pool = torch.zeros((len(rows), count * width))
    for number, (row, first, after) in enumerate(rows):
        pool[number, row * width + first : row * width + after] = 1.0 / (after - first)
    return Batch(
        (ids, mask, types),
        torch.from_numpy(encoded.answerable[examples].astype("float32")),
        pool,
        torch.tensor(gold, dtype=torch.float32),
        torch.tensor([row for row, _, _ in rows], dtype=torch.int64),
        torch.from_numpy(encoded.spans[examples].astype("int64")),
        allowed,
    )


def sentence_logits(relevance: Tensor, batch: Batch) -> Tensor:
    """Return one logit a sentence from one logit a token."""
    return batch.pool @ relevance.reshape(-1)


def token_losses(outputs: tuple[Tensor, ...], batch: Batch, negative_weight: float = 0.2) -> tuple[Tensor, Tensor]:
    """Return the summed losses of sentences (weighted mean an example) and of start and end, over the batch."""
    _, relevance, start, end = outputs
    each = functional.binary_cross_entropy_with_logits(sentence_logits(relevance, batch), batch.gold, reduction="none")
    per_example = torch.bincount(batch.owner, minlength=len(batch.answerable)).clamp(min=1)
    weight = torch.where(batch.answerable > 0, 1.0, negative_weight)
    sentences = (each * (weight / per_example)[batch.owner]).sum()
    targets = batch.span_targets
    allowed = batch.allowed.clone()
    allowed[:, 0] = True
    known = targets[:, 0] >= 0
    spans = sentences.new_zeros(())
    if bool(known.any()):
        for side, logits in ((0, start), (1, end)):
            masked = logits.masked_fill(~allowed, _FAR)[known]
            spans = spans + 0.5 * functional.cross_entropy(masked, targets[known, side], reduction="sum")
    return sentences, spans


def group_losses(logits: Tensor, answerable: Tensor, sizes: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Return the summed losses of answerable, one by one and of the positive against the others of its group.

    Examples come group by group, `sizes` examples each, the positive first.
    """
    single = functional.binary_cross_entropy_with_logits(logits, answerable, reduction="sum")
    padded = nn.utils.rnn.pad_sequence(list(torch.split(logits, list(sizes))), batch_first=True, padding_value=_FAR)
    listed = functional.cross_entropy(
        padded, torch.zeros(len(sizes), dtype=torch.int64, device=logits.device), reduction="sum"
    )
    return single, listed
