"""Years of columns: whether a figure of a table is told of another year than its column's."""

import re
from collections.abc import Sequence

from assistant.verification.calendar import DateExpression
from assistant.verification.expressions import date_expressions
from assistant.verification.quantities import Figure, figures
from assistant.verification.units import same

_LIMITS = re.compile(r"\b(?:before|after|since|until|till|than|preceding|following)\s+(?:in\s+)?$", re.IGNORECASE)
_ASIDE = re.compile(r",\s[^,]*,|\([^)]*\)")


def misdated(statement: str, quotes: Sequence[str], context: Sequence[str]) -> tuple[str, ...]:
    """Return the figures of `statement`, as written there, that stand in a column of a year that it does not name.

    Only where the statement names a year, but in an aside or as a limit ("opened in 1998", "before 2025"), and the
    figure stands in one cell of one row, whose heads are known from `context`: "In 2025 the mill made 40 tonnes" where
    40 stands below "2024".
    """
    dates = [one for one in date_expressions(statement) if one.year]
    named = {one.year for one in dates}
    if all(_LIMITS.search(statement[: one.start]) or _lies_aside(statement, one) for one in dates):
        return ()
    found = []
    for one in figures(statement):
        if one.value is None or one.upper is not None:
            continue
        places = [
            heads[quote.count("|", 0, other.start)]
            for quote in quotes
            if (heads := _heads(quote, context))
            for other in figures(quote)
            if _equal(one, other)
        ]
        years = {date.year for head in places for date in date_expressions(head) if date.year}
        if len(places) == 1 and years and not years & named:
            found.append(one.text)
    return tuple(found)


def _lies_aside(statement: str, one: DateExpression) -> bool:
    """Tell whether a date stands between two commas or in brackets, of which the first begins no statement."""
    return any(found.start() < one.start and one.end < found.end() for found in _ASIDE.finditer(statement))


def _equal(one: Figure, other: Figure) -> bool:
    if one.value is None or other.value is None:
        return False
    return one.value == other.value or same(one.value, one.unit, other.value, other.unit)


def _heads(quote: str, context: Sequence[str]) -> list[str]:
    """Return the heads above a row's cells, none where it is no row, none names a year, or they are not known."""
    cells = quote.count("|") + 1
    lines = {line: line.split("|") for text in context for line in text.splitlines() if line.count("|") == cells - 1}
    # A title may have as many bars.
    fitting = [heads for line, heads in lines.items() if any(one.year for one in date_expressions(line))]
    return fitting[0] if cells > 1 and len(fitting) == 1 else []
