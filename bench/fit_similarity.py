"""Fits the SimilarityReader's logistic regressions, without the trained network or with it.

What is written is fitted on all questions of the sets. The figures printed first are of five fits, each on four fifths
of the questions, every question judged by the one that it took no part in; beside them those of the weights written.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from assistant.answering.extractive import MOST_SENTENCES
from assistant.answering.f_measure import expected_total, worth_quoting
from assistant.answering.similarity import SimilarityModel, SimilarityReader
from assistant.models.reader.runtime import ReaderNetwork
from bench.fitting import (
    EVEN,
    FITTED,
    FOLDS,
    Example,
    all_but,
    blank_model,
    confidences,
    everything,
    fewest_errors,
    fit,
    gather,
    gold_share,
)
from bench.homes import open_home, question_fold

_TARGET = Path(__file__).parents[1] / "assistant" / "answering"
_RECALL_WEIGHTS = (1.0, 1.25, 1.5, 2.0)


def _recall(example: Example, order: Sequence[int], count: int) -> float:
    """Return the share of the gold characters in the first `count` passages."""
    gold = example.question["gold"]
    total = sum(g["end"] - g["start"] for g in gold)
    hits = [example.hits[i] for i in order[:count]]
    return float(min(sum(gold_share(h, h.start, h.end, gold) * (h.end - h.start) for h in hits) / total, 1.0))


def _citations(example: Example, chances: np.ndarray, recall_weight: float) -> float:
    """Return the F1 in characters of quoting as many of the likeliest sentences as are worth it."""
    gold = {(g["article_id"], i) for g in example.question["gold"] for i in range(g["start"], g["end"])}
    order = np.argsort(-chances, kind="stable")
    views = [example.evidence.views[i] for i in order]
    spans = [(example.hits[v.hit].article_id, example.hits[v.hit].sentences[v.sentence]) for v in views]
    likely, lengths = [float(chances[i]) for i in order], [sentence.end - sentence.start for _, sentence in spans]
    first = slice(MOST_SENTENCES)
    count = worth_quoting(likely[first], lengths[first], expected_total(likely, lengths), recall_weight)
    found = {(article, at) for article, sentence in spans[:count] for at in range(sentence.start, sentence.end)}
    both = len(found & gold)
    return 2 * both / (len(found) + len(gold)) if both else 0.0


def _print(name: str, how: str, judged: Sequence[tuple[SimilarityModel, Example]]) -> None:
    p = np.array([confidences(model, [e])[0] for model, e in judged])
    y = np.array([e.question["answerable"] for _, e in judged])
    line = f"{name:10} {how:10} refused of answerable {np.mean(p[y] < EVEN):.3f}"
    if not y.all():
        line += f"  answered of unanswerable {np.mean(p[~y] >= EVEN):.3f}  AUROC {roc_auc_score(y, p):.3f}"
    print(line)
    told = [(model, e) for model, e in judged if e.question["answerable"]]
    for way in ("retrieved", "read"):
        orders = [_read_order(model, e) if way == "read" else np.arange(len(e.hits)) for model, e in told]
        found = [np.mean([_recall(e, list(o), k) for (_, e), o in zip(told, orders, strict=True)]) for k in (1, 5)]
        print(f"{'':21} {way:10} recall@1 {found[0]:.3f} @5 {found[1]:.3f}")
    chances = [(e, model.sentence.predict(e.matrix)) for model, e in told]
    curve = [
        f"{weight} {np.mean([_citations(e, likely, weight) for e, likely in chances]):.3f}"
        for weight in _RECALL_WEIGHTS
    ]
    print(f"{'':21} citation F1 by recall weight: {', '.join(curve)}")


def _read_order(model: SimilarityModel, example: Example) -> np.ndarray:
    rows = example.evidence.passage_rows(model.sentence.predict(example.matrix), example.hits)
    return np.argsort(-model.passage.predict(rows), kind="stable")


def main() -> None:
    """Fit, write the file, print the figures of questions not fitted on beside those of the weights written."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--homes", type=Path, default=Path("data/bench"), help="where the ingested sets are kept")
    parser.add_argument("--network", type=Path, help="folder of the trained reader; without it none is used")
    args = parser.parse_args()
    network = ReaderNetwork(args.network) if args.network else None
    output = _TARGET / ("with_network.json" if network else "without_network.json")
    blank = blank_model(network=network is not None)
    examples: dict[str, list[Example]] = {}
    for name in FITTED:
        with open_home(name, args.homes / name) as home:
            examples |= gather(home, SimilarityReader(home.catalog, home.embedder, blank, network))
    model = fit(examples, network=network is not None, part=everything)
    print("fewest errors at", fewest_errors(model, examples, everything))
    output.write_text(json.dumps(model.model_dump(), indent=1) + "\n", "utf-8")
    for layer in (model.sentence, model.passage, model.answer):
        print(dict(zip(layer.features, layer.weights, strict=True)))
    folds = [fit(examples, network=network is not None, part=all_but(fold)) for fold in range(FOLDS)]
    for name, some in examples.items():
        seen = [e for e in some if e.seen]
        _print(name, "not fitted", [(folds[question_fold(e.question, FOLDS)], e) for e in seen])
        _print(name, "written", [(model, e) for e in seen])


if __name__ == "__main__":
    main()
