"""Fits the SimilarityReader's two logistic regressions, without the trained network or with it.

Half of the questions of each set, told apart by a digest of their ids, are fitted on; the figures printed are of the
other half.
"""

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from assistant.answering.similarity import Evidence, Linear, SimilarityModel, SimilarityReader, feature_names
from assistant.models.reader.runtime import ReaderNetwork
from assistant.retrieval import HybridRetriever
from assistant.types import Filters, Hit
from bench.corpora import SHARED, EvalSet, open_pairs, open_set

_SETS = ("chunkeval", "clapnq")
_READ = 8
_ANSWERABLE = 0.7
# The confidence is a probability, so that wrong answers and wrong refusals cost the same at one half.
_EVEN = 0.5
_SURE = 0.65
_ROOT = Path(__file__).parents[1]
_TARGET = _ROOT / "assistant" / "answering"


@dataclass
class Example:
    """A question with the features of its candidate sentences, and which of them are gold."""

    question: dict[str, Any]
    fitted: bool
    matrix: np.ndarray
    labels: np.ndarray
    evidence: Evidence
    hits: list[Hit]


def _blank(sentence: Sequence[str], passage: Sequence[str], answer: Sequence[str]) -> SimilarityModel:
    def zero(names: Sequence[str]) -> Linear:
        n = len(names)
        return Linear(features=tuple(names), mean=(0.0,) * n, scale=(1.0,) * n, weights=(0.0,) * n, bias=0.0)

    return SimilarityModel(
        version=0,
        sentence=zero(sentence),
        passage=zero(passage),
        answer=zero(answer),
        threshold=0.5,
        uncertain=0.5,
    )


def _gold_share(hit: Hit, start: int, end: int, gold: Sequence[dict[str, Any]]) -> float:
    inside = sum(max(0, min(end, g["end"]) - max(start, g["start"])) for g in gold if g["article_id"] == hit.article_id)
    return float(inside / (end - start))


def _is_gold(hit: Hit, start: int, end: int, gold: Sequence[dict[str, Any]]) -> bool:
    """Whether most of the span is gold, or most of a gold span lies in it."""
    if _gold_share(hit, start, end, gold) > 0.5:
        return True
    spans = [g for g in gold if g["article_id"] == hit.article_id]
    return any(min(end, g["end"]) - max(start, g["start"]) > 0.5 * (g["end"] - g["start"]) for g in spans)


def _alone(question: dict[str, Any]) -> Filters:
    """Return the filter on one article: where the answer stands, or one picked by the question's id."""
    if question["gold"]:
        return Filters(article=question["gold"][0]["article_id"])
    articles = sorted(path.stem for path in (_ROOT / "corpus").glob("*.md"))
    return Filters(article=articles[hashlib.sha256(question["id"].encode()).digest()[1] % len(articles)])


def _examples(
    retriever: HybridRetriever,
    reader: SimilarityReader,
    data: EvalSet,
    filters: Callable[[dict[str, Any]], Filters] = lambda _: Filters(),
) -> list[Example]:
    out = []
    for question in data.questions:
        hits = retriever.retrieve(question["question"], filters(question), 10)[:_READ]
        evidence = reader.evidence(question["question"], hits)
        labels = [
            _is_gold(hits[v.hit], s.start, s.end, question["gold"])
            for v in evidence.views
            for s in [hits[v.hit].sentences[v.sentence]]
        ]
        digest = hashlib.sha256(question.get("fact", question["id"]).encode()).digest()[0]
        out.append(Example(question, digest % 2 == 0, evidence.matrix, np.array(labels), evidence, hits))
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


def _fit_passages(examples: Sequence[Example], sentence: Linear, names: Sequence[str]) -> Linear:
    rows, gold = [], []
    for e in examples:
        rows.append(e.evidence.passage_rows(sentence.predict(e.matrix), e.hits))
        gold += [_gold_share(hit, hit.start, hit.end, e.question["gold"]) > 0 for hit in e.hits]
    return _fit(np.concatenate(rows), np.array(gold), names, 0.1, np.ones(len(gold)))


def _recall(example: Example, order: Sequence[int], count: int) -> float:
    """Return the share of the gold characters in the first `count` passages."""
    gold = example.question["gold"]
    total = sum(g["end"] - g["start"] for g in gold)
    hits = [example.hits[i] for i in order[:count]]
    return float(min(sum(_gold_share(h, h.start, h.end, gold) * (h.end - h.start) for h in hits) / total, 1.0))


def _citations(example: Example, chances: np.ndarray, share: float, most: int) -> float:
    """Return the F1 in characters of quoting the likeliest sentence and those at least `share` as likely."""
    gold = {(g["article_id"], i) for g in example.question["gold"] for i in range(g["start"], g["end"])}
    order = np.argsort(-chances, kind="stable")
    found: set[tuple[str, int]] = set()
    for i in [i for i in order if chances[i] >= share * chances[order[0]]][:most]:
        view = example.evidence.views[i]
        hit = example.hits[view.hit]
        sentence = hit.sentences[view.sentence]
        found |= {(hit.article_id, at) for at in range(sentence.start, sentence.end)}
    both = len(found & gold)
    return 2 * both / (len(found) + len(gold)) if both else 0.0


def _balance(examples: Sequence[tuple[str, Example]]) -> np.ndarray:
    """Return weights, of mean 1, under which every set counts alike and 70 % of what is asked can be answered.

    That is about the share in the sets that were made as analysts ask (70-78 %); it makes the confidence the
    probability that such a question is answered rightly, and the threshold the point of equal costs.
    """
    groups = [(name, e.question["answerable"]) for name, e in examples]
    sets = Counter(answerable for _, answerable in set(groups))
    sizes = Counter(groups)
    share = {True: _ANSWERABLE, False: 1 - _ANSWERABLE}
    weights = np.array([share[group[1]] / (sets[group[1]] * sizes[group]) for group in groups])
    normal: np.ndarray = weights / weights.mean()
    return normal


def _fewest_errors(chances: np.ndarray, answerable: np.ndarray, weights: np.ndarray) -> float:
    """Return the threshold at which there are the fewest wrong answers and wrong refusals together."""
    best, at = np.inf, 0.5
    for threshold in np.unique(np.round(chances, 3)):
        wrong = np.average((chances >= threshold) != answerable, weights=weights)
        if wrong < best:
            best, at = float(wrong), float(threshold)
    return at


def main() -> None:
    """Fit, print the figures of the half not fitted on, write the file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--homes", type=Path, default=Path("data/bench"), help="where the ingested sets are kept")
    parser.add_argument("--network", type=Path, help="folder of the trained reader; without it none is used")
    args = parser.parse_args()
    network = ReaderNetwork(args.network) if args.network else None
    sentence_names, passage_names, answer_names = feature_names(network=network is not None)
    output = _TARGET / ("with_network.json" if network else "without_network.json")
    blank = _blank(sentence_names, passage_names, answer_names)
    examples: dict[str, list[Example]] = {}
    opened = {name: open_set(SHARED / "eval" / name, args.homes / name) for name in _SETS}
    for name, parts in {**opened, "pairs": open_pairs(args.homes / "pairs")}.items():
        with parts as (catalog, retriever, embedder, data):
            reader = SimilarityReader(catalog, embedder, blank, network)
            examples[name] = _examples(retriever, reader, data)
            if name == "pairs":
                # As on a corpus of one article, where nothing else competes.
                examples["alone"] = _examples(retriever, reader, data, _alone)
    seen = [e for some in examples.values() for e in some if e.fitted]
    told = [e for e in seen if e.question["answerable"] and len(e.labels)]
    balance = np.concatenate([np.full(len(e.labels), 1 / len(e.labels)) for e in told])
    sentence = _fit(
        np.concatenate([e.matrix for e in told]),
        np.concatenate([e.labels for e in told]),
        sentence_names,
        0.3,
        balance / balance.mean(),
    )
    passage = _fit_passages(told, sentence, passage_names)
    rows = {
        id(e): e.evidence.answer_row(sentence.predict(e.matrix))
        for some in examples.values()
        for e in some
        if len(e.labels)
    }
    known = [e for e in seen if id(e) in rows]
    y = np.array([e.question["answerable"] for e in known])
    balance = _balance([(name, e) for name, some in examples.items() for e in some if e.fitted and id(e) in rows])
    answer = _fit(
        np.stack([rows[id(e)] for e in known]),
        y,
        answer_names,
        0.1,
        balance,
    )
    chances = answer.predict(np.stack([rows[id(e)] for e in known]))
    print("fewest errors on the fitted half at", _fewest_errors(chances, y, balance))
    model = SimilarityModel(
        version=1,
        sentence=sentence,
        passage=passage,
        answer=answer,
        threshold=_EVEN,
        uncertain=_SURE,
    )
    output.write_text(json.dumps(model.model_dump(), indent=1) + "\n", "utf-8")
    for layer in (sentence, passage, answer):
        print(dict(zip(layer.features, layer.weights, strict=True)))
    for name, some in examples.items():
        for fitted in (True, False):
            half = [e for e in some if e.fitted == fitted and id(e) in rows]
            p = answer.predict(np.stack([rows[id(e)] for e in half]))
            y = np.array([e.question["answerable"] for e in half])
            half_name = "fitted on" if fitted else "held out"
            line = f"{name:10} {half_name:10} refused of answerable {np.mean(p[y] < _EVEN):.3f}"
            if not y.all():
                line += f"  answered of unanswerable {np.mean(p[~y] >= _EVEN):.3f}  AUROC {roc_auc_score(y, p):.3f}"
            print(line)
            told = [e for e in half if e.question["answerable"]]
            for way in ("retrieved", "read"):
                orders = [
                    np.argsort(
                        -passage.predict(e.evidence.passage_rows(sentence.predict(e.matrix), e.hits)), kind="stable"
                    )
                    if way == "read"
                    else np.arange(len(e.hits))
                    for e in told
                ]
                found = [np.mean([_recall(e, list(o), k) for e, o in zip(told, orders, strict=True)]) for k in (1, 5)]
                print(f"{'':21} {way:10} recall@1 {found[0]:.3f} @5 {found[1]:.3f}")
            curve = [
                f"{share}/{most} {np.mean([_citations(e, sentence.predict(e.matrix), share, most) for e in told]):.3f}"
                for share, most in ((1.0, 1), (0.8, 2), (0.7, 3), (0.6, 3), (0.5, 3), (0.5, 4), (0.4, 4), (0.3, 5))
            ]
            print(f"{'':21} citation F1 by share/most: {', '.join(curve)}")


if __name__ == "__main__":
    main()
