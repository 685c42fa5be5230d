"""Candidates: questions before they are chosen, what each form is worth, and when two are alike."""

from dataclasses import dataclass
from typing import Literal

from assistant.catalog.lexical import content_words, stem

Form = Literal["list", "reason", "definition", "amount", "date", "row", "person", "heading", "name"]
# Two questions are alike when they share this much of the shorter one's stems.
_ALIKE = 0.7
# What a question of each form is worth to a reader.
WORTH: dict[Form, float] = {
    "list": 1.0,
    "reason": 1.0,
    "definition": 0.95,
    "amount": 0.95,
    "date": 0.85,
    "row": 0.8,
    "person": 0.8,
    "heading": 0.75,
    "name": 0.6,
}


@dataclass(frozen=True)
class Candidate:
    """A question that `article_id` is to answer in [start, end) of its text.

    `topic` are the stems of what is asked about; `promise` orders candidates, higher first. `publisher` is who alone
    may be quoted, where the question names one; `name` is what a quote must hold, where the question is about a name.
    One that stands `alone` names what it is about, and needs no question before it.
    """

    question: str
    form: Form
    article_id: str
    start: int
    end: int
    topic: frozenset[str]
    promise: float
    alone: bool
    publisher: str | None = None
    name: str = ""


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether questions on these two topics ask much the same."""
    return len(one & other) >= _ALIKE * max(min(len(one), len(other)), 1)


def topic(text: str) -> frozenset[str]:
    """Return the stems of the words that carry the matter of `text`."""
    return frozenset(stem(word) for word in content_words(text))
