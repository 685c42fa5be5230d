"""The trained network on ONNX Runtime: judges statements by sources, no torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.models.entailment.inputs import STATEMENT_TOKENS, encode, tokens_of
from assistant.models.session import open_prepared

# The network in the package.
ENTAILMENT_FOLDER = Path(__file__).parent / "weights"
# Characters of a statement, so that megabytes are not cut into tokens to count them.
_MOST = 4000


@dataclass(frozen=True)
class Entailment:
    """What a source says of a statement, in logits: that it states all of it, and that a word of it is not stated.

    `words` are the statement's tokens, as spans of its text, with their logits.
    """

    stated: float
    words: tuple[tuple[int, int, float], ...]

    @property
    def worst(self) -> float:
        """The highest logit of a word, -12 where there is none."""
        return max((logit for _, _, logit in self.words), default=-12.0)


class EntailmentNetwork:
    """A prepared folder: model.onnx, tokenizer.json, manifest.json. Calls from several threads are allowed."""

    def __init__(self, folder: Path = ENTAILMENT_FOLDER, threads: int = 2) -> None:
        """Load the network in `folder`, running on `threads` cores. Raises ModelError when it does not load."""
        prepared = open_prepared(folder, threads)
        self.manifest = prepared.manifest
        self._tokenizer = prepared.tokenizer
        self._session = prepared.session

    @property
    def name(self) -> str:
        """Name and version, for the receipt."""
        return str(self.manifest["name"])

    def reads(self, statement: str) -> bool:
        """Whether all of `statement` is read, not only its beginning."""
        return len(statement) <= _MOST and len(tokens_of(self._tokenizer, statement)) <= STATEMENT_TOKENS

    def judge(self, statement: str, sources: Sequence[str]) -> list[Entailment]:
        """Return what each of `sources` says of `statement`, in order."""
        found = []
        for ids, second, offsets in encode(self._tokenizer, statement, sources):
            tokens = np.array([ids], np.int64)
            types = np.zeros_like(tokens)
            types[0, second:] = 1
            feed = {"input_ids": tokens, "attention_mask": np.ones_like(tokens), "token_type_ids": types}
            stated, altered = self._session.run(["stated", "altered"], feed)
            words = zip(offsets, altered[0, 1 : second - 1], strict=True)
            found.append(Entailment(float(stated[0]), tuple((a, b, float(logit)) for (a, b), logit in words)))
        return found
