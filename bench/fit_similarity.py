"""Fits the SimilarityReader's two logistic regressions, without the trained network or with it.

Half of the questions of each set, told apart by a digest of their ids, are fitted on; the figures printed are of the
other half.
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from assistant.answering.features import ANSWER_FEATURES, NETWORK_ANSWER_FEATURES, NETWORK_FEATURES, SENTENCE_FEATURES
from assistant.answering.similarity import Evidence, Linear, SimilarityModel, SimilarityReader
from assistant.models.reader.runtime import ReaderNetwork
from assistant.retrieval import HybridRetriever
from assistant.types import Filters, Hit
from bench.corpora import SHARED, EvalSet, open_set

_SETS = ("chunkeval", "clapnq")
_READ = 8
_TARGET = Path(__file__).parents[1] / "assistant" / "answering"


@dataclass
class Example:
    """A question with the features of its candidate sentences and their labels (share that is gold)."""

    question: dict[str, Any]
    fitted: bool
    matrix: np.ndarray
    labels: np.ndarray
    evidence: Evidence


def _blank(sentence: Sequence[str], answer: Sequence[str]) -> SimilarityModel:
    def zero(names: Sequence[str]) -> Linear:
        n = len(names)
        return Linear(features=tuple(names), mean=(0.0,) * n, scale=(1.0,) * n, weights=(0.0,) * n, bias=0.0)

    return SimilarityModel(version=0, sentence=zero(sentence), answer=zero(answer), threshold=0.5, uncertain=0.5)


def _gold_share(hit: Hit, start: int, end: int, gold: Sequence[dict[str, Any]]) -> float:
    inside = sum(max(0, min(end, g["end"]) - max(start, g["start"])) for g in gold if g["article_id"] == hit.article_id)
    return float(inside / (end - start))


def _examples(retriever: HybridRetriever, reader: SimilarityReader, data: EvalSet) -> list[Example]:
    out = []
    for question in data.questions:
        hits = retriever.retrieve(question["question"], Filters(), 10)[:_READ]
        evidence = reader.evidence(question["question"], hits)
        labels = [
            _gold_share(hits[v.hit], s.start, s.end, question["gold"])
            for v in evidence.views
            for s in [hits[v.hit].sentences[v.sentence]]
        ]
        digest = hashlib.sha256(question["id"].encode()).digest()[0]
        out.append(Example(question, digest % 2 == 0, evidence.matrix, np.array(labels), evidence))
    return out


def _fit(x: np.ndarray, y: np.ndarray, names: Sequence[str], strength: float, balance: np.ndarray) -> Linear:
    scaler = StandardScaler().fit(x)
    model = LogisticRegression(C=strength, max_iter=5000).fit(scaler.transform(x), y, sample_weight=balance)
    return Linear(
        features=tuple(names),
        mean=tuple(np.round(scaler.mean_, 5)),
        scale=tuple(np.round(scaler.scale_, 5)),
        weights=tuple(np.round(model.coef_[0], 4)),
        bias=round(float(model.intercept_[0]), 4),
    )


def _equal_cost(chances: np.ndarray, answerable: np.ndarray) -> float:
    """Return the threshold at which the rates of wrong answers and wrong refusals sum to the least."""
    best, at = 9.0, 0.5
    for threshold in np.unique(np.round(chances, 3)):
        cost = np.mean(chances[answerable] < threshold) + np.mean(chances[~answerable] >= threshold)
        if cost < best:
            best, at = float(cost), float(threshold)
    return at


def main() -> None:
    """Fit, print the figures of the half not fitted on, write the file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--homes", type=Path, default=Path("data/bench"), help="where the ingested sets are kept")
    parser.add_argument("--network", type=Path, help="folder of the trained reader; without it none is used")
    args = parser.parse_args()
    network = ReaderNetwork(args.network) if args.network else None
    sentence_names = SENTENCE_FEATURES + (NETWORK_FEATURES if network else ())
    answer_names = ANSWER_FEATURES + (NETWORK_ANSWER_FEATURES if network else ())
    output = _TARGET / ("with_network.json" if network else "without_network.json")
    blank = _blank(sentence_names, answer_names)
    examples: dict[str, list[Example]] = {}
    for name in _SETS:
        with open_set(SHARED / "eval" / name, args.homes / name) as (catalog, retriever, embedder, data):
            examples[name] = _examples(retriever, SimilarityReader(catalog, embedder, blank, network), data)
    seen = [e for some in examples.values() for e in some if e.fitted]
    told = [e for e in seen if e.question["answerable"] and len(e.labels)]
    balance = np.concatenate([np.full(len(e.labels), 1 / len(e.labels)) for e in told])
    sentence = _fit(
        np.concatenate([e.matrix for e in told]),
        np.concatenate([e.labels for e in told]) > 0.5,
        sentence_names,
        0.3,
        balance / balance.mean(),
    )
    rows = {
        id(e): e.evidence.answer_row(sentence.predict(e.matrix))
        for some in examples.values()
        for e in some
        if len(e.labels)
    }
    known = [e for e in seen if id(e) in rows]
    y = np.array([e.question["answerable"] for e in known])
    answer = _fit(
        np.stack([rows[id(e)] for e in known]),
        y,
        answer_names,
        0.1,
        np.where(y, 0.5 / y.mean(), 0.5 / (1 - y.mean())),
    )
    chances = answer.predict(np.stack([rows[id(e)] for e in known]))
    threshold = _equal_cost(chances, y)
    model = SimilarityModel(
        version=1, sentence=sentence, answer=answer, threshold=threshold, uncertain=min(threshold + 0.15, 0.95)
    )
    output.write_text(json.dumps(model.model_dump(), indent=1) + "\n", "utf-8")
    print("threshold", threshold)
    for layer in (sentence, answer):
        print(dict(zip(layer.features, layer.weights, strict=True)))
    for name, some in examples.items():
        for fitted in (True, False):
            half = [e for e in some if e.fitted == fitted and id(e) in rows]
            p = answer.predict(np.stack([rows[id(e)] for e in half]))
            y = np.array([e.question["answerable"] for e in half])
            half_name = "fitted on" if fitted else "held out"
            line = f"{name:10} {half_name:10} refused of answerable {np.mean(p[y] < threshold):.3f}"
            if not y.all():
                line += f"  answered of unanswerable {np.mean(p[~y] >= threshold):.3f}  AUROC {roc_auc_score(y, p):.3f}"
            print(line)


if __name__ == "__main__":
    main()
