"""What a text says of itself near its top or at its end: date, author, publisher."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.sources.dates import parse_date
from assistant.sources.document import Facts

_TOP_LINES = 15
_DATELINE_LINES = 6  # a place and a day may begin a text, and any line further down
_LONGEST = 160
_PUBLISHED = re.compile(
    r"(?:first |originally )?(?:published|publication date|posted|date|released|issued)(?: on)?:? +(?P<rest>.+)", re.I
)
_UPDATED = re.compile(r"(?:last )?(?:updated|modified|revised)(?: on)?:? +(?P<rest>.+)", re.I)
_THEN_UPDATED = re.compile(r"\b(?:updated|modified):? +(.+)$", re.I)
_BY = re.compile(r"(?:written )?(?:by|author):? +(?P<rest>.+)", re.I)
_PUBLISHER = re.compile(r"publisher: *(?P<rest>.+)", re.I)
_SOURCE = re.compile(r"source: *(?P<rest>.+)", re.I)
_SEPARATORS = re.compile(r" *[|•·–—] *| +- +")
_NAME_WORD = re.compile(r"(?:[A-Z][\w.'’-]*|and|&|de|da|van|von|der|den|of|the|for|bin|al|la|le)")
# "Lyrmouth, 6 May 2025", and the same with "." or a dash before the text: "BAOTOU, May 6, 2025 (Xinhua) -- The group".
_PLACE = r"[A-Z][\w.'’-]*(?: (?:[A-Z][\w.'’-]*|de|da|la|am|an der|upon)){0,3}"
_DATELINE = re.compile(
    rf"{_PLACE}(?:, {_PLACE})?,"
    r" (?P<day>\d{1,2} [A-Z][a-z]{2,8}\.?,? \d{4}|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4}|\d{4}-\d\d-\d\d)"
    r"(?: \([^()]{1,30}\))?(?:\.?$|\. (?=[A-Z“\"])| ?[–—:](?! ?\d) ?| --? (?!\d))"
)
_NAME_LONGEST = 8
_REST_LONGEST = 4  # words after a date; more is a sentence that happens to begin with one


def is_byline(line: str) -> bool:
    """Whether `line` says who wrote a text, when, or where it was taken from."""
    if len(line) > _LONGEST:
        return False
    return bool(_SOURCE.fullmatch(line) or _PUBLISHER.fullmatch(line)) or _read(line) != Facts()


def read_facts(lines: Sequence[str]) -> Facts:
    """Return what the lines of a text (without blank ones) say of its date, author and publisher.

    The date is looked for in the first lines, and of a dateline that begins the text ("Lyrmouth, 6 May 2025. The ...");
    a "Source:" line anywhere gives it only as the last resort.
    """
    facts = Facts()
    for at, line in enumerate(lines[:_TOP_LINES]):
        if len(line) <= _LONGEST:
            facts = facts.or_else(_read(line))
        if at < _DATELINE_LINES and (dateline := _DATELINE.match(line)):
            facts = facts.or_else(Facts(published=parse_date(dateline["day"])))
    for line in lines:
        if len(line) <= _LONGEST and (source := _SOURCE.fullmatch(line)):
            day = _last_date(source["rest"])
            facts = facts.or_else(Facts(published=day, publisher=_publisher(source["rest"])))
        elif len(line) <= _LONGEST and (publisher := _PUBLISHER.fullmatch(line)):
            facts = replace(facts, publisher=_publisher(publisher["rest"]) or facts.publisher)
    return facts


def _read(line: str) -> Facts:
    if (day := parse_date(line)) is not None:
        return Facts(published=day)
    if match := _UPDATED.fullmatch(line):
        return Facts(updated=_first_date(match["rest"]))
    if match := _PUBLISHED.fullmatch(line):
        later = _THEN_UPDATED.search(match["rest"])
        return Facts(published=_first_date(match["rest"]), updated=_first_date(later[1]) if later else None)
    if (dateline := _DATELINE.fullmatch(line)) and (day := parse_date(dateline["day"])):
        return Facts(published=day)
    parts = [part.strip() for part in _SEPARATORS.split(line)]
    match = _BY.fullmatch(parts[0])
    return _signed(match["rest"], parts[1:]) if match else _dated(parts)


def _signed(rest: str, others: Sequence[str]) -> Facts:
    """Read what stands after "By": a name and perhaps a date, or the date in another part of the line."""
    day = _last_date(rest)
    name = _without_date(rest) if day else rest
    days = [found for part in others if (found := parse_date(part) or _first_date(part))]
    return Facts(author=name, published=day or next(iter(days), None)) if _is_name(name) else Facts()


def _dated(parts: Sequence[str]) -> Facts:
    """Read a line such as "Reuters | May 30, 2025": short parts, one of them a date."""
    days = [found for part in parts if (found := parse_date(part))]
    short = all(len(part.split()) <= _NAME_LONGEST for part in parts)
    return Facts(published=days[0]) if days and short else Facts()


def _first_date(text: str) -> date | None:
    words = text.split()
    # The longest first: "30 May 2025" must not be read as less, and "May 30, 2025, Reuters" ends early.
    for count in range(min(len(words), 6), 0, -1):
        if len(words) - count <= _REST_LONGEST and (found := parse_date(" ".join(words[:count]).rstrip(",;.|"))):
            return found
    return None


def _last_date(text: str) -> date | None:
    words = text.rstrip(".").split()
    for count in range(min(len(words), 4), 0, -1):
        if found := parse_date(" ".join(words[-count:]).strip("(),")):
            return found
    return None


def _without_date(text: str) -> str:
    words = text.rstrip(".").split()
    for count in range(min(len(words), 4), 0, -1):
        if parse_date(" ".join(words[-count:]).strip("(),")):
            words = words[:-count]
            break
    name = " ".join(words).rstrip(" ,(-–—|")
    return name.removesuffix(" on").rstrip(" ,")


def _is_name(text: str) -> bool:
    words = text.replace(",", " ").split()
    if not words or len(words) > _NAME_LONGEST or text[-1] in "!?:;" or not words[0][0].isupper():
        return False
    return all(_NAME_WORD.fullmatch(word) for word in words)


def _publisher(text: str) -> str | None:
    """Return the name that `text` is, leaving out a date after it; None where it says more than a name."""
    name = _without_date(text)
    return name if _is_name(name) and "," not in name else None
