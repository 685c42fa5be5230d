"""The trained reader on ONNX Runtime: scores question and passage pairs, no torch."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding

from assistant.models.reader.inputs import MAX_TOKENS, QUESTION_TOKENS, passage_input
from assistant.models.session import open_prepared

Floats = NDArray[np.float32]

# The reader in the package.
READER_FOLDER = Path(__file__).parent / "weights"
# The logit of what was not seen: a sentence cut off at the end of the window, and a short answer in it.
UNSEEN = -12.0
# Activations are scaled a batch where weights have 8 bits: read alone, a passage's scores depend on nothing else.
_BATCH = 1
_LONGEST_SPAN = 24


@dataclass(frozen=True)
class PassageInput:
    """One passage to read: the heading path above it, its text, and its sentences as spans of the text."""

    title: str
    text: str
    sentences: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class SpanScore:
    """A short answer: code points of the passage's text, and by how many logits it beats "there is none"."""

    start: int
    end: int
    score: float


@dataclass(frozen=True)
class PassageScores:
    """Logits of one passage: it answers; each sentence is part of the answer; and each sentence's best short answer.

    A sentence behind the end of the window has no short answer.
    """

    answerable: float
    sentences: tuple[float, ...]
    spans: tuple[SpanScore | None, ...]

    @property
    def span_score(self) -> float:
        """The best short answer's score."""
        return max((span.score for span in self.spans if span), default=UNSEEN)


class ReaderNetwork:
    """A prepared reader folder: model.onnx, tokenizer.json, manifest.json. Calls from several threads are allowed."""

    def __init__(self, folder: Path, threads: int = 2) -> None:
        """Load the network in `folder`, running on `threads` cores. Raises ModelError when it does not load."""
        prepared = open_prepared(folder, threads)
        self.manifest = prepared.manifest
        self._tokenizer = prepared.tokenizer
        self._session = prepared.session
        self._cls = int(self._tokenizer.token_to_id("[CLS]") or 0)
        self._sep = int(self._tokenizer.token_to_id("[SEP]") or 0)

    @property
    def name(self) -> str:
        """Name and version, for the receipt."""
        return str(self.manifest["name"])

    def score(self, question: str, passages: Sequence[PassageInput]) -> list[PassageScores]:
        """Return the scores of each passage for `question`, in order."""
        asked = self._tokenizer.encode(question, add_special_tokens=False).ids[:QUESTION_TOKENS]
        shown = [passage_input(passage.title, passage.text) for passage in passages]
        encoded = self._tokenizer.encode_batch([text for text, _ in shown], add_special_tokens=False)
        head = [self._cls, *asked, self._sep]
        room = MAX_TOKENS - len(head) - 1
        rows = [[*head, *one.ids[:room], self._sep] for one in encoded]
        out: list[PassageScores | None] = [None] * len(passages)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        for at in range(0, len(order), _BATCH):
            some = order[at : at + _BATCH]
            outputs = self._run([rows[i] for i in some], len(head))
            for place, i in enumerate(some):
                logits = tuple(output[place] for output in outputs)
                window = _Window(encoded[i], shown[i][1], len(head), min(room, len(encoded[i].ids)))
                out[i] = _scores(passages[i], window, logits)
        return [one for one in out if one is not None]

    def _run(self, rows: Sequence[Sequence[int]], second: int) -> list[Floats]:
        width = max(len(row) for row in rows)
        ids = np.zeros((len(rows), width), np.int64)
        mask, types = np.zeros_like(ids), np.zeros_like(ids)
        for i, row in enumerate(rows):
            ids[i, : len(row)] = row
            mask[i, : len(row)] = 1
            types[i, second : len(row)] = 1
        names = ["answerable", "relevance", "start", "end"]
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        found: list[Floats] = self._session.run(names, feed)
        return found


class _Window:
    """Where the tokens of one passage lie: in the input, from `first`, and in its text, after `lead` characters."""

    def __init__(self, encoding: Encoding, lead: int, first: int, kept: int) -> None:
        self.first = first
        self.kept = kept
        self.lead = lead
        self._begins = [a for a, _ in encoding.offsets]
        self._ends = [b for _, b in encoding.offsets]

    def tokens(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of tokens, counted from the second segment, that cover the span of the text."""
        after = min(bisect_left(self._begins, self.lead + end), self.kept)
        return bisect_left(self._ends, self.lead + start + 1), after

    def characters(self, first: int, last: int) -> tuple[int, int]:
        """Return the span of the text that the tokens from `first` to `last` cover."""
        return self._begins[first] - self.lead, self._ends[last] - self.lead


def _scores(passage: PassageInput, window: _Window, logits: tuple[Floats, ...]) -> PassageScores:
    answerable, relevance, start, end = logits
    # The first token stands for "no short answer here".
    none = float(start[0] + end[0])
    sentences: list[float] = []
    spans: list[SpanScore | None] = []
    for sentence in passage.sentences:
        first, after = window.tokens(*sentence)
        seen = slice(window.first + first, window.first + after)
        if after <= first:
            sentences.append(UNSEEN)
            spans.append(None)
            continue
        sentences.append(float(relevance[seen].mean()))
        score, begin, last = _best_span(start[seen], end[seen])
        spans.append(SpanScore(*window.characters(first + begin, first + last), score - none))
    return PassageScores(float(answerable), tuple(sentences), tuple(spans))


def _best_span(start: Floats, end: Floats) -> tuple[float, int, int]:
    """Return the score, and the first and last token, of the likeliest span of at most 24 tokens; not of none."""
    sums = start[:, None] + end[None, :]
    allowed = np.triu(np.ones_like(sums, bool)) & ~np.triu(np.ones_like(sums, bool), _LONGEST_SPAN)
    best = int(np.where(allowed, sums, -np.inf).argmax())
    first, last = divmod(best, len(end))
    return float(sums[first, last]), first, last
