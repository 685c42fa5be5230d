"""Dates as people write them -> date."""

import re
from datetime import date

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH = r"(?P<month>[A-Za-z]{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,? )?"
_TIME = r"(?:[T ,]+(?:at )?\d{1,2}:\d{2}.{0,24})?"
_FORMS = tuple(
    re.compile(form + _TIME, re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})-(?P<number>\d{1,2})-(?P<day>\d{1,2})",
        r"(?P<year>\d{4})/(?P<number>\d{1,2})/(?P<day>\d{1,2})",
        rf"{_WEEKDAY}{_MONTH} {_DAY},? (?P<year>\d{{4}})",
        rf"{_WEEKDAY}{_DAY},? (?:of )?{_MONTH},? (?P<year>\d{{4}})",
    )
)
_LONGEST = 60


def parse_date(text: str) -> date | None:
    """Return the day that `text` names and nothing else, such as "2025-05-30", "May 30, 2025" or "30 May 2025".

    A time of day after it is passed over. None where it is no date, where the date does not exist, or where day and
    month can't be told apart ("04/05/2026").
    """
    text = " ".join(text.split())
    if len(text) > _LONGEST:
        return None
    for form in _FORMS:
        match = form.fullmatch(text)
        if match:
            parts = match.groupdict()
            month = int(parts["number"]) if parts.get("number") else _month(parts["month"])
            try:
                return date(int(parts["year"]), month, int(parts["day"]))
            except ValueError:
                return None
    return None


def _month(name: str) -> int:
    """Return 1-12, or 0, which no date accepts."""
    name = name.casefold()
    return next((number for number, month in enumerate(_MONTHS, 1) if month.startswith(name) or name == month[:4]), 0)
