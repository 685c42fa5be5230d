"""Years of figures: whether one is told of another year than its column's, its row's or its sentence's."""

import re
from collections.abc import Sequence

from assistant.verification.calendar import DateExpression
from assistant.verification.expressions import date_expressions
from assistant.verification.quantities import Figure, figures
from assistant.verification.units import same

_LIMITS = re.compile(r"\b(?:before|after|since|until|till|than|preceding|following)\s+(?:in\s+)?$", re.IGNORECASE)
# "The year after", "two years later" names a year without a figure.
_RELATIVE = re.compile(
    r"\b(?:years?|months?|weeks?|days?|decades?)\s+(?:after|later|before|earlier|on)\b|\b(?:following|previous|preceding|"
    r"next)\s+(?:year|month|week|day)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(r",\s[^,]*,|\([^)]*\)")
# "Compounds and metals from 2020" is one thing with two names.
_CLAUSE = re.compile(
    r"[;:]\s|,?\s(?:and(?!\s\d|\s\w+\s(?:from|in|of|between|by|for|since|until)\s)|but|while|whereas|which|after|before|"
    r"because|as|since|so|when|where)\s",
    re.IGNORECASE,
)


def misdated(statement: str, quotes: Sequence[str], context: Sequence[str]) -> tuple[str, ...]:
    """Return the figures of `statement`, as written there, that stand in a column of a date that it does not name.

    Only where the statement names a year or day, but in an aside or as a limit ("opened in 1998", "before 2025"), and
    the figure stands in one cell of one row, whose heads are known from `context`: "In 2025 the mill made 40 tonnes"
    where 40 stands below "2024".
    """
    dates = [one for one in date_expressions(statement) if one.year or one.day]
    named = {one.year for one in dates if one.year}
    named_days = _days(dates)
    if _RELATIVE.search(statement):
        return ()
    if all(_LIMITS.search(statement[: one.start]) or _lies_aside(statement, one) for one in dates):
        return ()
    found = []
    for one in figures(statement):
        if one.value is None or one.upper is not None:
            continue
        places = [
            above[quote.count("|", 0, other.start)]
            for quote in quotes
            if (above := _heads(quote, context))
            for other in figures(quote)
            if _equal(one, other)
        ]
        heads = [date for head in places for date in date_expressions(head)]
        years, days = {date.year for date in heads if date.year}, _days(heads)
        another = named and years and not years & named
        if len(places) == 1 and (another or (named_days and days and not days & named_days)):
            found.append(one.text)
    return tuple(found)


def misplaced_years(statement: str, quotes: Sequence[str], context: Sequence[str]) -> tuple[str, ...]:
    """Return the years of `statement`, as written there, that its quotes tell, but not of the figures beside them.

    "In 2025 the mill made 40 tonnes" where one quote has 40 tonnes in 2024, and another was published in 2025. Only
    where each quote with a figure of the clause names years, in its words or in the heads of its columns.
    """
    if _RELATIVE.search(statement):
        return ()
    own = [one for one in date_expressions(statement) if one.year and not _lies_aside(statement, one)]
    told = [(quote, _measured(quote), _years(" ".join((quote, *_heads(quote, context))))) for quote in quotes]
    found = []
    for start, end in _clauses(statement) if own else ():
        dates = [one for one in own if start <= one.start < end and not _LIMITS.search(statement[: one.start])]
        amounts = [one for one in _measured(statement) if start <= one.start < end]
        years = [some for _, held, some in told if any(_equal(one, other) for one in amounts for other in held)]
        if years and all(years):
            found += [one.text for one in dates if not any(one.year in some for some in years)]
    return tuple(dict.fromkeys(found))


def _clauses(statement: str) -> list[tuple[int, int]]:
    ends = [found.start() for found in _CLAUSE.finditer(statement)]
    return list(zip([0, *ends], [*ends, len(statement)], strict=True))


def _measured(text: str) -> list[Figure]:
    """Return the figures that are more than a count of a few or a place in an order."""
    return [
        one
        for one in figures(text)
        if one.value is not None and one.unit != "ordinal" and (one.unit or len(_digits(one.text)) > 1)
    ]


def _years(text: str) -> set[int]:
    return {one.year for one in date_expressions(text) if one.year}


def _days(dates: Sequence[DateExpression]) -> set[tuple[int, int]]:
    """Return the months and days of dates that tell both."""
    return {(one.month, one.day) for one in dates if one.month and one.day}


def _lies_aside(statement: str, one: DateExpression) -> bool:
    """Tell whether a date stands between two commas or in brackets, of which the first begins no statement."""
    return any(found.start() < one.start and one.end < found.end() for found in _ASIDE.finditer(statement))


def _equal(one: Figure, other: Figure) -> bool:
    if one.value is None or other.value is None or (one.unit == "ordinal") != (other.unit == "ordinal"):
        return False
    if one.value == other.value or same(one.value, one.unit, other.value, other.unit):
        return True
    # "402 cents" below a head that tells cents.
    return other.unit is None and one.upper is None and _digits(one.text) == _digits(other.text) != ""


def _digits(text: str) -> str:
    found = re.match(r"\d[\d.,]*", text)
    return found[0] if found else ""


def _heads(quote: str, context: Sequence[str]) -> list[str]:
    """Return the heads above a row's cells, none where it is no row, none names a date, or they are not known."""
    cells = quote.count("|") + 1
    lines = {line: line.split("|") for text in context for line in text.splitlines() if line.count("|") == cells - 1}
    # A title may have as many bars.
    fitting = [heads for line, heads in lines.items() if any(one.year or one.day for one in date_expressions(line))]
    return fitting[0] if cells > 1 and len(fitting) == 1 else []
