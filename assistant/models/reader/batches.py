"""Examples as token numbers, kept flat in one file, and batches of whole groups of about the same length."""

import random
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from tokenizers import Encoding, Tokenizer

from assistant.models.reader.groups import Example, Group
from assistant.models.reader.inputs import MAX_TOKENS, QUESTION_TOKENS, passage_input

Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
CLS, SEP = "[CLS]", "[SEP]"


@dataclass(frozen=True)
class Encoded:
    """N examples, flat. `ids[bounds[i] : bounds[i + 1]]` are the tokens of example i, segment two from `second[i]`.

    `sentences[sentence_bounds[i] : sentence_bounds[i + 1]]` are rows (first token, token after the last, gold 0 or 1);
    `spans[i]` is (first token, last token) of the short answer or (-1, -1); `groups[i]` never decreases.
    """

    ids: Ints
    bounds: Ints
    second: Ints
    sentences: Ints
    sentence_bounds: Ints
    spans: Ints
    answerable: Ints
    groups: Ints
    sources: Ints
    names: Ints

    def __len__(self) -> int:
        return len(self.second)

    def save(self, path: Path) -> None:
        """Write everything to one .npz file."""
        np.savez(path, **{f.name: getattr(self, f.name) for f in fields(self)})

    @classmethod
    def load(cls, path: Path) -> "Encoded":
        """Read what `save` wrote."""
        with np.load(path) as data:
            return cls(**{f.name: data[f.name] for f in fields(cls)})

    def lengths(self) -> Ints:
        """Return the number of tokens of every example."""
        return np.diff(self.bounds)

    def members(self) -> list[Ints]:
        """Return the example numbers of every group."""
        edges = np.flatnonzero(np.diff(self.groups)) + 1
        return np.split(np.arange(len(self)), edges)


def load_tokenizer(model: Path) -> Tokenizer:
    """Return the tokenizer of the model folder, neither cutting nor padding."""
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def encode_groups(groups: Iterable[Group], tokenizer: Tokenizer) -> Encoded:
    """Return the examples of all groups as token numbers."""
    cls, sep = tokenizer.token_to_id(CLS), tokenizer.token_to_id(SEP)
    ids: list[np.ndarray[tuple[int, ...], np.dtype[np.uint16]]] = []
    second: list[int] = []
    sentences: list[tuple[int, int, int]] = []
    sentence_ends = [0]
    spans: list[tuple[int, int]] = []
    answerable: list[bool] = []
    numbers: list[int] = []
    sources: list[str] = []
    for number, group in enumerate(groups):
        inputs = [passage_input(e.shown.title, e.shown.text) for e in group]
        questions = tokenizer.encode_batch([e.question for e in group], add_special_tokens=False)
        passages = tokenizer.encode_batch([text for text, _ in inputs], add_special_tokens=False)
        for example, (_, lead), question, passage in zip(group, inputs, questions, passages, strict=True):
            head = [cls, *question.ids[:QUESTION_TOKENS], sep]
            room = MAX_TOKENS - len(head) - 1
            ids.append(np.array([*head, *passage.ids[:room], sep], dtype=np.uint16))
            second.append(len(head))
            rows, span = _places(example, passage, lead, len(head), room)
            sentences.extend(rows)
            sentence_ends.append(len(sentences))
            spans.append(span)
            answerable.append(example.answerable)
            numbers.append(number)
            sources.append(example.source)
    names, places = np.unique(np.array(sources), return_inverse=True)
    return Encoded(
        ids=np.concatenate(ids),
        bounds=np.cumsum([0, *map(len, ids)]),
        second=np.array(second, dtype=np.int16),
        sentences=np.array(sentences, dtype=np.int16),
        sentence_bounds=np.array(sentence_ends),
        spans=np.array(spans, dtype=np.int16),
        answerable=np.array(answerable, dtype=np.int8),
        groups=np.array(numbers, dtype=np.int32),
        sources=places.astype(np.int16),
        names=names,
    )


def _places(
    example: Example, passage: Encoding, lead: int, start: int, room: int
) -> tuple[list[tuple[int, int, int]], tuple[int, int]]:
    """Return the token ranges of the sentences, cut at `room` tokens, and the first and last token of the answer."""
    offsets = passage.offsets
    begins, ends = [a for a, _ in offsets], [b for _, b in offsets]

    def tokens(a: int, b: int) -> tuple[int, int]:
        return bisect_left(ends, lead + a + 1), bisect_left(begins, lead + b)

    rows = []
    for place, (a, b) in enumerate(example.shown.sentences):
        first, after = tokens(a, b)
        if first < min(after, room):
            rows.append((start + first, start + min(after, room), int(place in example.gold)))
    if example.answer is not None:
        first, after = tokens(*example.answer)
        if first < after <= room:
            return rows, (start + first, start + after - 1)
    return rows, (-1, -1)


def batches(encoded: Encoded, size: int, seed: int, epoch: int) -> Iterator[list[Ints]]:
    """Yield the groups of one epoch in batches of about `size` examples of like length, in an order set by the seed."""
    rng = random.Random(f"{seed}-{epoch}")
    lengths = encoded.lengths()
    members = encoded.members()
    rng.shuffle(members)
    pool = size * 12
    found: list[list[Ints]] = []
    for first in range(0, len(members), pool):
        part = sorted(members[first : first + pool], key=lambda group: int(lengths[group].max()))
        batch: list[Ints] = []
        for group in part:
            batch.append(group)
            if sum(map(len, batch)) >= size:
                found.append(batch)
                batch = []
        if batch:
            found.append(batch)
    rng.shuffle(found)
    yield from found
