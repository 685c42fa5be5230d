"""Calendar words: how prose names months, days, years and seasons, and the expression that a date in prose is."""

import re
from dataclasses import dataclass
from datetime import date

from assistant.verification.units import TIMES, unit_at

_MONTH_NAMES = "january february march april may june july august september october november december".split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
MONTHS = (
    r"Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?"
)
MONTH = rf"(?P<month>{MONTHS})\b\.?"
WEEKDAY = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
DAY = r"(?:0?[1-9]|[12]\d|3[01])(?!\d)(?:st|nd|rd|th)?"
YEAR = r"(?:1\d|2[01])\d\d(?!\d)"
SEASON = "spring|summer|autumn|winter"
EARLIEST, LATEST = 1000, 2199
# Before this year four digits are a year only where a preposition says so.
_MODERN = 1700

_AMOUNT_BEFORE = re.compile(
    r"(?:\b(?:more than|at least|up to|as many as|as much as|fewer than|less than|nearly|almost|over|some|no\.?|nos\.?|"
    r"number|section|resolution|order|USD|EUR|RMB|CNY|AUD|GBP|JPY|Rs\.?)|#|§)\s*$",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|since|by|until|till|from|during|of|for|to|through|and|or|between|before|after|around|year|years|the|"
    r"this|"
    rf"early|mid|late|circa|c\.|AD|{MONTHS})|[(,])[\s-]*$",
    re.IGNORECASE,
)
_STRONG_BEFORE = re.compile(
    r"(?:\b(?:in|since|until|till|during|year|years|the|this|early|mid|late)|\()[\s-]*$", re.IGNORECASE
)
_COUNTED_AFTER = re.compile(
    r"\s+(?:(?!(?:was|is|has|as|this|its|his|does|always|versus|plus)\b)[a-z]{3,}s|people|men|women|children)\b"
)
_SCALE_AFTER = re.compile(r"\s(?:million|billion|trillion|thousand|hundred)\b")


@dataclass(frozen=True)
class DateExpression:
    """A date as far as a text tells it, at `start` to `end`; what the text leaves open is None.

    `part` is what else it tells of the month or year: "q1" to "q4", "h1", "h2", a season, "early", "mid", "late",
    "start", "end", "pre", "post", a relative word such as "last year", or digits that can be read two ways
    ("04/05/2025"). `weekday` counts from Monday, 0; `decade` is the first year of one and `century` an ordinal. `edge`
    is "from" or "to" where the date bounds a range.
    """

    text: str
    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    part: str | None = None
    decade: int | None = None
    century: int | None = None
    fiscal: bool = False
    edge: str = ""

    def calendar_day(self, year: int | None = None) -> date | None:
        """Return the day, in `year` where the text tells none; None where it is not wholly told or does not exist."""
        year = self.year or year
        if not (year and self.month and self.day):
            return None
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None


def month_number(name: str) -> int:
    """Return 1 to 12 for the name of a month or its first three letters or more."""
    return next(number for number, month in enumerate(_MONTH_NAMES, 1) if month.startswith(name.lower()[:3]))


def weekday_number(name: str) -> int:
    """Return 0 for Monday to 6 for Sunday."""
    return _WEEKDAYS.index(name.lower())


def is_year(number: int, before: str = "", after: str = "") -> bool:
    """Tell whether four digits are a year rather than an amount, by the text right before and after them."""
    if not EARLIEST <= number <= LATEST or _AMOUNT_BEFORE.search(before) or _SCALE_AFTER.match(after):
        return False
    # "2025 second quarter" counts no seconds, "2025 seconds" does.
    if (unit := unit_at(after, 0)) and (unit.name not in TIMES or after[: unit.end].endswith("s")):
        return False
    if _COUNTED_AFTER.match(after):
        return _STRONG_BEFORE.search(before) is not None
    return number >= _MODERN or _YEAR_BEFORE.search(before) is not None
