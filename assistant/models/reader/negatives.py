"""Passages and questions that look like a match and are none."""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from assistant.models.reader.bm25 import Stemmer
from assistant.models.reader.data.items import Corpus, Item, Passage, window
from assistant.models.reader.pools import Pool, Vectors
from assistant.sentences import Span

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_NUMBER = re.compile(r"\b\d[\d,]*\b")
_NAME = re.compile(r"(?<=[a-z] )(?:[A-Z][a-zé]+)(?: [A-Z][a-zé]+)*")
_LEAST = 60


@dataclass(frozen=True)
class Excerpt:
    """Text shown to the model: sentences of a passage, their spans in `text`, and which of them were which there."""

    title: str
    text: str
    sentences: tuple[Span, ...]
    indices: tuple[int, ...]


Judge = Callable[[str, Sequence[Excerpt]], Sequence[float]]
"""Takes a question and excerpts, returns how much each looks like an answer: higher is more."""

_JUDGED = 3


def target_length(rng: random.Random) -> int:
    """Return how many characters a passage may have: some short, most long, as passages at run time."""
    low, high = rng.choices(((_LEAST, 200), (200, 450), (450, 1000)), (15, 25, 60))[0]
    return rng.randint(low, high)


def excerpt(passage: Passage, indices: range) -> Excerpt:
    """Return the sentences `indices` of `passage` with what stands between them."""
    start, end = passage.sentences[indices[0]][0], passage.sentences[indices[-1]][1]
    spans = tuple((passage.sentences[i][0] - start, passage.sentences[i][1] - start) for i in indices)
    return Excerpt(passage.title, passage.text[start:end], spans, tuple(indices))


def cut_out(shown: Excerpt, gold: tuple[int, ...], excluded: tuple[str, ...]) -> Excerpt | None:
    """Return the excerpt without its gold sentences and those that hold the answer; None where too little is left."""
    kept = [
        (index, shown.text[a:b])
        for index, (a, b) in zip(shown.indices, shown.sentences, strict=True)
        if index not in gold and not contains(shown.text[a:b], excluded)
    ]
    text = " ".join(sentence for _, sentence in kept)
    if len(text) < _LEAST or contains(text, excluded):
        return None
    spans: list[Span] = []
    start = 0
    for _, sentence in kept:
        spans.append((start, start + len(sentence)))
        start += len(sentence) + 1
    return Excerpt(shown.title, text, tuple(spans), tuple(index for index, _ in kept))


def contains(text: str, excluded: tuple[str, ...]) -> bool:
    """Tell whether one of the strings occurs in `text` as whole words, case aside."""
    lowered = text.lower()
    for wanted in map(str.lower, excluded):
        if wanted in lowered and re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", lowered):
            return True
    return False


class Negatives:
    """Finds negatives for the items of one set: in `pool`, in the same article, and among `others`."""

    def __init__(
        self,
        corpus: Corpus,
        pool: Pool,
        others: list[Passage],
        stemmer: Stemmer,
        rng: random.Random,
        judge: Judge | None = None,
    ) -> None:
        self._rng = rng
        self._judge = judge
        self._stemmer = stemmer
        self._pool = pool
        self._others = others
        self._by_article: dict[str, list[Passage]] = defaultdict(list)
        for passage in corpus.passages:
            self._by_article[passage.article].append(passage)
        self._names = sorted({n for item in corpus.items for n in _NAME.findall(item.question)})

    def similar(self, item: Item, vector: Vectors | None = None) -> Excerpt | None:
        """Return a passage that ranks high for the question, by words or by its `vector`, without the answer.

        With a judge it is the one of three that looks most like an answer.
        """
        if item.broad:
            return None
        found = [p for p in self._pool.best(item.question, vector, 12) if self._allowed(p, item)]
        drawn = self._rng.sample(found[:8], min(8, len(found)))
        shown = list(islice(filter(None, (self._closest(p, item) for p in drawn)), _JUDGED if self._judge else 1))
        if self._judge and len(shown) > 1:
            scores = self._judge(item.question, shown)
            return shown[max(range(len(shown)), key=scores.__getitem__)]
        return shown[0] if shown else None

    def sibling(self, item: Item) -> Excerpt | None:
        """Return another passage of the same article, at the place most like the question."""
        near = [p for p in self._by_article[item.passage.article] if self._allowed(p, item)]
        for passage in self._rng.sample(near, min(4, len(near))):
            if shown := self._closest(passage, item):
                return shown
        return None

    def cut(self, item: Item, shown: Excerpt) -> Excerpt | None:
        """Return the positive without what answers."""
        return cut_out(shown, item.gold, item.excluded)

    def random(self, item: Item) -> Excerpt | None:
        """Return a passage on some other topic."""
        passage = self._rng.choice(self._others)
        return None if passage.article == item.passage.article else self._closest(passage, item)

    def altered(self, item: Item, shown: Excerpt) -> str | None:
        """Return the question with a year, number or name that the passage holds replaced by one that it does not."""
        text = f"{shown.title} {shown.text}"
        choices: list[tuple[Span, str]] = []
        for found in _NUMBER.finditer(item.question):
            old = found.group()
            if not re.search(rf"(?<!\w){re.escape(old)}(?!\w)", text):
                continue
            if _YEAR.fullmatch(old):
                new = str(int(old) + self._rng.choice((-1, 1)) * self._rng.randint(1, 30))
            else:
                new = str(max(2, int(old.replace(",", "")) + self._rng.choice((-2, -1, 1, 2, 5, 10))))
            choices.append((found.span(), new))
        names = [found for found in _NAME.finditer(item.question) if found.group() in text] if self._names else []
        choices.extend((found.span(), self._rng.choice(self._names)) for found in names)
        choices = [(span, new) for span, new in choices if new.lower() not in text.lower()]
        if not choices:
            return None
        (a, b), new = self._rng.choice(choices)
        return item.question[:a] + new + item.question[b:]

    def _allowed(self, passage: Passage, item: Item) -> bool:
        return passage.text not in item.passage.text and item.passage.text not in passage.text

    def _closest(self, passage: Passage, item: Item) -> Excerpt | None:
        asked = set(self._stemmer.stems(item.question))
        shares = [len(asked & set(self._stemmer.stems(passage.text[a:b]))) for a, b in passage.sentences]
        best = max(range(len(shares)), key=shares.__getitem__)
        shown = excerpt(passage, window(passage, (best,), target_length(self._rng), self._rng))
        return None if contains(shown.text, item.excluded) or len(shown.text) < 20 else shown
