"""The training sets beside the project, loaded once, and small cuts of them."""

from pathlib import Path

import pytest

from assistant.models.reader.data.items import Corpus
from assistant.models.reader.data.labelled import load_multihop, load_nq, load_selqa
from assistant.models.reader.data.pages import load_pages
from assistant.models.reader.data.squad import load_covidqa, load_squad
from assistant.models.reader.data.tokenised import load_du, load_qamr

TRAINING = Path(__file__).parents[3].parent / "shared" / "training"


@pytest.fixture(scope="session")
def training() -> Path:
    if not TRAINING.is_dir():
        pytest.skip(f"no training data: {TRAINING} is missing")
    return TRAINING


@pytest.fixture(scope="session")
def corpora(training: Path) -> dict[str, Corpus]:
    """One set of every format."""
    found = [
        load_squad("squad2", training / "squad2_cs224n" / "dev-v2.0.json"),
        load_squad("policyqa", training / "policyqa" / "dev.json", broad=True),
        load_covidqa(training / "covidqa"),
        load_nq(training / "nq_oracle" / "nq-open-oracle.jsonl.gz"),
        load_selqa(training / "selqa"),
        load_multihop(training / "multihop"),
        load_du(training / "squad1_du_split", seed=0),
        load_qamr(training / "qamr"),
    ]
    pages = [section.passage for section in load_pages(training / "text")[:600]]
    return {corpus.name: corpus for corpus in [*found, Corpus("text", pages)]}


@pytest.fixture(scope="session")
def small(corpora: dict[str, Corpus]) -> list[Corpus]:
    """At most 40 items and 200 passages of every set."""
    return [Corpus(c.name, c.passages[:200], c.items[:40]) for c in corpora.values()]
