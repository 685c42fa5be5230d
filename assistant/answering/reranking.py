"""RerankingReader: a cross-encoder's opinion of passages and sentences beside that of another reader."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from assistant.chunking import headings_above
from assistant.ingestion import sentence_texts
from assistant.models.reading import Judgement, Reader
from assistant.types import Hit

# A pair costs a run of a network: the sentences of so many passages are scored, those the cross-encoder likes best.
_CLOSELY_READ = 3
# Chances nearer to 0 or 1 than this count as this far from it, so that neither opinion is a veto.
_LEAST = 1e-6


class PairScorer(Protocol):
    """Judges how well texts answer questions."""

    @property
    def name(self) -> str:
        """Name and version, for the receipt."""
        ...

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return for each (question, text) the probability in [0, 1] that the text answers."""
        ...


class RerankingReader:
    """`Reader` that ranks passages by a cross-encoder, and chooses sentences by it and by another reader.

    The confidence, and with it the threshold, stays that of the other reader, a `SimilarityReader` without network as
    the factory builds it: its confidence is calibrated, while the scores of a cross-encoder that is not known when this
    is written are not.
    """

    def __init__(self, inner: Reader, scorer: PairScorer) -> None:
        """Take the other reader and the cross-encoder."""
        self._inner = inner
        self._scorer = scorer

    @property
    def name(self) -> str:
        """Names and versions of both."""
        return f"{self._inner.name}+{self._scorer.name}"

    @property
    def threshold(self) -> float:
        """The confidence below which to abstain: the other reader's."""
        return self._inner.threshold

    @property
    def uncertain(self) -> float:
        """The confidence below which an answer is marked as uncertain: the other reader's."""
        return self._inner.uncertain

    def read(self, question: str, hits: Sequence[Hit]) -> Judgement:
        """Return one reading a hit, in order, and the other reader's confidence. Raises ModelError.

        A passage's probability is the cross-encoder's alone; a sentence's is both opinions in one.
        """
        judged = self._inner.read(question, hits)
        passages = self._scorer.score([(question, _shown(headings_above(hit), hit.text)) for hit in hits])
        sentences = self._sentences(question, hits, passages)
        readings = (
            replace(
                reading,
                passage=passage,
                # A sentence that was not scored is held for as good as its passage, so that all can be compared.
                sentences=tuple(
                    _pooled(chance, sentences.get((i, j), passage)) for j, chance in enumerate(reading.sentences)
                ),
            )
            for i, (reading, passage) in enumerate(zip(judged.readings, passages, strict=True))
        )
        return Judgement(tuple(readings), judged.confidence)

    def _sentences(self, question: str, hits: Sequence[Hit], passages: Sequence[float]) -> dict[tuple[int, int], float]:
        """Return the cross-encoder's scores by (hit, sentence), of what can be quoted from the best passages."""
        best = sorted(range(len(hits)), key=lambda i: -passages[i])[:_CLOSELY_READ]
        texts = {
            (i, j): _shown(hits[i].heading_path, text)
            for i in best
            for j, text in enumerate(sentence_texts(hits[i]))
            if hits[i].sentences[j].kind != "heading"
        }
        scores = self._scorer.score([(question, text) for text in texts.values()])
        return dict(zip(texts, scores, strict=True))


def _shown(path: Sequence[str], text: str) -> str:
    """Return `text` below the headings it stands under, which say what it is about."""
    return "\n".join([" > ".join(path), text]) if path else text


def _pooled(one: float, other: float) -> float:
    """Return the probability whose logit is the mean of the two logits.

    This is the logarithmic opinion pool (Genest and Zidek 1986) with equal weights: no questions were at hand to fit
    the weights for a cross-encoder that is not known. A sure opinion counts for more than a vague one, and the order
    that either gives stands where the other does not care.
    """
    return 1 / (1 + math.exp(-(_logit(one) + _logit(other)) / 2))


def _logit(chance: float) -> float:
    clipped = min(max(chance, _LEAST), 1 - _LEAST)
    return math.log(clipped / (1 - clipped))
