"""What every loader gives: passages, and questions that they answer."""

import random
import zlib
from dataclasses import dataclass, field

from assistant.sentences import Span, sentence_spans

MAX_CHARACTERS = 1000


@dataclass(frozen=True)
class Passage:
    """A paragraph of an article with the spans of its sentences.

    `article` tells what must be held out together; `title` is a title or a heading path, empty where there is none.
    """

    source: str
    article: str
    title: str
    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True)
class Item:
    """A question with the passage that answers it.

    `gold`: indices of the sentences that answer. `answer`: the short answer in the passage's text. `excluded`: what a
    passage must not contain to serve as a negative. `impossible`: questions that the passage does not answer.
    `broad`: passages of other articles may well answer it too, so none of this set is a negative.
    """

    passage: Passage
    question: str
    gold: tuple[int, ...]
    answer: Span | None = None
    excluded: tuple[str, ...] = ()
    impossible: tuple[str, ...] = ()
    broad: bool = False


@dataclass(frozen=True)
class Corpus:
    """One set: all its passages (negatives come from them) and its items."""

    name: str
    passages: list[Passage] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def sample(self, most: int, rng: random.Random) -> "Corpus":
        """Return the corpus with at most `most` of its items, drawn at random."""
        kept = self.items if len(self.items) <= most else rng.sample(self.items, most)
        return Corpus(self.name, self.passages, kept)


def make_passage(source: str, article: str, title: str, text: str) -> Passage:
    """Return the passage with its sentences found."""
    return Passage(source, article, title, text, tuple(sentence_spans(text)))


def joined_passage(source: str, article: str, title: str, sentences: list[str]) -> Passage:
    """Return the passage made of `sentences`, one space between them."""
    spans: list[Span] = []
    start = 0
    for sentence in sentences:
        spans.append((start, start + len(sentence)))
        start += len(sentence) + 1
    return Passage(source, article, title, " ".join(sentences), tuple(spans))


def overlapping(sentences: tuple[Span, ...], start: int, end: int) -> tuple[int, ...]:
    """Return the indices of the sentences that share a character with [start, end)."""
    return tuple(i for i, (a, b) in enumerate(sentences) if a < end and b > start)


def held_out(article: str) -> bool:
    """Tell whether the article is one of the 2 % kept for validation."""
    return zlib.crc32(article.lower().encode()) % 50 == 0


def window(passage: Passage, keep: tuple[int, ...], target: int, rng: random.Random) -> range:
    """Return a run of sentences that holds `keep`, grown at random to both sides up to `target` characters.

    Where `keep` itself is longer than MAX_CHARACTERS, sentences are dropped from its end.
    """
    spans = passage.sentences
    first, last = min(keep), max(keep)
    while last > first and spans[last][1] - spans[first][0] > MAX_CHARACTERS:
        last -= 1
    while True:
        sides = []
        if first > 0 and spans[last][1] - spans[first - 1][0] <= target:
            sides.append(-1)
        if last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= target:
            sides.append(1)
        if not sides:
            return range(first, last + 1)
        if rng.choice(sides) < 0:
            first -= 1
        else:
            last += 1
