"""Asked years: whether what is quoted can be of the year that a question names."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from assistant.verification.expressions import date_expressions

Years = tuple[int, int]
"""The first and the last year of a span of time."""

_FIRST, _LAST = 1000, 2199
_ONWARDS = re.compile(r"\b(?:since|from|after)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_UP_TO = re.compile(r"\b(?:until|till|before|by|up to)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_COUNTED = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_YEARS_TO = re.compile(
    rf"\b(?P<count>{'|'.join(_COUNTED)}|\d{{1,2}}) years (?:to|ending|until|up to)\s+(?:in\s+)?$", re.IGNORECASE
)
_BEFORE = 40
# Who asks for a longer time than these many years names its limits, not a year.
_LONGEST = 3


def spans(text: str) -> Iterator[Years]:
    """Yield the years that `text` tells of: 2019, "2019-20", "the 1990s", "since 2018", "three years to 2024"."""
    told = date_expressions(text)
    ends = {i + 1 for i, one in enumerate(told[:-1]) if one.year and one.edge == "from" and told[i + 1].edge == "to"}
    for i, one in enumerate(told):
        before = text[max(0, one.start - _BEFORE) : one.start]
        if one.decade:
            yield one.decade, one.decade + 9
        elif one.century:
            yield one.century * 100 - 99, one.century * 100
        elif not one.year or i in ends:
            continue
        elif i + 1 in ends:
            yield one.year, told[i + 1].year or one.year
        elif counted := _YEARS_TO.search(before):
            yield one.year - _number(counted["count"]), one.year
        elif _ONWARDS.search(before):
            yield one.year, _LAST
        elif _UP_TO.search(before):
            yield _FIRST, one.year
        else:
            yield one.year, one.year


def of_another_year(question: str, texts: Sequence[str], published: date | None) -> bool:
    """Tell whether a quote can not be of the year that `question` names.

    `texts` are the quote, what stands around and above it. It is of another year where these tell of years, or the
    article is dated, but none of them of the one asked for.
    """
    wanted = {year for first, last in spans(question) if last - first <= _LONGEST for year in range(first, last + 1)}
    if not wanted or (published is not None and published.year in wanted):
        return False
    told = [years for text in texts for years in spans(text)]
    if any(first <= year <= last for first, last in told for year in wanted):
        return False
    return bool(told) or published is not None


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else _COUNTED.index(word.lower()) + 2
