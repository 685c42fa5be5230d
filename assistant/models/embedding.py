"""Sentence embeddings by ONNX Runtime, from a model that `assistant.models.prepare` exported."""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from assistant.errors import ModelError
from assistant.types import Frozen

Vectors = NDArray[np.float32]

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
MANIFEST_FILE = "manifest.json"

# Small batches of equal length keep the activations in the cache: 4 was 20 % faster than 16 on 2 cores.
_BATCH = 4


class ModelIdentity(Frozen):
    """What vectors depend on: two catalogs with equal identities hold comparable vectors."""

    name: str
    revision: str
    dimension: int

    def __str__(self) -> str:
        return f"{self.name}@{self.revision[:12]} ({self.dimension})"


class Embedder(Protocol):
    """Turns text into unit vectors whose dot product is the cosine similarity."""

    @property
    def identity(self) -> ModelIdentity:
        """Name, revision and dimension of the model."""
        ...

    @property
    def max_tokens(self) -> int:
        """Longest input, special tokens included; what is longer is cut off."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, special tokens not counted, nothing cut off."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit rows, shape (len(texts), dimension), for texts that are searched."""
        ...

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit rows, shape (len(texts), dimension), for texts that search."""
        ...


class Manifest(Frozen):
    """What a prepared model folder says of itself (`manifest.json`)."""

    identity: ModelIdentity
    max_tokens: int
    question_prompt: str = ""
    passage_prompt: str = ""
    inputs: tuple[str, ...]


class OnnxEmbedder:
    """`Embedder` over a prepared folder. Calls from several threads at once are allowed."""

    def __init__(self, folder: Path, threads: int = 2) -> None:
        """Load the model in `folder`, running on `threads` cores.

        Raises ModelError when a file is missing or does not load.
        """
        try:
            self._manifest = Manifest.model_validate(json.loads((folder / MANIFEST_FILE).read_text("utf-8")))
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            options.inter_op_num_threads = 1
            # Spinning threads would burn a core that a server's other requests need.
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            self._session = onnxruntime.InferenceSession(
                str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime and tokenizers raise bare Exceptions of their own kinds
            raise ModelError(f"the prepared model in {folder} does not load ({error}); delete the folder") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        # Retrieval and reading embed the same question, so the last ones are kept.
        self._question = lru_cache(maxsize=64)(self._embed_question)

    @property
    def identity(self) -> ModelIdentity:
        """Name, revision and dimension of the model."""
        return self._manifest.identity

    @property
    def max_tokens(self) -> int:
        """Longest input, special tokens included."""
        return self._manifest.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, special tokens not counted."""
        return [len(e.ids) for e in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows, shape (len(texts), dimension)."""
        return self._embed([self._manifest.passage_prompt + text for text in texts])

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows, shape (len(texts), dimension)."""
        rows = [self._question(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.identity.dimension), np.float32)

    def _embed_question(self, text: str) -> Vectors:
        vector: Vectors = self._embed([self._manifest.question_prompt + text])[0]
        vector.flags.writeable = False
        return vector

    def _embed(self, texts: list[str]) -> Vectors:
        out = np.zeros((len(texts), self.identity.dimension), np.float32)
        for rows, ids in self._batches(texts):
            feed = {"input_ids": ids, "attention_mask": np.where(ids >= 0, 1, 0)}
            feed["input_ids"] = np.maximum(ids, 0)
            if "token_type_ids" in self._manifest.inputs:
                feed["token_type_ids"] = np.zeros_like(ids)
            out[rows] = self._session.run(["sentence_embedding"], feed)[0]
        norms = np.linalg.norm(out, axis=1, keepdims=True)
        unit: Vectors = out / np.maximum(norms, 1e-12)
        return unit

    def _batches(self, texts: list[str]) -> Iterator[tuple[list[int], NDArray[np.int64]]]:
        """Yield (row numbers, token ids padded with -1), texts of like length together."""
        limit = self._manifest.max_tokens
        encoded = [_cut(e.ids, limit) for e in self._tokenizer.encode_batch(texts)]
        order = sorted(range(len(texts)), key=lambda i: len(encoded[i]))
        for at in range(0, len(order), _BATCH):
            rows = order[at : at + _BATCH]
            ids = np.full((len(rows), max(len(encoded[i]) for i in rows)), -1, np.int64)
            for row, i in enumerate(rows):
                ids[row, : len(encoded[i])] = encoded[i]
            yield rows, ids


def _cut(ids: list[int], limit: int) -> list[int]:
    """Cut to `limit` tokens and keep the closing special token."""
    return ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]]
