"""Figures of a text: numbers, amounts of money, measures, shares, ordinals, multipliers, ranges and identifiers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from assistant.verification.comparators import Comparator, comparator_after, comparator_before
from assistant.verification.expressions import date_expressions
from assistant.verification.folding import fold
from assistant.verification.identifiers import identifiers
from assistant.verification.numerals import SMALL, Numeral, digits_at, words_at
from assistant.verification.units import CURRENCIES, TIMES, Unit, currency_at, unit_at

_LOOKBACK = 48
_MASK = "\x00"
_WEB = re.compile(r"(?:https?://|www\.)[^\s<>\"]{1,2000}|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}")
_START = re.compile(r"(?<![^\W_])(?=[A-Za-z$€£¥₹₽₩₺₫₪฿₦₴])|(?<!\d)(?=\d)|(?<![\w.])(?=\.\d)|(?=[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅒⅑⅐])")
_MULTIPLIER = re.compile(
    r"(?:(?P<two>doubl)|(?P<three>tripl|trebl)|(?P<four>quadrupl)|(?P<five>quintupl)|(?P<half>halv))(?:es?|ed|"
    r"ings?)(?!\w)|(?P<twice>twice)(?!\w)|(?P<thrice>thrice)(?!\w)|(?P<word>[a-z]{3,9})[\s-]?fold(?!\w)",
    re.IGNORECASE,
)
_TIMES = {"two": 2, "twice": 2, "three": 3, "thrice": 3, "four": 4, "five": 5}
_MINUS = re.compile(r"(?:(?:(?<=[\s(|\x00])|^)-|\b(?:minus|negative)\s)\Z", re.IGNORECASE)
_PER = re.compile(r"\s?/\s?|[\s-]+(?P<word>per|an?|each|every)(?=[\s-])", re.IGNORECASE)
_YEARLY = re.compile(r"\s?(?:p\.a\.|per annum(?!\w)|annually(?!\w)|yearly(?!\w))", re.IGNORECASE)
_MORE = re.compile(r"\s+(?:more|further|additional|other|full|whole|consecutive)(?=\s)", re.IGNORECASE)
_ARTICLE = re.compile(r"\s+(?:of\s+)?an?(?=\s)", re.IGNORECASE)
_LINK = re.compile(r"\s?-\s?(?=[\d$€£¥.A-Za-z])|\s+(?P<word>to|through|and)\s+", re.IGNORECASE)
_LISTED = re.compile(r",\s*(?:and\s+|or\s+)?|\s+(?:and|or|to|versus|vs\.?)\s+", re.IGNORECASE)
_CLAUSE_END = re.compile(r"\s*(?:[.,;:)]|\Z)|\s+(?:and|but|or|while|whereas)\b")
_INTRODUCED = re.compile(r"\b(?P<word>between|from)\s+(?:about\s+|around\s+|roughly\s+)?\Z", re.IGNORECASE)
_CHANGED = re.compile(
    r"\b(?:by|rose|risen?|rises|fell|fallen?|falls|grew|grow\w*|increas\w*|decreas\w*|drop\w*|climb\w*|declin\w*|up|"
    r"down|rais\w*|cut\w*|reduc\w*|jump\w*|went|go(?:es|ing)?)\s+(?:by\s+)?(?:about\s+)?\Z",
    re.IGNORECASE,
)
# "One" points, or is nobody in particular, where no noun follows or a pointing word stands before it.
_ONE_ALONE = re.compile(
    r"\s*(?:[^\sA-Za-z-]|\Z)|[\s-]+(?:of|another|who|that|which|such|is|was|are|has|had|can|could|may|might|must|"
    r"should|would|will|does|did|and|or|but|in|on|at|by|for|from|to|with|as|if|when|where|thing|way|hand|side|day|"
    r"time|case|takes?)\b",
    re.IGNORECASE,
)
_ONE_AFTER = re.compile(
    r"\b(?:no|any|every|some|each|this|that|the|which|another|not|other|either)[\s-]\Z", re.IGNORECASE
)
_NO_ORDINAL_BEFORE = re.compile(r"\b(?:per|each|every|split|at)[\s-]\Z", re.IGNORECASE)
_NO_ORDINAL_AFTER = re.compile(r"\s+(?:of all|and foremost)\b|-?hand\b", re.IGNORECASE)
_CELL, _CELL_BEFORE = re.compile(r"\s*(?:\||\Z)"), re.compile(r"\|\s*\Z")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;]\s+|\n\s*)\Z")


_UNMEASURED = frozenset((None, "ordinal", "share", "times"))


@dataclass(frozen=True)
class Figure:
    """A figure of a text, at `start` to `end`.

    `unit` is canonical ("USD", "percent", "tonne", "USD/kilogram", "ordinal", "share", "times"), None for a bare
    count; `also` is the unit of the figure that it is listed with ("10 and 20 percent") or that of the figure before it
    ("up to 16 litres, the other 28"). `upper` is the end of a range; `span` tells a range that goes from one amount to
    another ("from 10 to 20") from one that bounds ("10-20"). An identifier has no value but its number and its kind
    ("section"), which may be empty.
    """

    text: str
    start: int
    end: int
    value: Decimal | None = None
    unit: str | None = None
    comparator: Comparator = ""
    upper: Decimal | None = None
    span: bool = False
    also: str | None = None
    identifier: str | None = None
    kind: str = ""


@dataclass(frozen=True)
class _Amount:
    """An amount being read: `bare` is its number before its scale, of "2 million" 2."""

    start: int
    end: int
    value: Decimal
    bare: Decimal
    unit: str | None = None
    vague: bool = False
    upper: Decimal | None = None
    span: bool = False


@lru_cache(maxsize=500)
def figures(text: str) -> tuple[Figure, ...]:
    """Return the figures of a text in order; dates and what stands in addresses of the web are none."""
    folded = fold(text)
    rest = _masked(folded, (match.span() for match in _WEB.finditer(folded)))
    rest = _masked(rest, ((one.start, one.end) for one in date_expressions(text)))
    named = list(identifiers(rest))
    rest = _masked(rest, ((one.start, one.end) for one in named))
    found = [Figure("", one.start, one.end, identifier=one.number, kind=one.kind) for one in named]
    found += _listed(rest, [_compared(rest, one) for one in _amounts(rest)])
    found.sort(key=lambda one: one.start)
    return tuple(replace(one, text=text[one.start : one.end]) for one in found)


def _masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + _MASK * (end - start) + text[end:]
    return text


def _amounts(text: str) -> Iterable[_Amount]:
    at = 0
    while match := _START.search(text, at):
        one = _ranged(text, match.start())
        at = match.start() + 1
        if one:
            yield one
            at = max(at, one.end)


def _compared(text: str, one: _Amount) -> Figure:
    before, start = comparator_before(text, one.start, one.unit)
    after, end = comparator_after(text, one.end)
    comparator: Comparator = "multiples" if one.vague and not before else before or after
    if after and comparator in ("about", "nearly"):
        comparator = after
    return Figure("", start, end, one.value, one.unit, comparator, one.upper, one.span)


def _listed(text: str, found: list[Figure]) -> list[Figure]:
    for place in range(len(found) - 2, -1, -1):
        one, following = found[place], found[place + 1]
        if one.unit is None and _LISTED.fullmatch(text, one.end, following.start):
            found[place] = replace(one, also=following.unit or following.also)
    return found if "|" in text else [_completed(text, found[:place], one) for place, one in enumerate(found)]


def _completed(text: str, before: Sequence[Figure], one: Figure) -> Figure:
    """Give a bare figure that ends a clause the measure told before it: "one holds up to 16 litres, the other 28"."""
    if one.unit is not None or one.also is not None or one.value is None or not _CLAUSE_END.match(text, one.end):
        return one
    told = next((other.unit for other in reversed(before) if other.unit not in _UNMEASURED), None)
    return replace(one, also=told) if told else one


def _ranged(text: str, at: int) -> _Amount | None:
    """Return the amount that begins at `at`, with its other end where it is a range."""
    first = _amount(text, at)
    if first is None or first.unit in ("ordinal", "times"):
        return first
    link = _LINK.match(text, first.end)
    if not link:
        return first
    word = (link["word"] or "").lower()
    introduced = _INTRODUCED.search(text, max(0, first.start - _LOOKBACK), first.start)
    between = introduced is not None and introduced["word"].lower() == "between"
    if word == "and" and not between:
        return first
    second = _amount(text, link.end())
    if second is None or second.unit in ("ordinal", "times") or second.vague:
        return first
    # "Rose 10 percent to 20 percent" tells a change and what it led to.
    if word and not introduced and _CHANGED.search(text, max(0, first.start - _LOOKBACK), first.start):
        return first
    unit = second.unit or first.unit
    shared = first.unit in (None, unit) and (second.unit is not None or first.unit in CURRENCIES or first.unit is None)
    if not shared and (word or first.unit != unit):
        return first
    low = first.value
    if first.value == first.bare and second.value != second.bare and first.bare <= second.bare:
        low = first.value * (second.value / second.bare)
    span = introduced is not None and not between
    return _Amount(first.start, second.end, low, low, unit, upper=second.value, span=span)


def _amount(text: str, at: int) -> _Amount | None:
    if at >= len(text):
        return None
    if text[at].isalpha() and (match := _MULTIPLIER.match(text, at)):
        return _multiplied(match)
    money = currency_at(text, at)
    numeral = digits_at(text, money.end if money else at, money=money is not None)
    if numeral is None and not money and text[at].isalpha():
        numeral = words_at(text, at)
    if numeral is None:
        return None
    if numeral.kind == "ordinal":
        return _ordinal(text, at, numeral)
    if numeral.kind == "fraction":
        return _share(text, at, numeral, money)
    minus = _MINUS.search(text, max(0, at - 10), at)
    value, unit, end = _measured(text, numeral, money)
    if unit is None and numeral.value == 1 and text[at].isalpha() and _points(text, at, end):
        return None
    start = minus.start() if minus else at
    sign = -1 if minus else 1
    return _Amount(start, end, value * sign, numeral.bare * sign, unit, numeral.vague)


def _multiplied(match: re.Match[str]) -> _Amount | None:
    if match["half"]:
        value, unit = Decimal("0.5"), "share"
    elif match["word"]:
        word = match["word"].lower()
        number = SMALL.get(word) or {"hundred": 100, "thousand": 1000}.get(word)
        if not number:
            return None
        value, unit = Decimal(number), "times"
    else:
        value, unit = Decimal(next(number for name, number in _TIMES.items() if match[name])), "times"
    return _Amount(*match.span(), value, value, unit)


def _ordinal(text: str, at: int, numeral: Numeral) -> _Amount | None:
    spelled = text[at].isalpha()
    if _NO_ORDINAL_BEFORE.search(text, max(0, at - 10), at) or _NO_ORDINAL_AFTER.match(text, numeral.end):
        return None
    if spelled and text[numeral.end : numeral.end + 1] == "," and _SENTENCE_START.search(text, max(0, at - 10), at):
        return None
    return _Amount(at, numeral.end, numeral.value, numeral.value, "ordinal")


def _share(text: str, at: int, numeral: Numeral, money: Unit | None) -> _Amount:
    """Return a share, or a measure: "half of", "half a tonne"."""
    article = _ARTICLE.match(text, numeral.end)
    unit = unit_at(text, article.end() if article else numeral.end)
    if money or unit is None:
        return _Amount(at, numeral.end, numeral.value, numeral.value, money.name if money else "share")
    return _Amount(at, unit.end, numeral.value * unit.factor, numeral.value, unit.name)


def _measured(text: str, numeral: Numeral, money: Unit | None) -> tuple[Decimal, str | None, int]:
    """Return the value, its unit and where it ends, with what it is reckoned by ("per kilogram", "a year")."""
    value, end, name = numeral.value, numeral.end, money.name if money else None
    more = _MORE.match(text, end) if money is None else None
    unit = unit_at(text, end) or (unit_at(text, more.end()) if more else None)
    if unit and (money is None or unit.name in CURRENCIES):
        end = unit.end
        if money is None:
            name = unit.name
            value = value if unit.factor == 1 else value * unit.factor
    if yearly := _YEARLY.match(text, end):
        return value, f"{name or ''}/year", yearly.end()
    if per := _PER.match(text, end):
        by = unit_at(text, per.end())
        if by and (by.name in TIMES or (per["word"] or "per").lower() == "per"):
            value = value if by.factor == 1 else value / by.factor
            return value, f"{name or ''}/{by.name}", by.end
    return value, name, end


def _points(text: str, at: int, end: int) -> bool:
    """Tell whether "one" at `at` to `end` is a pronoun; alone in a cell of a table it counts."""
    if _CELL.match(text, end) and _CELL_BEFORE.search(text, max(0, at - 10), at):
        return False
    return _ONE_ALONE.match(text, end) is not None or _ONE_AFTER.search(text, max(0, at - 10), at) is not None
