from pathlib import Path

import numpy as np
import pytest
import torch

from assistant.models.reader.encoder import caching_embedder
from assistant.models.reader.train import model_folder


@pytest.mark.model
def test_vectors_are_unit_long_near_by_meaning_and_kept(tmp_path: Path) -> None:
    embed = caching_embedder(model_folder(), tmp_path, torch.device("cpu"))
    texts = ["The mine produces rare earths.", "Rare-earth elements are dug there.", "She sang in a choir."]
    vectors = embed(texts)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    (kept,) = tmp_path.glob("vectors-*.npy")
    np.save(kept, vectors[::-1])
    assert np.array_equal(embed(texts), vectors[::-1])
    assert len(list(tmp_path.iterdir())) == 1
