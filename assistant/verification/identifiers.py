"""Identifiers: "Section 232", "F-35", "Nd2O3", "v1.2.3": designations whose digits count nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.verification.folding import plain
from assistant.verification.numerals import digits_at
from assistant.verification.units import currency_at, unit_at

_LOWER_KEYS = frozenset(
    "section article chapter page paragraph annex appendix phase tier clause footnote directive regulation no p pp sec "
    "art".split()
)
_KEYS = {
    "section": "section sections sec secs § §§", "article": "article articles art arts", "chapter": "chapter chapters",
    "executive order": "executive_order executive_orders eo e.o", "order": "order orders",
    "directive": "directive directives", "resolution": "resolution resolutions", "decree": "decree decrees",
    "announcement": "announcement announcements", "notice": "notice notices", "rule": "rule rules",
    "regulation": "regulation regulations", "proclamation": "proclamation proclamations",
    "public law": "public_law", "title": "title titles", "part": "part parts", "annex": "annex annexes",
    "appendix": "appendix appendices", "table": "table tables", "figure": "figure figures fig figs",
    "page": "page pages p pp", "paragraph": "paragraph paragraphs para paras", "clause": "clause clauses",
    "phase": "phase phases", "stage": "stage stages", "step": "step steps", "tier": "tier tiers",
    "level": "level levels", "version": "version versions", "schedule": "schedule schedules",
    "footnote": "footnote footnotes", "item": "item items", "circular": "circular circulars",
    "document": "document documents", "no": "no nos number numbers #", "iso": "iso", "iec": "iec", "hs": "hs",
}  # fmt: skip
_NAMES = {spelled.replace("_", " "): key for key, all_ in _KEYS.items() for spelled in all_.split()}
_GENERIC = "no"
_SPELLED = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(_NAMES, key=len, reverse=True))
_KEYED = re.compile(
    rf"(?<![\w.])(?P<key>{_SPELLED})(?:\.\s?|\s+|\s?-|(?<=[#§])\s?)(?:(?:No|Nos|Number)\.?\s*|#\s?)?"
    r"(?P<number>\d[A-Za-z0-9]*(?:[./-][A-Za-z0-9]+)*(?:\(\w{1,4}\))*)",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:,\s*|\s+)(?:(?:and|or|to)\s+)?(?P<number>\d+[A-Za-z]?(?:\(\w{1,4}\))*)(?![\w%]|[.,]\d)", re.IGNORECASE
)
_COUNTED_NEXT = re.compile(r"\s+(?:people|percent|per cent|million|billion|thousand|hundred|new|more)\b|\s?%")
# Titles of codes of law: "10 U.S.C. 4872(c)(1)", "15 CFR 744.21".
_CODE = re.compile(
    r"(?<![\w.])\d{1,2}\s+(?:U\.?\s?S\.?\s?C\b\.?|C\.?\s?F\.?\s?R\b\.?)\s*(?:§+\s*|[Pp]art\s+)?"
    r"\d\w*(?:[.-]\w+)*(?:\(\w{1,4}\))*"
)
_CHUNK = re.compile(r"(?<!\w)[^\W_]+(?:[-./:][^\W_]+)*")
_PREFIXES = re.compile(
    r"(?:top|sub|pre|post|mid|non|under|over|plus|a|an|the|and|or|to|[a-z]{2,})-(?=\d)", re.IGNORECASE
)
_LOWER_PREFIX = re.compile(r"(?:(?i:top|sub|pre|post|mid|non|under|over)|[a-z]{2,})-(?=\d)")
_DIGITS_ALONE = re.compile(r"\d+(?:[.:/]\d+)+")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+\.\d+|[1-9]/(?:[2-9]|10)")
_WORD_TAIL = re.compile(r"-[A-Za-z]{2,}(?:-[A-Za-z]+)*")
_RANGE = re.compile(r"-(?=\d)")
_MONEY_BEFORE = re.compile(r"(?:[$€£¥₹₽₩]|\b[A-Z]{3})\s?\Z")


@dataclass(frozen=True)
class Identifier:
    """A designation at `start` to `end`: its kind ("section"), empty where it has none, and its number as compared."""

    start: int
    end: int
    kind: str
    number: str


def _squashed(text: str) -> str:
    return re.sub(r"[\s-]", "", plain(text)).rstrip(".")


def identifiers(text: str) -> Iterator[Identifier]:
    """Yield the identifiers of a folded text; of "Sections 2 and 5" each number is one."""
    at = 0
    taken = [match.span() for match in _CODE.finditer(text)]
    yield from (Identifier(start, end, "", _squashed(text[start:end])) for start, end in taken)
    for match in _KEYED.finditer(text):
        inside = any(start <= match.start() < end for start, end in taken)
        if match.start() < at or inside or not _designates(text, match):
            continue
        kind = _NAMES[re.sub(r"\s+", " ", match["key"].lower())]
        yield Identifier(*match.span(), kind, _squashed(match["number"]))
        at = match.end()
        taken.append(match.span())
        while kind and match["key"].lower().endswith("s") and (more := _MORE.match(text, at)):
            yield Identifier(*more.span("number"), kind, _squashed(more["number"]))
            at = more.end()
            taken.append(more.span())
    for match in _CHUNK.finditer(text):
        chunk = match.group()
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        if any(char.isdigit() for char in chunk) and not _amount(text, match.start(), match.end()):
            yield Identifier(*match.span(), "", _squashed(chunk))


def _designates(text: str, match: re.Match[str]) -> bool:
    """Tell "Order 14017" from "order 300 tonnes": small letters designate for few words, and nothing is counted."""
    key = match["key"]
    if _COUNTED_NEXT.match(text, match.end()) or unit_at(text, match.end()):
        return False
    return not key[0].islower() or key.lower().rstrip("s.") in _LOWER_KEYS


def _amount(text: str, start: int, end: int) -> bool:
    """Tell whether a chunk with digits is an amount: "300kt", "10-year", "top-10", "RMB5bn", not "F-35"."""
    chunk = text[start:end]
    if _DIGITS_ALONE.fullmatch(chunk):
        return _GROUPED.fullmatch(chunk) is not None
    if not any(char.isalpha() for char in chunk):
        return True
    at = start
    if prefix := _LOWER_PREFIX.match(text, at, end):
        at = prefix.end()
    money = currency_at(text, at)
    paid = money is not None or _MONEY_BEFORE.search(text, max(0, start - 5), start) is not None
    at = money.end if money else at
    while at < end:
        if not text[at].isdigit() and text[at] != ".":
            return False
        numeral = digits_at(text, at, money=paid)
        if numeral is None:
            return False
        at = numeral.end
        for slash in (0, 1):
            if at < end and (not slash or text[at] == "/") and (unit := unit_at(text, at + slash)):
                at = unit.end
        if at >= end or _WORD_TAIL.fullmatch(text, at, end) or text[at:end] in ("'s",):
            return True
        step = _RANGE.match(text, at, end)
        if not step:
            return False
        at = step.end()
    return True


def states(quoted: Sequence[Identifier], texts: Sequence[str], one: Identifier) -> bool:
    """Tell whether identifiers `quoted`, or the words of `texts` around their numbers, tell `one`."""
    for other in quoted:
        if other.number == one.number and (other.kind == one.kind or one.kind == _GENERIC):
            return True
    if one.kind:
        kinds = "|".join(re.escape(name) for name, kind in _NAMES.items() if kind == one.kind)
        return any(other.number == one.number for other in quoted if other.kind in ("", _GENERIC)) and any(
            re.search(rf"(?<!\w)(?:{kinds})(?!\w)", plain(text)) for text in texts
        )
    parts = re.findall(r"[^\W\d_]+|\d+|\W", one.number)
    written = r"[\s-]?".join(map(re.escape, parts))
    spaced = re.compile(rf"(?<!\w){written}(?!\w)")
    return any(spaced.search(plain(text)) for text in texts)
