"""Fits the weights of `assistant.verification.support` on half of the claims, and prints what they do on the other.

The halves are told apart by a digest of the article (WiCE, SummEdits) or the question (tests/verification). What is
written is what was fitted on the one half, so that the figures of the other are those of the shipped weights.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from assistant.factory import load_embedder
from assistant.models.entailment.runtime import ENTAILMENT_FOLDER, EntailmentNetwork
from assistant.models.linear import Linear
from assistant.settings import load_settings
from assistant.verification.contradiction import contradiction
from assistant.verification.support import FEATURES, Refute, Support, SupportModel
from bench.claims import ClaimCase, summedits, wice, written

_TARGET = Path(__file__).parents[1] / "assistant" / "verification" / "support.json"
_ROUNDS = 4
_STRENGTH = 0.3
# Which way each feature speaks: for support or against it.
_SIGNS = np.array([1.0 if name in ("stated", "contained") else -1.0 for name in FEATURES])
_THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6)
# A sentence that is not supported and shown costs as much as so many good ones that are dropped.
_COST = 3.0

Rows = list[np.ndarray]


def blank() -> SupportModel:
    """Return a model that believes the network alone."""
    count = len(FEATURES)
    weights = tuple(float(name == "stated") for name in FEATURES)
    return SupportModel(
        version=1,
        support=Linear(features=FEATURES, mean=(0.0,) * count, scale=(1.0,) * count, weights=weights, bias=0.0),
        threshold=0.5,
    )


def fit(cases: Sequence[ClaimCase], rows: Rows) -> SupportModel:
    """Return the model fitted on `cases`, whose sets of sentences have the features `rows`.

    Which set of a case supports it is not known: the likeliest under the model so far is taken, in rounds.
    """
    labels = np.array([case.label == "supported" for case in cases])
    weights = _balance(cases)
    model = blank()
    for _ in range(_ROUNDS):
        best = np.stack([some[int(np.argmax(model.support.predict(some)))] for some in rows])
        scaler = StandardScaler().fit(best)
        signed = scaler.transform(best) * _SIGNS
        strength, bias = _signed_regression(signed, labels, weights)
        support = Linear(
            features=FEATURES,
            mean=tuple(np.round(scaler.mean_, 5)),
            scale=tuple(np.round(scaler.scale_, 5)),
            weights=tuple(np.round(strength * _SIGNS, 4)),
            bias=round(bias, 4),
        )
        model = SupportModel(version=1, support=support, threshold=_COST / (1 + _COST))
    return model


def _signed_regression(rows: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, float]:
    """Return weights that are not negative, and the bias, of a logistic regression with a ridge.

    Evidence may count for nothing but not the wrong way round, as it would where wrong statements are made of right
    ones by small changes: there those that share more words are more often wrong.
    """
    signs = np.where(labels, 1.0, -1.0)

    def loss(x: np.ndarray) -> tuple[float, np.ndarray]:
        margins = signs * (rows @ x[:-1] + x[-1])
        slope = -signs * weights / (1 + np.exp(margins))
        value = float(np.sum(weights * np.logaddexp(0, -margins)) + 0.5 * x[:-1] @ x[:-1] / _STRENGTH)
        return value, np.append(rows.T @ slope + x[:-1] / _STRENGTH, slope.sum())

    count = rows.shape[1]
    found = minimize(loss, np.zeros(count + 1), jac=True, bounds=[(0, None)] * count + [(None, None)])
    return found.x[:-1], float(found.x[-1])


def _balance(cases: Sequence[ClaimCase]) -> np.ndarray:
    """Return weights under which every set counts alike, and supported claims as much as others."""
    keys = [(case.source, case.label == "supported") for case in cases]
    return np.array([1 / keys.count(key) for key in keys]) * len(keys) / len(set(keys))


def scores(judge: Support, cases: Sequence[ClaimCase]) -> np.ndarray:
    """Return the probability of support of each case, less one where rules find something against all sentences."""
    judged = [judge.judge(case.claim, case.candidates, refuting(case)) for case in cases]
    return np.array([one.probability - (not one.chosen) for one in judged])


def refuting(case: ClaimCase) -> Refute:
    """Return what tells whether the rules find that candidates say something else than the claim."""

    def refute(chosen: Sequence[int]) -> str | None:
        some = [case.candidates[i] for i in chosen]
        return contradiction(case.claim, [one.text for one in some], [part for one in some for part in one.context])

    return refute


def report(name: str, cases: Sequence[ClaimCase], found: np.ndarray, threshold: float) -> None:
    """Print how well supported claims are told from others."""
    labels = np.array([case.label for case in cases])
    supported = labels == "supported"
    line = f"{name:24} {len(cases):4}  AUROC against all others {roc_auc_score(supported, found):.3f}"
    if (labels == "partial").any():
        clear = labels != "partial"
        line += f", against not supported {roc_auc_score(supported[clear], found[clear]):.3f}"
    print(line)
    for least in (*_THRESHOLDS, threshold):
        kept, passed = np.mean(found[supported] >= least), np.mean(found[~supported] >= least)
        print(f"{'':24} at {least:.2f} supported kept {kept:.3f}, others {passed:.3f}")
    for kind in sorted({case.kind for case in cases if case.kind and case.source == "written"}):
        some = np.array([case.kind == kind for case in cases])
        print(f"{'':24} {kind:14} {some.sum():3} passed {np.mean(found[some] >= threshold):.3f}")


def main() -> None:
    """Fit, write the file, print the figures of both halves."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--network", type=Path, default=ENTAILMENT_FOLDER)
    parser.add_argument("--output", type=Path, default=_TARGET)
    args = parser.parse_args()
    judge = Support(EntailmentNetwork(args.network), blank())
    cases = [*written(load_embedder(load_settings()).count_tokens), *summedits(), *wice()]
    rows = [np.array([row for _, row in judge.sets(case.claim, case.candidates)]) for case in cases]
    seen = [i for i, some in enumerate(rows) if len(some)]
    print(f"{len(cases) - len(seen)} of {len(cases)} claims share no sentence")
    halves = {fitted: [i for i in seen if cases[i].fitted == fitted] for fitted in (True, False)}
    model = fit([cases[i] for i in halves[True]], [rows[i] for i in halves[True]])
    args.output.write_text(json.dumps(model.model_dump(), indent=1) + "\n", "utf-8")
    judge.model = model
    print(dict(zip(FEATURES, model.support.weights, strict=True)))
    for fitted, name in ((True, "fitted"), (False, "other")):
        for source in dict.fromkeys(case.source for case in cases):
            some = [i for i in halves[fitted] if cases[i].source == source]
            chances = scores(judge, [cases[i] for i in some])
            report(f"{source} {name}", [cases[i] for i in some], chances, model.threshold)


if __name__ == "__main__":
    main()
