"""Comparators: what "more than", "up to" or "about" makes of the figure beside it."""

import re
from typing import Literal

from assistant.verification.units import TIMES

Comparator = Literal["", "about", "nearly", "under", "more", "least", "less", "most", "multiples", "during", "later"]

_LOOKBACK = 40
_BEFORE: tuple[tuple[Comparator, str], ...] = (
    ("least", r"at least|(?:no|not) (?:less|fewer) than|(?:a )?minimum of|as (?:low|few|little) as|≥|>="),
    ("later", r"no later than|not later than|no earlier than"),
    ("most", r"up to|at most|(?:no|not) (?:more|greater|higher) than|as (?:many|much|high) as|(?:a )?maximum of|≤|<="),
    (
        "more",
        r"more than|(?:well |just |slightly )?(?:over|above)|exceed(?:s|ed|ing)?|in excess of|upwards? of|beyond|>|"
        r"(?:greater|higher|larger) than|topp?(?:ed|ing|s)",
    ),
    ("under", r"(?:just|slightly|a little) (?:under|below|short of|less than)"),
    ("less", r"(?:less|fewer|lower|smaller) than|(?:well )?(?:under|below)|short of|<"),
    ("nearly", r"nearly|almost|close to|approaching|not quite"),
    (
        "about",
        r"about|around|roughly|approximately|approx\.?|some|circa|ca\.|c\.|~|≈|an? (?:estimated|average of)|"
        r"(?:was |were |is |are )?estimated (?:at|to be)|estimated|near",
    ),
    ("multiples", r"several|(?:a )?few|many|multi"),
)
_AFTER: tuple[tuple[Comparator, str], ...] = (
    (
        "least",
        r"\s+or (?:more|above|over|higher|greater|longer)\b|"
        r"\s+and (?:above|up|over)\b|\s+at least\b|-plus\b|\s?\+(?!\d)",
    ),
    ("most", r"\s+or (?:less|fewer|below|under|lower|shorter)\b|\s+and (?:below|under)\b|\s+at most\b"),
    ("about", r"\s+or so\b|\s+or thereabouts\b"),
)
_FILLER = r"(?:(?:about|around|roughly|approximately|some|an?|another|an additional)\s+)?"
_WORDS = "|".join(f"(?P<{name}>{words})" for name, words in _BEFORE)
_PRECEDES = re.compile(rf"(?<![\w-])(?:{_WORDS})(?:\s+|(?<=[~≈<>≤≥=])|(?<=multi)-){_FILLER}\Z", re.IGNORECASE)
_FOLLOWS = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _AFTER), re.IGNORECASE)
# The same behind what is counted: "50 taps or more", "12 days at most".
_COUNTED = re.compile(
    r"(?:[\s-]+(?!(?:and|or|of|in|at|to|by|for|from|with|per|than)\b)[a-z]{2,}){1,2}"
    r"(?=\s+(?:or (?:more|fewer|less|longer)|at (?:least|most))\b(?!\s+(?:than|of)\b))",
    re.IGNORECASE,
)
_ALIKE = frozenset(("", "about", "nearly"))


def comparator_before(text: str, at: int, unit: str | None) -> tuple[Comparator, int]:
    """Return the comparator that ends right before `at`, and where it begins."""
    match = _PRECEDES.search(text, max(0, at - _LOOKBACK), at)
    if not match:
        return "", at
    name: Comparator = next(name for name, _ in _BEFORE if match[name])
    if unit in TIMES and match.group().lower().startswith("over"):
        return "during", match.start()
    return name, match.start()


def comparator_after(text: str, at: int) -> tuple[Comparator, int]:
    """Return the comparator that follows at `at` ("or more"), and where it ends; behind a noun it ends at `at`."""
    counted = _COUNTED.match(text, at)
    match = _FOLLOWS.match(text, counted.end() if counted else at)
    if not match:
        return "", at
    return next(name for name, _ in _AFTER if match[name]), at if counted else match.end()


def agree(one: Comparator, other: Comparator) -> bool:
    """Tell whether a figure with comparator `one` is stated by the same figure with `other`.

    "About" and "nearly" may be left out or added, since they only round; all else bounds and must stay. "Over" before a
    time ("over three years") may mean "more than" or "in the course of" and agrees with both; "no later than" is at
    least or at most, by whether "before" or "after" follows.
    """
    if "during" in (one, other):
        return {one, other} <= {"during", "more", *_ALIKE}
    if "under" in (one, other):
        # "Just under" rounds and bounds.
        return {one, other} <= {"under", "less", *_ALIKE}
    if "later" in (one, other) and {one, other} <= {"later", "least", "most"}:
        return True
    return one == other or {one, other} <= _ALIKE
