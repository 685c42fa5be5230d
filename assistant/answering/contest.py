"""Contest: whether two short answers to one question, from different articles, exclude each other."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.answering.questions import COUNT_WORDS, ORDINAL_WORDS, AskedFor
from assistant.catalog.lexical import FUNCTION_WORDS, stem, stems, words
from assistant.verification.calendar import DateExpression
from assistant.verification.countries import country_at
from assistant.verification.expressions import date_expressions
from assistant.verification.quantities import Figure, figures
from assistant.verification.tokens import tokens
from assistant.verification.units import TIMES, in_base, same

# Shares of the question's terms that the sentence, with what stands above it, and the passage must hold.
_IN_SENTENCE, _IN_PASSAGE = 0.5, 0.65
_IN_BOTH = 0.34
_LONGEST_NAME = 5
_NOUNS = 3
# From here on figures are taken for rounded where they agree in as many digits as the shorter one has.
_ROUNDED_FROM = 100
# By so large a share a rounded figure differs, and one that is told as "about" so much.
_ROUNDED, _ABOUT = Decimal("0.05"), Decimal("0.15")
_TITLES = frozenset("mr mrs ms dr sir president minister prime secretary king queen saint st".split())
_NUMBERS = {stem(word): str(number) for word, number in {**COUNT_WORDS, **ORDINAL_WORDS, "one": 1}.items()}
_TIMES = frozenset[str | None](TIMES)
_OPEN = frozenset(("", "nearly", "about"))
_DENIES = re.compile(r"\b(?:not|never|no|isn['’]t|wasn['’]t|rather than|instead of)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """A short answer at `start` to `end` of a sentence; `above` are the title and headings over its passage."""

    sentence: str
    start: int
    end: int
    passage: str
    above: str = ""

    @property
    def answer(self) -> str:
        """The short answer."""
        return self.sentence[self.start : self.end]


def contested(asked: AskedFor, one: Told, other: Told) -> bool:
    """Tell whether `one` and `other` answer what was asked with another figure, date or name.

    Both have to speak of what the question names, of the same thing counted and of no two different dates. What one of
    them rounds, or tells beside its own answer, is no other answer; nor is one item of a list, or a reason.
    """
    if asked.listed or asked.kind == "reason" or not (_covers(asked, one) and _covers(asked, other)):
        return False
    dated, their_dates = _dates(one), _dates(other)
    if dated and their_dates and asked.kind != "number":
        return _share(asked, one, other) and all(_apart(mine, theirs) for mine in dated for theirs in their_dates)
    if _circumstances_differ(one, other):
        return False
    counted, their_counts = _figures(one), _figures(other)
    if counted or their_counts:
        return len(counted) == len(their_counts) == 1 and _other_figure(one, counted[0], other, their_counts[0])
    if dated or their_dates or asked.kind in ("number", "date"):
        return False
    if asked.where and not (_DENIES.search(one.sentence) or _DENIES.search(other.sentence)):
        # A town and its country are both right.
        return False
    return _share(asked, one, other) and _other_name(one, other)


def _covers(asked: AskedFor, told: Told) -> bool:
    terms = {_plain(term) for term in asked.terms}
    above = _stems(told.above)
    near, far = _stems(told.sentence) | above, _stems(told.passage) | above
    if any(term.isdigit() and term not in far for term in terms):
        return False
    return len(terms & near) >= _IN_SENTENCE * len(terms) and len(terms & far) >= _IN_PASSAGE * len(terms)


def _share(asked: AskedFor, one: Told, other: Told) -> bool:
    """Tell whether both sentences speak of the same part of what is asked."""
    terms = {_plain(term) for term in asked.terms}
    return len(terms & _stems(one.sentence) & _stems(other.sentence)) >= _IN_BOTH * len(terms)


def _stems(text: str) -> set[str]:
    return {_plain(one) for one in stems(text)}


def _plain(term: str) -> str:
    """Return numerals and ordinals as digits."""
    return _NUMBERS.get(term) or re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", term)


def _inside(told: Told, start: int, end: int) -> bool:
    return start < told.end and end > told.start


def _dates(told: Told) -> list[DateExpression]:
    return [one for one in date_expressions(told.sentence) if _inside(told, one.start, one.end) and not one.edge]


def _figures(told: Told) -> list[Figure]:
    return [one for one in figures(told.sentence) if _inside(told, one.start, one.end)]


def _apart(one: DateExpression, other: DateExpression) -> bool:
    """Tell whether no day can be meant by both dates."""
    if one.part or other.part or one.fiscal or other.fiscal:
        return False
    pairs = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    both = [mine != theirs for mine, theirs in pairs if mine is not None and theirs is not None]
    return bool(both) and any(both)


def _circumstances_differ(one: Told, other: Told) -> bool:
    """Tell whether the sentences speak of different dates; "on Tuesday" and "last year" tell of none."""
    mine, theirs = (
        [date for date in date_expressions(told.sentence) if date.year or date.month or date.day]
        for told in (one, other)
    )
    return bool(mine and theirs) and all(_apart(a, b) for a in mine for b in theirs)


def _other_figure(one: Told, mine: Figure, other: Told, theirs: Figure) -> bool:
    if mine.value is None or theirs.value is None or mine.upper is not None or theirs.upper is not None:
        return False
    if mine.comparator not in _OPEN or theirs.comparator not in _OPEN:
        return False
    if mine.unit is None and theirs.unit is None:
        nouns, their_nouns = _nouns(one, mine), _nouns(other, theirs)
        if nouns and their_nouns and not nouns & their_nouns:
            return False
    value, unit = in_base(mine.value, mine.unit)
    their_value, their_unit = in_base(theirs.value, theirs.unit)
    if unit != their_unit and not {mine.unit, theirs.unit} <= _TIMES:
        return False
    if mine.unit == "ordinal" or same(mine.value, mine.unit, theirs.value, theirs.unit):
        return False
    if unit == their_unit and _rounds(value, their_value, about=bool(mine.comparator or theirs.comparator)):
        return False
    return not (_tells(one.sentence, theirs) or _tells(other.sentence, mine))


def _nouns(told: Told, one: Figure) -> set[str]:
    """Return the stems of what follows a figure, up to the next small word: one of them is what is counted."""
    after = words(told.sentence[one.end : one.end + 60])[:_NOUNS]
    small = next((at for at, word in enumerate(after) if word in FUNCTION_WORDS), len(after))
    return {stem(word) for word in after[:small]}


def _rounds(one: Decimal, other: Decimal, *, about: bool) -> bool:
    """Tell whether one figure may be the other, rounded; more is, where either is told as `about` so much."""
    if one == other:
        return True
    exact = max(abs(one), abs(other)) < _ROUNDED_FROM and one % 1 == other % 1 == 0
    if exact and not about:
        return False
    if abs(one - other) > (_ABOUT if about else _ROUNDED) * max(abs(one), abs(other)):
        return False
    digits = min(_digits(one), _digits(other))
    mine, theirs = (f"{value:.{max(digits - 1, 0)}E}" for value in (one, other))
    return mine == theirs


def _digits(value: Decimal) -> int:
    return len(value.normalize().as_tuple().digits)


def _tells(text: str, wanted: Figure) -> bool:
    """Tell whether `text` tells the figure too, and denies nothing."""
    told = any(one.value == wanted.value and one.unit == wanted.unit for one in figures(text))
    return told and not _DENIES.search(text)


def _other_name(one: Told, other: Told) -> bool:
    mine, theirs = _name(one.answer), _name(other.answer)
    if not mine or not theirs or max(len(mine), len(theirs)) > _LONGEST_NAME:
        return False
    capitals = {_capital(one), _capital(other)}
    # Of words that are no names only single ones exclude each other: two phrases may well be true of one thing.
    if capitals == {True, False} or (True not in capitals and max(len(mine), len(theirs)) > 1):
        return False
    if _alike(mine, theirs) or not _same_kind(one.answer, other.answer):
        return False
    return not (_names(other.sentence, mine) or _names(one.sentence, theirs))


def _name(answer: str) -> list[str]:
    return [word for word in words(answer) if word not in FUNCTION_WORDS and word not in _TITLES]


def _capital(told: Told) -> bool | None:
    """Tell whether the answer is a name; None where the only capital begins the sentence."""
    found = [word[:1].isupper() for word in told.answer.split()]
    return None if found[0] and not any(found[1:]) and not told.sentence[: told.start].strip() else any(found)


def _alike(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Tell whether one of two names is part of the other, or its initials."""
    short, long = sorted((mine, theirs), key=len)
    if all(any(_same_word(word, other) for other in long) for word in short):
        return True
    initials = ["".join(word[0] for word in name) for name in (mine, theirs)]
    joined = ["".join(name) for name in (theirs, mine)]
    return any(len(short) > 1 and short == long for short, long in zip(initials, joined, strict=True))


def _same_word(one: str, other: str) -> bool:
    """Tell whether two words of names are the same, or one is the other's initial."""
    return stem(one) == stem(other) or (1 in (len(one), len(other)) and one[0] == other[0])


def _same_kind(one: str, other: str) -> bool:
    """Tell whether two names may exclude each other: two countries do, not a country and an office or town of it."""
    mine, theirs = _country(one), _country(other)
    return (mine is None) == (theirs is None) and (mine is None or mine != theirs)


def _country(answer: str) -> str | None:
    """Return the country that an answer names, and nothing else."""
    keys = [one.key for one in tokens(answer) if one.key != "the"]
    found = country_at(keys, 0) if keys else None
    return found[0] if found and found[1] == len(keys) else None


def _names(text: str, name: Sequence[str]) -> bool:
    """Tell whether `text` holds the words of a name and denies nothing."""
    return set(name) <= set(words(text)) and not _DENIES.search(text)
