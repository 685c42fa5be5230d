"""Tests of `assistant.answering.reranking`."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assistant.answering.reranking import RerankingReader
from assistant.answering.similarity import SimilarityReader
from assistant.catalog import Catalog
from assistant.errors import ModelError
from assistant.models.fake import HashingEmbedder
from assistant.models.reading import Reader
from assistant.types import Article, Hit
from tests.material import embed, make_article, make_hits, piece

EMBEDDER = HashingEmbedder()
QUESTION = "At how many degrees does tin melt?"
TIN = make_article(
    piece("heading", "Melting"),
    "Solder is soft. Tin does melt at 232 degrees.",
    piece("heading", "Alloys"),
    piece("table_row", "Pewter | plates", columns=("Alloy", "Use")),
    id="tin",
    title="Tin",
)
ARTICLES = [
    TIN,
    *(make_article(f"Barges carry {what}! Rivers are long.", id=what, title="Rivers") for what in ("grain", "ore")),
]


class Recorder:
    """A scorer that holds a text for as likely as the words in it say, and keeps what it was asked."""

    name = "recorder@1"

    def __init__(self, **words: float) -> None:
        self.words = words
        self.asked: list[list[tuple[str, str]]] = []

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        self.asked.append(list(pairs))
        return [max((p for word, p in self.words.items() if word in text), default=0.1) for _, text in pairs]


@pytest.fixture
def inner(tmp_path: Path) -> Iterator[SimilarityReader]:
    catalog = Catalog(tmp_path / "catalog.sqlite")
    for article in ARTICLES:
        catalog.put(article, "h", embed(article, EMBEDDER))
    yield SimilarityReader(catalog, EMBEDDER)
    catalog.close()


def hits_of(articles: Sequence[Article] = ARTICLES) -> list[Hit]:
    return [hit for rank, article in enumerate(articles) for hit in make_hits(article, EMBEDDER, score=1 - rank / 10)]


def logit(p: float) -> float:
    return math.log(p / (1 - p))


def test_it_goes_by_the_other_readers_confidence(inner: SimilarityReader) -> None:
    reader: Reader = RerankingReader(inner, Recorder())
    assert reader.name == f"similarity-{inner.model.version}+recorder@1"
    assert (reader.threshold, reader.uncertain) == (inner.threshold, inner.uncertain)
    assert reader.read(QUESTION, hits_of()).confidence == inner.read(QUESTION, hits_of()).confidence


def test_a_passage_is_judged_below_the_headings_above_it(inner: SimilarityReader) -> None:
    scorer = Recorder(Tin=0.9, Barges=0.3)
    hits = hits_of()
    judged = RerankingReader(inner, scorer).read(QUESTION, hits)
    assert [reading.passage for reading in judged.readings] == [0.9, 0.9, 0.3, 0.3]
    assert [question for asked in scorer.asked for question, _ in asked] == [QUESTION] * (4 + 5)
    assert [text for _, text in scorer.asked[0]] == [
        "Tin\nMelting\n\nSolder is soft. Tin does melt at 232 degrees.",
        "Tin\nAlloys\n\nPewter | plates",
        "Rivers\nBarges carry grain! Rivers are long.",
        "Rivers\nBarges carry ore! Rivers are long.",
    ]


def test_sentences_of_the_best_three_passages_are_judged_in_their_place(inner: SimilarityReader) -> None:
    scorer = Recorder(ore=0.8, grain=0.05, Tin=0.2)
    RerankingReader(inner, scorer).read(QUESTION, hits_of())
    assert sorted(text for _, text in scorer.asked[1]) == [
        "Rivers\nBarges carry ore!",
        "Rivers\nRivers are long.",
        "Tin > Alloys\nAlloy | Use\nPewter | plates",
        "Tin > Melting\nSolder is soft.",
        "Tin > Melting\nTin does melt at 232 degrees.",
    ]


def test_a_sentence_is_as_likely_as_the_two_opinions_in_the_middle(inner: SimilarityReader) -> None:
    hits = hits_of()
    before = inner.read(QUESTION, hits).readings
    after = RerankingReader(inner, Recorder(melt=0.95, ore=0.8, grain=0.05, Tin=0.2)).read(QUESTION, hits).readings
    # Headings go with their passage, and so does all of the passage that is read least closely.
    opinions = [[0.95, 0.2, 0.95], [0.2, 0.2], [0.05, 0.05], [0.8, 0.1]]
    assert [len(reading.sentences) for reading in after] == [len(some) for some in opinions]
    for old, new, some in zip(before, after, opinions, strict=True):
        wanted = [(logit(a) + logit(b)) / 2 for a, b in zip(old.sentences, some, strict=True)]
        assert [logit(p) for p in new.sentences] == pytest.approx(wanted)


def test_neither_opinion_is_a_veto(inner: SimilarityReader) -> None:
    hits = hits_of()
    for p in (0.0, 1.0):
        readings = RerankingReader(inner, Recorder(i=p, a=p, o=p, e=p)).read(QUESTION, hits).readings
        chances = [chance for reading in readings for chance in reading.sentences]
        assert len(set(chances)) == len(chances) == 9
        assert all(0 < chance < 1 for chance in chances)


def test_without_hits_nothing_is_certain_and_nothing_is_scored(inner: SimilarityReader) -> None:
    scorer = Recorder()
    judged = RerankingReader(inner, scorer).read(QUESTION, [])
    assert (judged.readings, judged.confidence) == ((), 0.0)
    assert [pair for asked in scorer.asked for pair in asked] == []


def test_a_hit_that_was_removed_meanwhile_is_read_all_the_same(tmp_path: Path) -> None:
    empty = Catalog(tmp_path / "empty.sqlite")
    judged = RerankingReader(SimilarityReader(empty, EMBEDDER), Recorder(melt=0.9)).read(QUESTION, hits_of([TIN]))
    empty.close()
    assert [len(reading.sentences) for reading in judged.readings] == [3, 2]
    assert judged.readings[0].sentences[2] > judged.readings[0].sentences[1]


def test_a_scorer_that_fails_is_heard(inner: SimilarityReader) -> None:
    class Broken(Recorder):
        def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
            raise ModelError(f"no {len(pairs)} scores")

    with pytest.raises(ModelError, match="no 4 scores"):
        RerankingReader(inner, Broken()).read(QUESTION, hits_of())
