"""Date expressions: the days, months, quarters, years, decades and ranges that a text names, in order."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from assistant.verification.calendar import (
    DAY,
    EARLIEST,
    LATEST,
    MONTH,
    MONTHS,
    SEASON,
    WEEKDAY,
    YEAR,
    DateExpression,
    is_year,
    month_number,
    weekday_number,
)
from assistant.verification.folding import fold
from assistant.verification.numerals import ORDINALS

_LOOKBACK = 48
# Stands for what is read already, so that no later form reads it again.
_READ = "\x00"


def _int(text: str | None) -> int | None:
    return int(re.sub(r"\D", "", text)) if text else None


def _whole(text: str | None, beside: int = 2000) -> int | None:
    """Return a year of four digits, or of two in the century of `beside`."""
    year = _int(text)
    return year if year is None or len(text or "") == 4 else year + beside // 100 * 100


def _found(match: re.Match[str], **fields: object) -> DateExpression:
    return DateExpression(match.group(), *match.span(), **fields)  # type: ignore[arg-type]


def _day(match: re.Match[str]) -> Iterator[DateExpression]:
    group = match.groupdict()
    month = _int(group.get("number")) or month_number(group.get("month") or "")
    day = _int(group["day"])
    if 1 <= month <= 12 and day and day <= 31:
        yield _found(match, year=_int(group.get("year")), month=month, day=day)


def _days(match: re.Match[str]) -> Iterator[DateExpression]:
    link = match["link"].strip().lower()
    between = match.string[: match.start()].lower().rstrip().endswith(("between", "between the"))
    ranged = link in ("-", "to", "through", "until") or between
    for name, edge in (("day", "from"), ("last", "to")):
        month, year = month_number(match["month"]), _int(match["year"])
        yield _found(match, year=year, month=month, day=_int(match[name]), edge=edge if ranged else "")


def _numeric(match: re.Match[str]) -> Iterator[DateExpression]:
    first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
    if not (0 < first <= 31 and 0 < second <= 31 and EARLIEST <= year <= LATEST):
        return
    if second <= 12 and (match["mark"] == "." or first > 12 or first == second):
        yield _found(match, year=year, month=second, day=first)
    elif first <= 12 < second:
        yield _found(match, year=year, month=first, day=second)
    else:
        yield _found(match, year=year, part=match.group())


def _month(match: re.Match[str]) -> Iterator[DateExpression]:
    yield _found(match, year=_int(match["year"]), month=month_number(match["month"]))


def _month_alone(match: re.Match[str]) -> Iterator[DateExpression]:
    # At the beginning of a sentence "May" and "March" are as likely verbs.
    inside = re.search(r"[^\s.!?:]\s+\Z", match.string[max(0, match.start() - _LOOKBACK) : match.start()])
    if inside or match["month"].lower() not in ("may", "march", "mar"):
        yield _found(match, month=month_number(match["month"]))


def _period(match: re.Match[str]) -> Iterator[DateExpression]:
    group = match.groupdict()
    number, kind = group["number"].lower(), (group.get("kind") or "q")[0].lower()
    most = 2 if kind == "h" else 4
    count = most if number in ("last", "final") else ORDINALS.get(number) or int(number[0])
    if count <= most:
        fiscal = re.search(r"fiscal|FY", match.group(), re.IGNORECASE) is not None
        yield _found(match, year=_whole(group.get("year")), part=f"{kind}{count}", fiscal=fiscal)


def _fiscal(match: re.Match[str]) -> Iterator[DateExpression]:
    year = _whole(match["year"])
    yield _found(match, year=year, fiscal=True, edge="from" if match["last"] else "")
    if match["last"]:
        yield _found(match, year=_whole(match["last"], year or 2000), fiscal=True, edge="to")


def _years(match: re.Match[str]) -> Iterator[DateExpression]:
    first, last = int(match["year"]), match["last"]
    until = _whole(last, first) or 0
    if first < until <= LATEST:
        yield _found(match, year=first, edge="from")
        yield _found(match, year=until, edge="to")
    elif len(last) == 2 and "-" in match["link"] and 1 <= int(last) <= 12:
        yield _found(match, year=first, month=int(last))


def _decade(match: re.Match[str]) -> Iterator[DateExpression]:
    yield _found(match, decade=_whole(match["decade"], 1900))


def _century(match: re.Match[str]) -> Iterator[DateExpression]:
    number = match["number"].lower()
    tens, _, ones = number.partition("-")
    yield _found(match, century=_int(number) if number[0].isdigit() else ORDINALS[ones or tens] + 20 * bool(ones))


def _season(match: re.Match[str]) -> Iterator[DateExpression]:
    season = match["season"].lower()
    yield _found(match, part="autumn" if season == "fall" else season, year=_int(match.groupdict().get("year")))


def _relative(match: re.Match[str]) -> Iterator[DateExpression]:
    yield _found(match, part=" ".join(match.group().lower().split()))


def _weekday(match: re.Match[str]) -> Iterator[DateExpression]:
    yield _found(match, weekday=weekday_number(match.group()))


def _year(match: re.Match[str]) -> Iterator[DateExpression]:
    before = match.string[max(0, match.start() - _LOOKBACK) : match.start()]
    if is_year(int(match.group()), before, match.string[match.end() : match.end() + _LOOKBACK]):
        yield _found(match, year=int(match.group()))


_TO = r"\s?-\s?|\s+(?:to|and|through|until)\s+(?:the\s+)?|/"
_ORDINAL = "first|second|third|fourth|last|final|1st|2nd|3rd|4th"
_SHORT_YEAR = rf"(?:{YEAR}|(?<=')\d\d(?!\d))"
_RELATIVE = (
    rf"\b(?:last|this|next|past|previous|coming|current)\s+(?:calendar\s+|fiscal\s+)?(?:year|month|week|quarter|decade|"
    rf"century|weekend|{SEASON}|{WEEKDAY}|{MONTHS})\b|\b(?:yesterday|today|tomorrow)\b"
)
# In this order: what a form has read no later one reads.
_FORMS: tuple[tuple[str, Callable[[re.Match[str]], Iterator[DateExpression]]], ...] = (
    (r"(?<![\w.])(?P<year>\d{4})([-/.])(?P<number>\d{1,2})\2(?P<day>\d{1,2})(?=T\d|(?![\w]|[-/.]\d))", _day),
    (r"(?P<year>\d{4})\s?年\s?(?P<number>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日", _day),
    (r"(?<![\w./-])(?P<first>\d{1,2})(?P<mark>[./-])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})(?![\w/-])", _numeric),
    (
        rf"(?<![\w.,$-])(?P<day>{DAY})(?P<link>{_TO})(?P<last>{DAY})\s+(?:of\s+)?{MONTH}(?:,?\s+(?P<year>{YEAR}))?",
        _days,
    ),
    (rf"\b{MONTH}\s+(?P<day>{DAY})(?P<link>{_TO})(?P<last>{DAY})(?![\w%])(?:,?\s+(?P<year>{YEAR}))?", _days),
    (rf"(?<![\w.,$-])(?P<day>{DAY})[\s-]+(?:day\s+)?(?:of\s+)?{MONTH}(?:,?[\s-]+(?:of\s+)?(?P<year>{YEAR}))?", _day),
    (rf"\b{MONTH}\s+(?:the\s+)?(?P<day>{DAY})(?![\w%]|[.,:]\d)(?:,?\s+(?P<year>{YEAR}))?", _day),
    (rf"\b{MONTH}(?:,|\s+of)?[\s-]+'?(?P<year>{YEAR})", _month),
    (rf"(?<![\w.,$-])(?P<year>{YEAR})[\s-]?(?P<kind>Q|H)(?P<number>[1-4])(?!\w)", _period),
    (rf"(?<!\w)Q(?P<number>[1-4])(?:(?:\s+of)?(?:\s+(?:fiscal|FY))?[\s-]*'?(?P<year>{_SHORT_YEAR}))?(?!\w)", _period),
    (rf"(?<![\w-])(?P<kind>H)(?P<number>[12])(?:(?:\s+of)?[\s-]*'?(?P<year>{_SHORT_YEAR}))?(?!\w)", _period),
    (rf"(?<![\w.,$-])(?P<number>[1-4])(?P<kind>Q|H)\s?'?(?P<year>{YEAR}|\d\d)(?!\w)", _period),
    (
        rf"\b(?P<number>{_ORDINAL})[\s-]+(?P<kind>quarter|half)(?:\s+of)?\s+(?:the\s+)?(?:fiscal\s+)?"
        rf"(?:year\b(?!\s+{YEAR})|(?:year\s+)?(?P<year>{YEAR}))",
        _period,
    ),
    (rf"\b(?P<number>{_ORDINAL})[\s-]+(?P<kind>quarter)\b(?!\s+of\s+an?\b)", _period),
    (
        rf"\b(?:FY\s?'?|(?:fiscal|financial)(?:\s+year)?\s+)(?P<year>{YEAR}|\d\d(?!\d))(?:[-/](?P<last>\d{{4}}|\d\d)(?!\d))?",
        _fiscal,
    ),
    (rf"(?<![\w.,$/-])(?P<year>{YEAR})(?P<link>\s?[-/]\s?)(?P<last>\d{{4}}|\d\d)(?![\w%]|[.,/-]\d)", _years),
    (r"(?<![\w.,$])(?P<decade>1\d\d0|20\d0|(?<=')\d0)'?s\b", _decade),
    (rf"\b(?P<number>\d{{1,2}}(?:st|nd|rd|th)|(?:twenty-)?(?:{'|'.join(ORDINALS)}))[\s-]+centur(?:y|ies)\b", _century),
    (rf"\b(?P<season>{SEASON}|fall)(?:\s+of)?\s+(?P<year>{YEAR})", _season),
    (_RELATIVE, _relative),
    (rf"(?<=\bin )(?:the\s+)?(?P<season>{SEASON})\b", _season),
    (rf"\b(?-i:{WEEKDAY})\b", _weekday),
    (rf"(?-i:\b{MONTH}(?!\w))", _month_alone),
    (rf"(?:(?<=[A-Za-z]-)|(?<![\w$€£¥#-])(?<!\d[.,/]))(?P<year>{YEAR})(?![\w%]|[.,:/]\d)", _year),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), read) for pattern, read in _FORMS)
_PART_BEFORE = re.compile(
    r"\b(?:(?P<part>early|mid|late|end|pre|post)|(?:the\s+)?(?P<of>middle|end|beginning|start|turn)\s+of|"
    r"(?P<year>year-end))(?:\s?-\s?|\s+)(?:in\s+)?(?:the\s+)?\Z",
    re.IGNORECASE,
)
_PARTS = {"middle": "mid", "beginning": "start", "turn": "start"}
_WEEKDAY_LINK = re.compile(r"(?:,?\s+|,\s*)(?:the\s+)?\Z")
_LINK = re.compile(r"\s*(?P<range>-)\s*|\s+(?:(?P<to>to|through|until|till)|(?P<and>and|or))\s+(?:the\s+)?|\s*,\s*")


@lru_cache(maxsize=500)
def date_expressions(text: str) -> tuple[DateExpression, ...]:
    """Return the dates that a text names, in order; one of a range comes as its two ends."""
    folded = rest = fold(text)
    found: list[DateExpression] = []
    for form, read in _COMPILED:
        here = [(match.span(), list(read(match))) for match in form.finditer(rest)]
        for (start, end), ones in here:
            if ones:
                found += (replace(one, text=text[start:end]) for one in ones)
                rest = rest[:start] + _READ * (end - start) + rest[end:]
    found.sort(key=lambda one: one.start)
    return tuple(_joined(folded, [_with_part(folded, one) for one in _with_weekdays(folded, found)]))


def _with_weekdays(text: str, found: Sequence[DateExpression]) -> list[DateExpression]:
    """Join "Tuesday" and "27 May" where one follows the other."""
    out: list[DateExpression] = []
    for one in found:
        before = out[-1] if out else None
        alone = before is not None and before.weekday is not None and not before.month and one.day is not None
        if before and alone and _WEEKDAY_LINK.fullmatch(text, before.end, one.start):
            start = before.start
            out[-1] = replace(one, text=text[start : one.end], start=start, weekday=before.weekday)
            continue
        out.append(one)
    return out


def _with_part(text: str, one: DateExpression) -> DateExpression:
    """Take "mid-" or "the end of" into the expression that follows it."""
    match = _PART_BEFORE.search(text, max(0, one.start - _LOOKBACK), one.start)
    if not match or one.part or one.day:
        return one
    part = (match["part"] or match["of"] or "end").lower()
    return replace(one, part=_PARTS.get(part, part), start=match.start(), text=text[match.start() : one.end])


def _joined(text: str, found: list[DateExpression]) -> list[DateExpression]:
    """Give the ends of a range their edges, and what only one of two linked dates tells to the other."""
    out = list(found)
    for place in range(len(out) - 1, 0, -1):
        one, two = out[place - 1], out[place]
        link = _LINK.fullmatch(text, one.end, two.start)
        if not link or one.end > two.start:
            continue
        between = text[max(0, one.start - _LOOKBACK) : one.start].lower().rstrip(" \u00a0the").endswith("between")
        if not one.edge and not two.edge and (link["range"] or link["to"] or (link["and"] and between)):
            one, two = replace(one, edge="from"), replace(two, edge="to")
        if one.year is None and two.year and (one.month or one.part):
            one = replace(one, year=two.year)
        elif two.year is None and one.year and two.month and one.edge == "from":
            two = replace(two, year=one.year + (two.month < (one.month or 0)))
        out[place - 1 : place + 1] = one, two
    return out
