"""Fitting: the SimilarityReader's logistic regressions, on a part of the questions of the sets with gold spans."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from assistant.answering.similarity import Evidence, SimilarityModel, SimilarityReader, feature_names
from assistant.models.linear import Linear
from assistant.models.reader.runtime import ReaderNetwork
from assistant.retrieval import Retriever
from assistant.types import Filters, Hit
from bench.homes import PAIRS, Home, question_fold, question_half
from bench.pipelines import BenchError
from bench.sets import Record

# The sets that are fitted on.
FITTED = ("chunkeval", "clapnq", PAIRS)
# The pairs once more, each question asked of one article.
ALONE = "alone"
READ = 8
FOLDS = 5
# The confidence is a probability, so that wrong answers and wrong refusals cost the same at one half.
EVEN = 0.5
# With the trained reader less is asked of an answer, which says that it is uncertain up to _SURE: on articles that the
# regressions have not seen, right answers to questions in other words than the article's are often between the two.
THRESHOLD = 0.19

# What the questions of a set count. The project's own are worded as those that the network learnt from, and say the
# least about what others ask; a set in which all can be answered says little about when to abstain.
_WEIGHTS = {PAIRS: 0.3, ALONE: 0.3}
_ANSWER_WEIGHTS = {**_WEIGHTS, "chunkeval": 0.3}
_FOUND = 10
_ANSWERABLE = 0.7
_SURE = 0.65
_CORPUS = Path(__file__).parents[1] / "corpus"


@dataclass(frozen=True)
class Example:
    """A question with the features of its candidate sentences, and which of them are gold."""

    question: Record
    matrix: np.ndarray
    labels: np.ndarray
    evidence: Evidence
    hits: list[Hit]

    @property
    def fitted(self) -> bool:
        """Whether it is in the half that is fitted on."""
        return question_half(self.question) == 0

    @property
    def seen(self) -> bool:
        """Whether there is a sentence to judge."""
        return len(self.labels) > 0

    def in_fold(self, fold: int) -> bool:
        """Whether it is in the fold with this number, of five."""
        return question_fold(self.question, FOLDS) == fold


Examples = Mapping[str, Sequence[Example]]
Part = Callable[[Example], bool]


def half(example: Example) -> bool:
    """Take the half of the questions that is fitted on, told apart by a digest of their ids."""
    return example.fitted


def everything(_: Example) -> bool:
    """Take every question."""
    return True


def all_but(fold: int) -> Part:
    """Return what takes every question but those of one fold."""
    return lambda example: not example.in_fold(fold)


def blank_model(*, network: bool) -> SimilarityModel:
    """Return a model that knows nothing, for a reader whose evidence alone is wanted."""

    def zero(names: Sequence[str]) -> Linear:
        n = len(names)
        return Linear(features=tuple(names), mean=(0.0,) * n, scale=(1.0,) * n, weights=(0.0,) * n, bias=0.0)

    sentence, passage, answer = map(zero, feature_names(network=network))
    return SimilarityModel(version=0, sentence=sentence, passage=passage, answer=answer, threshold=EVEN, uncertain=EVEN)


def gather(home: Home, reader: SimilarityReader, read: int = READ) -> dict[str, list[Example]]:
    """Return the examples of a home by set: the first `read` passages of each question."""
    out = {home.name: _examples(home.retriever, reader, home.questions, read)}
    if home.name == PAIRS:
        # As on a corpus of one article, where nothing else competes.
        out[ALONE] = _examples(home.retriever, reader, home.questions, read, _one_article)
    return out


def fit_homes(homes: Sequence[Home], network: ReaderNetwork | None, read: int = READ) -> SimilarityModel:
    """Return the regressions fitted to half of the questions of `homes`, with the network's scores or without any.

    Raises BenchError where there are too few.
    """
    blank = blank_model(network=network is not None)
    examples: dict[str, list[Example]] = {}
    for home in homes:
        examples |= gather(home, SimilarityReader(home.catalog, home.embedder, blank, network), read)
    return fit(examples, network=network is not None)


def fit(examples: Examples, *, network: bool, part: Part = half) -> SimilarityModel:
    """Return the model fitted to a part of the examples.

    Raises BenchError where there are too few questions to tell right from wrong.
    """
    sentence_names, passage_names, answer_names = feature_names(network=network)
    named = [(name, e) for name, e in _named(examples, part) if e.question["answerable"]]
    told = [e for _, e in named]
    balance = np.array([_WEIGHTS.get(name, 1.0) / len(e.labels) for name, e in named for _ in e.labels])
    sentence = _fit(
        [e.matrix for e in told],
        np.array([label for e in told for label in e.labels], bool),
        sentence_names,
        0.3,
        balance / balance.mean() if told else balance,
    )
    gold = [gold_share(hit, hit.start, hit.end, e.question["gold"]) > 0 for e in told for hit in e.hits]
    passage = _fit(
        [e.evidence.passage_rows(sentence.predict(e.matrix), e.hits) for e in told],
        np.array(gold, bool),
        passage_names,
        0.1,
        np.ones(len(gold)),
    )
    answer = _fit(
        [e.evidence.answer_row(sentence.predict(e.matrix))[None, :] for e in _of(examples, part)],
        _answerable(_of(examples, part)),
        answer_names,
        0.03,
        _balance(examples, part),
    )
    return SimilarityModel(
        version=1,
        sentence=sentence,
        passage=passage,
        answer=answer,
        threshold=THRESHOLD if network else EVEN,
        uncertain=_SURE,
    )


def confidences(model: SimilarityModel, examples: Iterable[Example]) -> np.ndarray:
    """Return the model's confidence that each example's best sentences answer; all have sentences."""
    rows = [e.evidence.answer_row(model.sentence.predict(e.matrix)) for e in examples]
    return np.asarray(model.answer.predict(np.stack(rows)))


def fewest_errors(model: SimilarityModel, examples: Examples, part: Part = half) -> float:
    """Return the threshold at which a part has the fewest wrong answers and wrong refusals together."""
    chances, answerable = confidences(model, _of(examples, part)), _answerable(_of(examples, part))
    best, at = np.inf, 0.5
    for threshold in np.unique(np.round(chances, 3)):
        wrong = np.average((chances >= threshold) != answerable, weights=_balance(examples, part))
        if wrong < best:
            best, at = float(wrong), float(threshold)
    return at


def gold_share(hit: Hit, start: int, end: int, gold: Sequence[Record]) -> float:
    """Return the share of the characters from `start` to `end` of the hit's article that are gold."""
    inside = sum(max(0, min(end, g["end"]) - max(start, g["start"])) for g in gold if g["article_id"] == hit.article_id)
    return float(inside / (end - start))


def _is_gold(hit: Hit, start: int, end: int, gold: Sequence[Record]) -> bool:
    """Whether most of the span is gold, or most of a gold span lies in it."""
    if gold_share(hit, start, end, gold) > 0.5:
        return True
    spans = [g for g in gold if g["article_id"] == hit.article_id]
    return any(min(end, g["end"]) - max(start, g["start"]) > 0.5 * (g["end"] - g["start"]) for g in spans)


def _one_article(question: Record) -> Filters:
    """Return the filter on one article: where the answer stands, or one picked by the question's id."""
    if question["gold"]:
        return Filters(article=question["gold"][0]["article_id"])
    articles = sorted(path.stem for path in _CORPUS.glob("*.md"))
    return Filters(article=articles[hashlib.sha256(question["id"].encode()).digest()[1] % len(articles)])


def _examples(
    retriever: Retriever,
    reader: SimilarityReader,
    questions: Sequence[Record],
    read: int,
    filters: Callable[[Record], Filters] = lambda _: Filters(),
) -> list[Example]:
    out = []
    for question in questions:
        hits = retriever.retrieve(question["question"], filters(question), max(_FOUND, read))[:read]
        evidence = reader.evidence(question["question"], hits)
        labels = [
            _is_gold(hits[v.hit], s.start, s.end, question["gold"])
            for v in evidence.views
            for s in [hits[v.hit].sentences[v.sentence]]
        ]
        out.append(Example(question, evidence.matrix, np.array(labels), evidence, hits))
    return out


def _of(examples: Examples, part: Part) -> list[Example]:
    return [e for _, e in _named(examples, part)]


def _named(examples: Examples, part: Part) -> list[tuple[str, Example]]:
    """Return the examples of a part that can be judged, each with its set's name."""
    return [(name, e) for name, some in examples.items() for e in some if part(e) and e.seen]


def _answerable(examples: Iterable[Example]) -> np.ndarray:
    return np.array([e.question["answerable"] for e in examples], bool)


def _fit(
    rows: Sequence[np.ndarray], y: np.ndarray, names: Sequence[str], strength: float, balance: np.ndarray
) -> Linear:
    if len(np.unique(y)) < 2:
        raise BenchError("too few questions to fit on, all rows are alike: ask more of each set (--limit)")
    x = np.concatenate(rows)
    scaler = StandardScaler().fit(x)
    model = LogisticRegression(C=strength, max_iter=5000).fit(scaler.transform(x), y, sample_weight=balance)
    return Linear(
        features=tuple(names),
        mean=tuple(np.round(scaler.mean_, 5)),
        scale=tuple(np.round(scaler.scale_, 5)),
        weights=tuple(np.round(model.coef_[0], 4)),
        bias=round(float(model.intercept_[0]), 4),
    )


def _balance(examples: Examples, part: Part) -> np.ndarray:
    """Return weights, of mean 1, under which a set counts what it is to and 70 % of what is asked can be answered.

    That is about the share in the sets that were made as analysts ask (70-78 %); it makes the confidence the
    probability that such a question is answered rightly, and the threshold the point of equal costs.
    """
    groups = [(name, e.question["answerable"]) for name, e in _named(examples, part)]
    sizes = Counter(groups)
    total = {True: 0.0, False: 0.0}
    for name, answerable in sizes:
        total[answerable] += _ANSWER_WEIGHTS.get(name, 1.0)
    share = {True: _ANSWERABLE, False: 1 - _ANSWERABLE}
    weights = np.array(
        [_ANSWER_WEIGHTS.get(name, 1.0) * share[told] / (total[told] * sizes[name, told]) for name, told in groups]
    )
    normal: np.ndarray = weights / weights.mean()
    return normal
