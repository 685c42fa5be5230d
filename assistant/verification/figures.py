"""Figures of a statement, each looked for in the quotes that the statement cites."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial

from assistant.catalog.lexical import FUNCTION_WORDS, stem, words
from assistant.verification import identifiers
from assistant.verification.columns import Row, row
from assistant.verification.comparators import agree
from assistant.verification.countries import countries
from assistant.verification.exchanges import Item, exchanged
from assistant.verification.expressions import date_expressions
from assistant.verification.folding import fold
from assistant.verification.quantities import Figure, figures
from assistant.verification.units import TIMES, same

__all__ = ["Figure", "figures", "missing_figures"]

_WINDOW = 80
_NOUNS = 3
_LESS = re.compile(
    r"\b(?:fell|fall\w*|drop\w*|declin\w*|decreas\w*|down|los[st]\w*|loss\w*|lower\w*|reduc\w*|cut\w*|shr[aiu]nk\w*|"
    r"slump\w*|plung\w*|plummet\w*|slid\w*|deficit\w*|negative|minus|contract\w*|below|less)\b",
    re.IGNORECASE,
)
_TONNES = re.compile(r"\b(?:metric\s+tons?|tonnes?)\b", re.IGNORECASE)
_BOTH = re.compile(r"\bboth\b", re.IGNORECASE)
_RATES = {
    "year": r"annual\w*|yearly|per\s+year|a\s+year|each\s+year|every\s+year|per\s+annum|p\.a\.",
    "month": r"monthly|per\s+month|a\s+month|each\s+month|every\s+month",
    "week": r"weekly|per\s+week|a\s+week|each\s+week|every\s+week",
    "day": r"daily|per\s+day|a\s+day|each\s+day|every\s+day",
}
# Not "mine", which is a place more often than mine.
_FORM_WORDS = FUNCTION_WORDS - {"mine"}
_COUNTRIES = re.compile(r"\s+(?:countries|nations|governments|states|sides|parties|allies|partners)\b", re.IGNORECASE)
# "The one with Japan", "the other one": it stands for a thing named before.
_PRONOUN = re.compile(r"\b(?:the|this|that|each|every|another|a|an)\s+(?:[\w-]+\s+)?one\Z", re.IGNORECASE)
_SINGLE = frozenset("a an one single sole only".split())


class _Quote:
    """A quote with its figures, and the table that it is a row of."""

    def __init__(self, text: str, context: Sequence[str]) -> None:
        self.text = text
        self.figures = figures(text)
        self.row: Row | None = row(text, context)

    def readings(self, one: Figure) -> Iterator[tuple[Decimal, str | None]]:
        """Yield the value and the unit that `one` may have here."""
        if one.value is None:
            return
        measured, sure = self.row.measures(one.start) if self.row and one.unit is None else ((), False)
        for measure in measured:
            yield one.value * measure.factor, measure.unit
        if not sure:
            yield one.value, one.unit
        if one.also:
            yield one.value, one.also


def missing_figures(statement: str, quotes: Sequence[str], context: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the figures of `statement`, as written there, that none of its quotes holds with the same value and unit.

    A statement may leave figures out, never change or add one. "Two" is 2, "half" is 50 percent, "24 months" are two
    years, and "about" or "nearly" may come or go; "more than", "at least", "up to" and "less than" must stay what they
    are. One end of a range is no figure of the quote, but in "from 10 to 20" either is. A time that a rate is reckoned
    by may be left out, nothing else. A count that the quotes only enumerate ("three companies" where they name three)
    is missing, since rules cannot tell what is one item; but countries are counted. "One" with a noun is told by "a"
    or "the only" with that noun too, "two" by "both". Figures of the context count where the same noun follows them. A
    figure that stands where its quote has another one is missing too.

    Args:
        statement: the text to check.
        quotes: the verbatim sentences or table rows that it cites.
        context: column heads, title, headings and publication date of what is quoted; heads tell a row's units.
    """
    sources = [_Quote(quote, context) for quote in quotes]
    around = [_Quote(text, ()) for text in context]
    named = [
        identifiers.Identifier(0, 0, one.kind, one.identifier)
        for source in (*sources, *around)
        for one in source.figures
        if one.identifier
    ]
    missing = []
    for one in figures(statement):
        if one.identifier is not None:
            wanted = identifiers.Identifier(0, 0, one.kind, one.identifier)
            held = identifiers.states(named, [*quotes, *context], wanted) or _numbered(one, sources)
        else:
            held = _held(statement, one, sources, context) or any(
                _following(statement, one) == _following(source.text, other) != ""
                and _holds(statement, one, source, other, context)
                for source in around
                for other in source.figures
            )
        if not held:
            missing.append(one.text)
    missing += [statement[one.start : one.end] for one in exchanged(statement, quotes, _items, _akin)]
    return tuple(dict.fromkeys(missing))


def _items(text: str) -> list[Item]:
    found = (one for one in figures(text) if one.value is not None)
    return [Item(one.start, one.end, f"{one.value!s} {one.unit} {one.upper}") for one in found]


def _akin(one: str, other: str) -> bool:
    """Tell whether two figures are the same, in other units perhaps."""
    (value, unit, *_), (their_value, their_unit, *_) = one.split(" ", 2), other.split(" ", 2)
    mine, theirs = Decimal(value), Decimal(their_value)
    return mine == theirs or same(mine, unit, theirs, their_unit)


def _held(statement: str, one: Figure, sources: Sequence[_Quote], context: Sequence[str]) -> bool:
    holds = partial(_holds, statement, context=context)
    if any(holds(one, source, other) for source in sources for other in source.figures):
        return True
    if one.upper is not None:
        ends = (Figure(one.text, one.start, one.end, value, one.unit) for value in (one.value, one.upper))
        reversed_ = any(other.value == one.upper and other.upper == one.value for s in sources for other in s.figures)
        return not reversed_ and all(
            any(holds(end, source, other) for source in sources for other in source.figures if other.upper is None)
            for end in ends
        )
    if one.unit == "ordinal":
        return any(_designated(statement, one, other) for source in sources for other in source.figures)
    if one.unit is not None or one.also is not None:
        return _article(one, sources)
    if one.value == 1 and not one.text[:1].isdigit():
        noun = _following(statement, one)
        if _PRONOUN.search(fold(statement)[: one.end]) and not noun:
            return True
        return any(_single(noun, source.text) or _among(noun, source) for source in sources)
    if _COUNTRIES.match(fold(statement), one.end) and not one.comparator:
        return one.value == len(set().union(*(countries(source.text) for source in sources)))
    if one.value == 2 and not one.comparator and any(_BOTH.search(source.text) for source in sources):
        return True
    return any(date.year == one.value for source in sources for date in date_expressions(source.text))


def _holds(statement: str, one: Figure, source: _Quote, other: Figure, context: Sequence[str]) -> bool:
    """Tell whether `other`, a figure of `source`, is what `one` tells."""
    if one.value is None or other.value is None:
        return False
    if one.upper is None and other.upper is not None:
        return _end(statement, one, source, other, context)
    if not agree(one.comparator, other.comparator):
        return False
    signed = (one.value < 0) != (other.value < 0) and _LESS.search(statement if other.value < 0 else source.text)
    for value, unit in source.readings(other):
        number = -value if signed else value
        scale = value / other.value if other.value else Decimal(1)
        for wanted in (one.unit, one.also) if one.also else (one.unit,):
            if _alike(statement, one.value, wanted, number, unit, source, context) and (
                one.upper is None
                or (
                    other.upper is not None
                    and _alike(statement, one.upper, wanted, other.upper * scale, unit, source, context)
                )
            ):
                return True
    return False


def _end(statement: str, one: Figure, source: _Quote, other: Figure, context: Sequence[str]) -> bool:
    """Tell whether a lone amount is an end that the range `other` tells."""
    low = Figure(other.text, other.start, other.end, other.value, other.unit)
    high = Figure(other.text, other.start, other.end, other.upper, other.unit)
    ends: tuple[Figure, ...]
    if other.span:
        ends = (low, high)
    else:
        ends = (low,) if one.comparator == "least" else (high,) if one.comparator == "most" else ()
        one = Figure(one.text, one.start, one.end, one.value, one.unit, also=one.also)
    return any(_holds(statement, one, source, end, context) for end in ends)


def _alike(
    statement: str,
    value: Decimal,
    unit: str | None,
    other: Decimal,
    of: str | None,
    source: _Quote,
    context: Sequence[str],
) -> bool:
    """Tell whether two amounts are the same, by what `source` and `context` tell of tons and rates besides."""
    (kind, *per), (other_kind, *other_per) = (unit or "").split("/"), (of or "").split("/")
    if kind == "ton" and other_kind in ("tonne", "short ton", "long ton"):
        kind = other_kind
    elif kind == "tonne" and other_kind == "ton" and any(_TONNES.search(text) for text in (source.text, *context)):
        kind = "ton"
    if per and not other_per and per[0] in _RATES and re.search(_RATES[per[0]], source.text, re.IGNORECASE):
        per = []
    if other_per and not per and (other_per[0] in TIMES or other_per[0] in statement.lower()):
        other_per = []
    return same(value, "/".join([kind, *per]) or None, other, "/".join([other_kind, *other_per]) or None)


def _following(text: str, one: Figure) -> str:
    """Return the stem of the word that follows a figure, empty where none does right away."""
    after = words(fold(text)[one.end : one.end + _WINDOW])
    return stem(after[0]) if after and after[0] not in _FORM_WORDS else ""


def _single(noun: str, text: str) -> bool:
    """Tell whether a text speaks of a single `noun`: "a mine", "the only large mine"."""
    if not noun:
        return False
    found = words(text)
    return any(
        word in _SINGLE and noun in (stem(after) for after in found[at + 1 : at + 2 + _NOUNS])
        for at, word in enumerate(found)
    )


def _article(one: Figure, sources: Sequence[_Quote]) -> bool:
    """Tell whether "one" of a measure is told by an article: "one year later" by "a year later"."""
    spelled = one.text.lower().split()
    if len(spelled) != 2 or spelled[0] != "one" or one.comparator:
        return False
    return any(re.search(rf"\ban?\s+{re.escape(spelled[1])}\b", source.text, re.IGNORECASE) for source in sources)


def _among(noun: str, source: _Quote) -> bool:
    """Tell whether a text speaks of several of `noun` without saying how many, of which one may be told apart."""
    if not noun:
        return False
    counted = any(_following(source.text, other) == noun for other in source.figures)
    return not counted and any(stem(word) == noun and word.endswith("s") for word in words(source.text))


def _designated(statement: str, one: Figure, other: Figure) -> bool:
    """Tell whether an identifier is the ordinal's: "Directive 5" for "the fifth directive"."""
    if not other.identifier or not other.kind:
        return False
    return other.identifier == str(one.value) and _following(statement, one) == stem(other.kind)


def _numbered(one: Figure, sources: Sequence[_Quote]) -> bool:
    """Tell whether an ordinal of the quotes is the identifier's: "the fifth directive" for "Directive 5"."""
    return any(
        other.unit == "ordinal"
        and str(other.value) == one.identifier
        and _following(source.text, other) == stem(one.kind)
        for source in sources
        for other in source.figures
    )
