"""An embedder without weights, for tests and for trying the package where no model can be prepared."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from assistant.models.embedding import ModelIdentity, Vectors

_PIECE = re.compile(r"\w+|[^\w\s]")


class HashingEmbedder:
    """`Embedder` that hashes words into buckets (Weinberger et al. 2009): texts that share words are near."""

    def __init__(self, dimension: int = 64, name: str = "hashing") -> None:
        """Make vectors of `dimension` numbers."""
        self._identity = ModelIdentity(name=name, revision="1", dimension=dimension)

    @property
    def identity(self) -> ModelIdentity:
        """Name, revision and dimension."""
        return self._identity

    @property
    def max_tokens(self) -> int:
        """Longest input; nothing is cut off."""
        return 256

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of words and marks of each text."""
        return [len(_PIECE.findall(text)) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows, shape (len(texts), dimension)."""
        out = np.zeros((len(texts), self._identity.dimension), np.float32)
        for row, text in enumerate(texts):
            for word in _PIECE.findall(text.lower()):
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                bucket = int.from_bytes(digest[:4], "big") % self._identity.dimension
                out[row, bucket] += 1.0 if digest[4] % 2 else -1.0
            if not out[row].any():
                out[row, 0] = 1.0
        unit: Vectors = out / np.linalg.norm(out, axis=1, keepdims=True)
        return unit

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows, shape (len(texts), dimension)."""
        return self.embed_passages(texts)
