"""Dates of a statement, each looked for in the quotes that the statement cites."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from assistant.verification.calendar import DateExpression
from assistant.verification.exchanges import Item, exchanged
from assistant.verification.expressions import date_expressions
from assistant.verification.folding import fold

__all__ = ["DateExpression", "date_expressions", "missing_dates"]

_KEY = "/"
_LOOKBACK = 60
_LOOKAHEAD = 30
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_ABOUT_DATES = re.compile(r"\b(?:published|publication|updated|posted|dated?|on|of|the)\b|[\W\d_]+", re.IGNORECASE)
_PUBLISHES = re.compile(
    r"\b(?:publish\w*|publication|report\w*|article|posted|dated?|as of|wrote|written|according to|summary|"
    r"press release|issue)\b",
    re.IGNORECASE,
)
# One end of a range may be told alone where the statement tells which end it is.
_TELLS_END = re.compile(
    r"\b(?:since|from|by|until|till|through|to|before|after|beg[iau]n\w*|start\w*|open\w*|launch\w*|end\w*|conclu\w*|"
    r"clos\w*|expir\w*|last\w*|took effect|takes effect)\b",
    re.IGNORECASE,
)
_RELATIVE_YEARS = {
    "last year": -1,
    "previous year": -1,
    "past year": -1,
    "this year": 0,
    "current year": 0,
    "next year": 1,
}
_RELATIVE_MONTHS = {"last month": -1, "this month": 0, "current month": 0, "next month": 1}
_RELATIVE_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
# The month of the year and the days of it that are its start and its end.
_EDGES = {"start": (1, 1, 3), "end": (12, 28, 31)}
_SEASONS = {"spring": (3, 4, 5), "summer": (6, 7, 8), "autumn": (9, 10, 11)}


def missing_dates(statement: str, quotes: Sequence[str], context: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the dates of `statement`, as written there, that its quotes do not tell.

    A statement may be less precise than its quote ("in May 2025" for "27 May 2025"), never more, but where the context
    tells the rest: a title or heading with a date tells it whole where the quotes tell none as precise, a context that
    is a date alone is taken for the day of publication. That one lends its year to a day or month of the quotes, tells
    what "last year" and "yesterday" are, and stands by itself only where the statement speaks of a report or
    publication. A weekday may be added to a date that falls on it. One end of a range alone is told only to a statement
    that says it begins or ends. A date that stands where its quote has another one is missing too.

    Args:
        statement: the text to check.
        quotes: the verbatim sentences or table rows that it cites.
        context: column heads, title, headings and publication date of what is quoted.
    """
    told = [one for quote in quotes for one in date_expressions(quote)]
    published = [day for text in context for day in _published(text)]
    titles = [text for text in context if "|" not in text and not _published(text)]
    headed = [one for text in titles for one in date_expressions(text)]
    if any("|" in quote for quote in quotes):
        told += [one for text in context if "|" in text for one in date_expressions(text)]
    told += [derived for one in told for day in published for derived in _resolved(one, day)]
    years = _Years(told, headed, published)
    rest = " ".join(_without_dates(quote) for quote in quotes)
    missing = []
    for one in date_expressions(statement):
        before = statement[max(0, one.start - _LOOKBACK) : one.start]
        after = statement[one.end : one.end + _LOOKAHEAD]
        heads = () if any(_as_precise(other, one) for other in told) else headed
        stated = any(_states(other, one, years, told, before) for other in (*told, *heads))
        stated = stated or (_bare_year(one) and re.search(rf"(?<!\d){one.year}(?!\d)", rest) is not None)
        if not stated and published and _PUBLISHES.search(before + " " + after):
            stated = any(_within(_expression(day), one) for day in published)
        if not stated:
            missing.append(one.text)
    missing += [statement[one.start : one.end] for one in exchanged(statement, quotes, _items, _akin)]
    return tuple(dict.fromkeys(missing))


def _items(text: str) -> list[Item]:
    return [Item(one.start, one.end, _KEY.join(map(str, _parts(one)))) for one in date_expressions(text)]


def _parts(one: DateExpression) -> tuple[object, ...]:
    return (one.year, one.month, one.day, one.part, one.decade, one.century, one.weekday)


def _akin(one: str, other: str) -> bool:
    """Tell whether two dates may be the same day or time: whatever both tell is the same."""
    pairs = zip(one.split(_KEY), other.split(_KEY), strict=True)
    return all(mine == theirs or "None" in (mine, theirs) for mine, theirs in pairs)


class _Years:
    """The years that dates without one may be in."""

    def __init__(
        self, told: Iterable[DateExpression], headed: Iterable[DateExpression], published: Sequence[date]
    ) -> None:
        inside = {one.year for one in told if one.year}
        self._sure = {one.year for one in headed if one.year} | (inside if len(inside) == 1 else set())
        self._published = published

    def of(self, one: DateExpression) -> set[int | None]:
        """Return the years that `one`, which tells none, may be in.

        A month later than that of publication may be last year's or this year's, so nothing is lent to it.
        """
        month = one.month or {"q1": 3, "q2": 6, "q3": 9, "h1": 6}.get(one.part or "", 12)
        lent: set[int | None] = {day.year for day in self._published if month <= day.month}
        return self._sure | lent


def _published(text: str) -> list[date]:
    """Return the day that a context tells and nothing else, as a day of publication stands."""
    iso = [one for one in date_expressions(text) if _ISO.fullmatch(one.text)]
    alone = iso if _ABOUT_DATES.sub("", _without_dates(text)) else date_expressions(text)
    return [day for one in alone if (day := one.calendar_day())]


def _without_dates(text: str) -> str:
    rest = fold(text)
    for one in reversed(date_expressions(text)):
        rest = rest[: one.start] + " " + rest[max(one.end, one.start) :]
    return rest


def _as_precise(quoted: DateExpression, one: DateExpression) -> bool:
    names = ("day", "month", "year", "part", "decade", "century", "weekday")
    finest = next((name for name in names if getattr(one, name) is not None), "year")
    return getattr(quoted, finest) is not None


def _expression(day: date) -> DateExpression:
    return DateExpression(day.isoformat(), 0, 0, year=day.year, month=day.month, day=day.day)


def _resolved(one: DateExpression, published: date) -> Iterable[DateExpression]:
    """Return what "last year", "this month" or "yesterday" is where the article was published on that day."""
    part = one.part or ""
    if part in _RELATIVE_YEARS:
        yield replace(one, part=None, year=published.year + _RELATIVE_YEARS[part])
    elif part in _RELATIVE_MONTHS:
        months = published.year * 12 + published.month - 1 + _RELATIVE_MONTHS[part]
        yield replace(one, part=None, year=months // 12, month=months % 12 + 1)
    elif part in _RELATIVE_DAYS:
        try:
            day = published + timedelta(days=_RELATIVE_DAYS[part])
        except OverflowError:
            return
        yield replace(one, part=None, year=day.year, month=day.month, day=day.day)


def _bare_year(one: DateExpression) -> bool:
    return one.text.strip().isdigit() and one.year is not None and not one.edge


def _states(
    quoted: DateExpression, one: DateExpression, years: _Years, told: Sequence[DateExpression], before: str
) -> bool:
    """Tell whether `quoted` tells `one`, which `before` stands before in the statement."""
    candidates = [quoted]
    if quoted.year is None and one.year and (quoted.month or quoted.part or quoted.day):
        candidates = [replace(quoted, year=year) for year in years.of(quoted)]
    if not any(_within(candidate, one) for candidate in candidates):
        return False
    if not quoted.edge or one.edge == quoted.edge:
        return True
    if one.edge:
        return False
    other = "to" if quoted.edge == "from" else "from"
    both = any(
        _within(end, one) for end in told if end.edge == other and 0 <= abs(end.start - quoted.start) < _LOOKBACK
    )
    return both or _TELLS_END.search(before) is not None


def _within(quoted: DateExpression, one: DateExpression) -> bool:
    """Tell whether all that `one` tells follows from `quoted`."""
    for name in ("year", "month", "day"):
        told = getattr(one, name)
        if told is not None and told != getattr(quoted, name):
            return False
    if one.weekday is not None and one.weekday != quoted.weekday:
        day = quoted.calendar_day()
        if day is None or day.weekday() != one.weekday:
            return False
    if one.fiscal != quoted.fiscal:
        return False
    if one.part and one.part != quoted.part and not (_in_part(quoted.month, one.part) or _at_edge(quoted, one)):
        return False
    if one.decade is not None and one.decade != quoted.decade and (quoted.year or 0) // 10 * 10 != one.decade:
        return False
    return one.century is None or one.century in (quoted.century, ((quoted.year or 0) + 99) // 100)


def _at_edge(quoted: DateExpression, one: DateExpression) -> bool:
    """Tell whether a day lies at the start or the end of a month or year: 31 December at "the end of 2032"."""
    if quoted.part or quoted.day is None or quoted.month is None:
        return False
    if one.month is None and (one.year is None or quoted.month != _EDGES.get(one.part or "", (0, 0, 0))[0]):
        return False
    _, first, last = _EDGES.get(one.part or "", (0, 0, 0))
    return first <= quoted.day <= last


def _in_part(month: int | None, part: str) -> bool:
    """Tell whether a month lies in a quarter, half or season."""
    if month is None:
        return False
    if part[0] in "qh" and part[1:].isdigit():
        length = 3 if part[0] == "q" else 6
        return (month - 1) // length + 1 == int(part[1:])
    return month in _SEASONS.get(part, ())
