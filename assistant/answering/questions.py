"""What a question asks for, read off its words: its terms, the kind of answer, whether a list is wanted."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from assistant.catalog.lexical import content_words, stem, words

Kind = Literal["number", "date", "name", "reason", "other"]

_NUMBER = re.compile(
    r"\bhow (many|much|often|large|big|long|high|far|old)\b|\bwhat (percent\w*|share|number|price|cost|amount|rate|"
    r"size|figure|proportion|level|value|sum|total)|\bpercent(age)?\b|\bhow \w+ (tonnes|tons|dollars)",
)
_DATE = re.compile(r"\b(when|until when|since when|what (year|date|day|month|time)|which (year|date|day|month))\b")
_NAME = re.compile(r"\b(who|whom|whose|which|where|what (company|country|city|person|organi[sz]ation))\b")
_REASON = re.compile(r"\b(why|what (reason|rationale|caused?|motivat\w+)|for what reason|how come)\b")
_WHERE = re.compile(r"\b(?:where|(?:what|which) (?:place|city|town|country|region|province|location))\b")

COUNT_WORDS = {
    name: n for n, name in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)
}
ORDINAL_WORDS = {
    name: n for n, name in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1)
}
_ORDINAL = rf"(?P<ordinal>{'|'.join(ORDINAL_WORDS)}|\d{{1,2}}(?:st|nd|rd|th))"
_NUMBERED = rf"(?:number |no\.? ?|# ?)(?P<number>\d{{1,2}}|one|{'|'.join(COUNT_WORDS)})\b"
_PLACED = (
    re.compile(rf"\b{_ORDINAL} (?:one )?of (?:the )?(?:\w+ )?(?P<noun>[a-z-]{{3,}})"),
    re.compile(rf"\b{_ORDINAL} (?P<noun>[a-z-]{{3,}})"),
    re.compile(rf"\b(?P<noun>[a-z-]{{3,}}) {_NUMBERED}"),
)
# Verbs and other words that end in s are no plural nouns; nor is what ends in ss, us or is.
_PLURAL = (
    r"(?P<noun>(?!(?:has|does|was|as|its|goes|says|means|makes|plus|versus|perhaps|less|always|yes)\b)"
    r"[a-z-]{2,}(?<![sui])s|people|criteria|media|data)"
)
_LIST = (
    re.compile(rf"\b(?:what|which) (?:are|were) (?:the |all |its |their )?(?:(?P<count>\w+) )?(?:[\w-]+ )?{_PLURAL}\b"),
    re.compile(rf"\b(?:what|which|in which|from which|to which|for which) (?:(?P<count>\w+) )?(?:[\w-]+ )?{_PLURAL}\b"),
    re.compile(
        r"\b(?:list|name|enumerate|give me|show|tell me) (?:all |the |all the )?"
        rf"(?:(?P<count>\w+) )?(?:[\w-]+ )?{_PLURAL}\b"
    ),
    re.compile(rf"\ball (?:of )?the (?:(?P<count>\w+) )?{_PLURAL}\b"),
    re.compile(rf"\bwhat (?:kinds|types|sorts) of {_PLURAL}?"),
)

_FIGURE = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million|billion|"
    r"half|quarterly|monthly|annually|weekly)\b",
    re.I,
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_WHEN = re.compile(rf"\b(?:1[5-9]|20)\d\d\b|\b{_MONTH}\.? \d|\b\d+(?:st|nd|rd|th)? (?:day of )?{_MONTH}", re.I)
_PROPER = re.compile(r"(?<=[\w,;:)”\"] )[A-Z][\w’'-]+|\b[A-Z]{2,}\b")
_CAUSE = re.compile(
    r"\b(because|due to|since|therefore|thus|so that|in order to|reasons?|caus\w+|as a result|result\w*|leav\w+|"
    r"to (?:allow|ensure|protect|reduce|address|counter|avoid|prevent|secure|support)|would|will allow|"
    r"owing to|given)\b",
    re.I,
)


@dataclass(frozen=True)
class AskedFor:
    """The analysis of one question.

    `terms` are the distinct stems of its content words, `pairs` its adjacent stems. `listed` says that several items
    are wanted, `count` how many where it says so, `noun` the stem of what is listed. `place` is which item of a list is
    spoken of, counted from 1 ("the second directive"), with the stem of what it is one of. `where` asks for a place.
    """

    terms: tuple[str, ...]
    pairs: frozenset[tuple[str, str]]
    kind: Kind
    listed: bool
    count: int | None
    noun: str | None
    place: tuple[int, str] | None = None
    where: bool = False


def analyse(question: str) -> AskedFor:
    """Return what `question` asks for."""
    lowered = question.lower()
    stems = [stem(word) for word in words(question)]
    listed, count, noun = _list_wanted(lowered)
    return AskedFor(
        terms=tuple(dict.fromkeys(stem(word) for word in content_words(question))),
        pairs=frozenset(pairwise(stems)),
        kind=_kind(lowered),
        listed=listed,
        count=count,
        noun=noun,
        place=_place(lowered),
        where=_WHERE.search(lowered) is not None,
    )


def kind_match(kind: Kind, sentence: str) -> float:
    """Return 1 where `sentence` holds the kind of answer asked for, -1 where it lacks it, 0 where nothing is known."""
    patterns = {"number": _FIGURE, "date": _WHEN, "name": _PROPER, "reason": _CAUSE}
    pattern = patterns.get(kind)
    if pattern is None:
        return 0.0
    return 1.0 if pattern.search(sentence) else -1.0


def _kind(question: str) -> Kind:
    for pattern, kind in ((_REASON, "reason"), (_DATE, "date"), (_NUMBER, "number"), (_NAME, "name")):
        if pattern.search(question):
            return kind  # type: ignore[return-value]  # the literals above are Kinds
    return "other"


def _place(question: str) -> tuple[int, str] | None:
    for pattern in _PLACED:
        if match := pattern.search(question):
            groups = match.groupdict()
            said = groups.get("ordinal") or groups["number"]
            digits = re.sub(r"\D", "", said)
            number = int(digits) if digits else {**ORDINAL_WORDS, **COUNT_WORDS, "one": 1}[said]
            return number, stem(match["noun"])
    return None


def _list_wanted(question: str) -> tuple[bool, int | None, str | None]:
    for pattern in _LIST:
        if match := pattern.search(question):
            groups = match.groupdict()
            count = groups.get("count") or ""
            number = int(count) if count.isdigit() else COUNT_WORDS.get(count)
            noun = groups.get("noun")
            return True, number, stem(noun) if noun else None
    return False, None, None
