"""Years of columns: whether a figure of a table is told of another year than its column's."""

import re
from collections.abc import Sequence

from assistant.verification.expressions import date_expressions
from assistant.verification.quantities import Figure, figures
from assistant.verification.units import same


def misdated(statement: str, quotes: Sequence[str], context: Sequence[str]) -> tuple[str, ...]:
    """Return the figures of `statement`, as written there, that stand in a column of a year that it does not name.

    Only where the statement names a year, and the figure stands in one cell of one row, whose heads are known from
    `context`: "In 2025 the mill made 40 tonnes" where 40 stands below "2024".
    """
    named = {one.year for one in date_expressions(statement) if one.year}
    if not named:
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


def _equal(one: Figure, other: Figure) -> bool:
    if one.value is None or other.value is None:
        return False
    return one.value == other.value or same(one.value, one.unit, other.value, other.unit)


def _heads(quote: str, context: Sequence[str]) -> list[str]:
    """Return the heads above a row's cells, none where it is no row or they are not known for sure."""
    cells = quote.count("|") + 1
    lines = [re.split(r"\|", line) for text in context for line in text.splitlines()]
    fitting = [line for line in lines if len(line) == cells]
    return fitting[0] if cells > 1 and len(fitting) == 1 else []
