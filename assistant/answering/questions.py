"""What a question asks for, read off its words: its terms, the kind of answer, whether a list is wanted."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from assistant.catalog.lexical import content_words, stem, words
from assistant.phrases import AUXILIARIES, INTERROGATIVES, OPENING

Kind = Literal["number", "date", "name", "reason", "other"]
Form = Literal["whether", "who", "person", "until", "count", "other"]

_NUMBER = re.compile(
    r"\bhow (many|much|often|large|big|long|high|far|old)\b|\bwhat (percent\w*|share|number|price|cost|amount|rate|"
    r"size|figure|proportion|level|value|sum|total)|\bpercent(age)?\b|\bhow \w+ (tonnes|tons|dollars)",
)
_DATE = re.compile(r"\b(when|until when|since when|what (year|date|day|month|time)|which (year|date|day|month))\b")
_NAME = re.compile(r"\b(who|whom|whose|which|where|what (company|country|city|person|organi[sz]ation))\b")
_REASON = re.compile(r"\b(why|what (reason|rationale|caused?|motivat\w+)|for what reason|how come)\b")
_PERSON = r"person|man|woman|judge|minister|director|captain|president|author|engineer|economist|scientist|officer"
# The forms of questions whose short answers can be told by their looks; one that asks in two ways has none.
_FORMS: tuple[tuple[Form, re.Pattern[str]], ...] = (
    ("who", re.compile(r"\b(?:who|whom)\b")),
    ("person", re.compile(rf"\b(?:which|what) (?:{_PERSON})\b")),
    ("until", re.compile(r"\b(?:until|till|since) when\b")),
    ("count", re.compile(r"\bhow many\b(?: (?P<counted>[a-z-]+))?")),
    (
        "other",
        re.compile(
            rf"\b(?:what|which)\b(?! (?:{_PERSON})\b)|\b(?:where|why|whose|how)\b(?! many\b)|"
            r"(?<!until )(?<!till )(?<!since )\bwhen\b"
        ),
    ),
)
_WHETHER = re.compile(rf"(?:[^,?]{{1,80}}, )?(?:{'|'.join(AUXILIARIES.split())})(?:n['’]t)?\b(?!\s*\d)")
_DATE_PART = re.compile(r"\b(?:what|which) (?:year|month|day|decade|century|season|weekday)\b")
_WHERE = re.compile(r"\b(?:where|(?:what|which) (?:place|city|town|country|region|province|location))\b")

COUNT_WORDS = {
    name: n for n, name in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)
}
ORDINAL_WORDS = {
    name: n for n, name in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1)
}
_ORDINAL = rf"(?P<ordinal>{'|'.join(ORDINAL_WORDS)}|\d{{1,2}}(?:st|nd|rd|th))"
_NUMBERED = rf"(?:number |no\.? ?|# ?)(?P<number>\d{{1,2}}|one|{'|'.join(COUNT_WORDS)})\b"
# Verbs and other words that end in s are no plural nouns; nor is what ends in ss, us or is.
_SEVERAL = (
    r"(?:(?!(?:has|does|was|as|its|goes|says|means|makes|plus|versus|perhaps|less|always|yes)\b)"
    r"[a-z-]{2,}(?<![sui])s|people|criteria|media|data)"
)
_PLACED = (
    re.compile(rf"\b{_ORDINAL} (?:one )?of (?:[\w-]+ ){{0,3}}?(?P<noun>{_SEVERAL})\b"),
    re.compile(rf"\b{_ORDINAL} (?P<noun>[a-z-]{{3,}})"),
    re.compile(rf"\b(?P<noun>[a-z-]{{3,}}) {_NUMBERED}"),
)
# Of these the first is no item of a list, but one in time: "its first year", "the second half".
_NO_ITEMS = frozenset(
    stem(word)
    for word in "year quarter month week day night morning afternoon evening weekend half hour minute second decade "
    "century season time date day semester term anniversary place hand glance sight look person name class".split()
)
_PLURAL = f"(?P<noun>{_SEVERAL})"
# "the mayor's", "Lead Bay's", "the workers'": whose what is listed is.
_OWNER = r"(?:(?:[\w-]+ ){0,2}[\w-]+(?:['’]s|s['’]) )?"
_LISTED = rf"{_OWNER}(?:(?P<count>[\w-]+) )?(?:[\w-]+ )?{_PLURAL}\b"
_LIST = (
    re.compile(rf"\b(?:what|which) (?:are|were) (?:the |all |its |their )?{_LISTED}"),
    re.compile(rf"\b(?:what|which|in which|from which|to which|for which) {_LISTED}"),
    re.compile(rf"\b(?:list|name|enumerate|give me|show|tell me) (?:all |the |all the )?{_LISTED}"),
    re.compile(rf"\ball (?:of )?the {_OWNER}(?:(?P<count>[\w-]+) )?{_PLURAL}\b"),
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

    `form` is how it asks, where that tells what a short answer looks like: "whether" takes yes or no, "count" is "how
    many", with the stem of what is `counted`. `date_part` asks for a year, month or day alone. `words` are all.
    """

    terms: tuple[str, ...]
    pairs: frozenset[tuple[str, str]]
    kind: Kind
    listed: bool
    count: int | None
    noun: str | None
    place: tuple[int, str] | None = None
    where: bool = False
    form: Form = "other"
    counted: str | None = None
    date_part: bool = False
    words: frozenset[str] = frozenset()


def analyse(question: str) -> AskedFor:
    """Return what `question` asks for."""
    lowered = question.lower()
    stems = [stem(word) for word in words(question)]
    listed, count, noun = _list_wanted(lowered)
    form, counted = _form(lowered)
    return AskedFor(
        terms=tuple(dict.fromkeys(stem(word) for word in content_words(question))),
        pairs=frozenset(pairwise(stems)),
        kind=_kind(lowered),
        listed=listed,
        count=count,
        noun=noun,
        place=_place(lowered),
        where=_WHERE.search(lowered) is not None,
        form=form,
        counted=counted,
        date_part=_DATE_PART.search(lowered) is not None,
        words=frozenset(words(question)),
    )


def is_plural(word: str) -> bool:
    """Tell whether a word in lower case sounds like several of something."""
    return re.fullmatch(_SEVERAL, word) is not None


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


def _form(question: str) -> tuple[Form, str | None]:
    plain = OPENING.sub("", question).strip()
    asking = re.search(rf"\b(?:{'|'.join(INTERROGATIVES.split())}|or)\b", plain)
    if not asking and _WHETHER.match(plain):
        return "whether", None
    found = [(form, match) for form, pattern in _FORMS if (match := pattern.search(plain))]
    if len(found) != 1:
        return "other", None
    form, match = found[0]
    noun = match.groupdict().get("counted")
    return form, stem(noun) if noun else None


def _place(question: str) -> tuple[int, str] | None:
    for pattern in _PLACED:
        for match in pattern.finditer(question):
            if stem(match["noun"]) in _NO_ITEMS:
                continue
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
