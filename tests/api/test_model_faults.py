"""What the edges make of a language model's faults: a short version of `python -m bench.faults`."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.factory import build_assistant
from assistant.models.entailment.runtime import ENTAILMENT_FOLDER
from assistant.models.fake import HashingEmbedder
from assistant.models.writing import LanguageModel, Limits
from assistant.pipeline import Assistant
from assistant.settings import load_settings
from bench.fault_kinds import kinds
from bench.faults import measure

QUESTIONS = (
    "What does the second directive tie to quarterly audits?",
    "At how many dollars a kilogram did neodymium oxide close April?",
)
# Faults that are no matter of time are not to be noticed by it, however busy the machine is: nor is a connection late.
SHORT, LONG = Limits(connect=30, first_token=0.6, whole=0.9), Limits(connect=30, first_token=30, whole=30)
UNCONNECTED = Limits(connect=0.3, first_token=30, whole=30)
GRACE = 15.0


@pytest.mark.skipif(
    not (ENTAILMENT_FOLDER / "model.onnx").exists(),
    reason="the network that judges support has no weights: run `python -m assistant.models.entailment.train`",
)
def test_every_fault_ends_once_with_the_extractive_answer_and_its_reason(corpus: Path, tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home", corpus=corpus, threshold=0.0)

    def build(model: LanguageModel) -> Assistant:
        return build_assistant(settings, model=model, embedder=HashingEmbedder())

    for limits, noticed_by, count in ((SHORT, "silence", 5), (LONG, "itself", 15), (UNCONNECTED, "connecting", 1)):
        some = [replace(kind, grace=GRACE) for kind in kinds(limits, 2, 2) if kind.noticed_by == noticed_by]
        rows, left = measure(build, QUESTIONS, limits, some)
        assert [len(row.asked) for row in rows] == [2] * count
        assert [fault for row in rows for fault in row.faults] == []
        assert left == ""
