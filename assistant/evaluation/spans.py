"""Where a text stands in an article, and which of its characters are cited; white space never counts."""

import re
from collections.abc import Callable, Iterable, Sequence

from assistant.types import Article

Span = tuple[int, int]
Lookup = Callable[[str], Article | None]  # an article by id, None where there is none


def occurrences(text: str, quote: str) -> list[Span]:
    """Return the spans of `text` that hold `quote`, in order; runs of white space match one another."""
    pattern = r"\s+".join(map(re.escape, quote.split()))
    return [found.span() for found in re.finditer(pattern, text)] if pattern else []


def characters(text: str, spans: Iterable[Span]) -> set[int]:
    """Return the offsets of the characters in `spans` that are no white space."""
    return {i for start, end in spans for i in range(start, min(end, len(text))) if not text[i].isspace()}


def likeliest(text: str, quote: str, cited: set[int]) -> set[int] | None:
    """Return the characters of the occurrence of `quote` of which most are cited, None where there is none."""
    found: Sequence[set[int]] = [characters(text, [span]) for span in occurrences(text, quote)]
    return max(found, key=lambda some: len(some & cited), default=None)
