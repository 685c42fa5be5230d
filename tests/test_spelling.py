"""Tests of `assistant.spelling`."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.catalog import Catalog
from assistant.models.fake import HashingEmbedder
from assistant.pipeline import Assistant
from assistant.spelling import Speller


class _Pieces(HashingEmbedder):
    """An embedder to which every word is of two pieces, so that none counts as known to it."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [2 for _ in texts]


@pytest.fixture
def speller(build: Callable[..., Assistant], tmp_path: Path) -> Speller:
    """A speller over articles on tin, copper, the Danube and the bridges of Budapest."""
    build()
    return Speller(Catalog(tmp_path / "home" / "catalog.sqlite"), _Pieces())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("waht is the legnth of the danube", "what is the length of the danube"),
        ("how is copper recyled", "how is copper recycled"),
        ("whch tributries join it", "which tributaries join it"),
        ("Kilometrs to the sea?", "Kilometres to the sea?"),
        ("share of tin in sol der", "share of tin in solder"),
        ("Where does the Danbe join the Black Sea?", "Where does the Danbe join the Black Sea?"),
        ("Who is Adam Clarrk, and where is Budappest?", "Who is Adam Clark, and where is Budapest?"),
    ],
)
def test_misspelt_words_become_the_corpus_words(speller: Speller, typed: str, meant: str) -> None:
    assert speller.correct(typed) == meant


@pytest.mark.parametrize(
    "question",
    [
        "What is the length of the Danube?",
        "how are neodymium magnets smelted",  # English, though the corpus lacks them
        "Who is Adam Klark?",  # a name of another letter may be another name
        "zzzqx of 2,850 kilometres & Donaueschingen's",
        "ti is a tin",  # too short to tell
        "2850 ?!",
    ],
)
def test_what_is_no_slip_stays(speller: Speller, question: str) -> None:
    assert speller.correct(question) == question


def test_a_word_of_one_token_counts_as_known(build: Callable[..., Assistant], tmp_path: Path) -> None:
    build()

    class Knowing(HashingEmbedder):
        def count_tokens(self, texts: Sequence[str]) -> list[int]:
            return [1 for _ in texts]

    assert Speller(Catalog(tmp_path / "home" / "catalog.sqlite"), Knowing()).correct("the legnth") == "the legnth"


@given(question=st.text(st.sampled_from("abcdeinotrs DT'-.?9é"), max_size=60))
def test_correcting_twice_changes_nothing_more(assistant_speller: Speller, question: str) -> None:
    once = assistant_speller.correct(question)
    assert assistant_speller.correct(once) == once


@pytest.fixture(scope="session")
def assistant_speller(assistant: Assistant) -> Speller:
    """A speller over the session's corpus."""
    return Speller(assistant._catalog, _Pieces())
