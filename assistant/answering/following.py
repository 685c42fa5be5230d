"""Following: whether the sentence after the best one tells what was asked for, where the best one only names it."""

import re
from collections.abc import Iterator

from assistant.answering.questions import AskedFor, is_plural
from assistant.catalog.lexical import stem, words
from assistant.phrases import people
from assistant.verification.expressions import date_expressions
from assistant.verification.quantities import figures

_LEANS = re.compile(
    r"(?:This|These|That|Those|It|They|He|She|Its|Their|His|Her|Such|Both|The|There|Then|Thus|So|But|And|Also|However|"
    r"Therefore|Instead|Moreover|Meanwhile|Among (?:them|these|those)|Of (?:this|these|them|those)|"
    r"(?:In|At|For|By|With|After|Before|On) (?:this|that|these|those|it|them)|As a result|In addition)\b"
)
_REASON = re.compile(
    r"\b(?:because|due to|owing to|thanks to|as a result|caus(?:e|es|ed|ing)|reasons?|blam(?:e|es|ed|ing)|"
    r"attribut(?:e|es|ed|ing)|explain(?:s|ed|ing)?|cit(?:es|ed|ing)|so that|in order to|driven by|led to|"
    r"result(?:s|ed|ing)? (?:from|in)|stem(?:s|med|ming)? from|on the grounds?|therefore|thus|since(?! \d| \w+ \d))\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b(?:in|at|near|from|to|off|outside|inside|around)\s+(?:the\s+)?(?P<name>[A-Z][\w’'-]+)")


def goes_on(asked: AskedFor, best: str, following: str) -> bool:
    """Tell whether `following`, the sentence after `best`, leans on it and tells what was asked for, which it lacks.

    Looked for are a figure, a date, a person, a place or a reason, none of them one that the question names itself.
    """
    if not _LEANS.match(following):
        return False
    return any(True for _ in _told(asked, following)) and not any(True for _ in _told(asked, best))


def _told(asked: AskedFor, text: str) -> Iterator[str]:
    """Yield what `text` tells of the kind that was asked for."""
    for one in _of_kind(asked, text):
        if not set(words(one)) <= asked.words:
            yield one


def _of_kind(asked: AskedFor, text: str) -> Iterator[str]:
    if asked.kind == "reason":
        yield from (match.group() for match in _REASON.finditer(text))
    elif asked.kind == "date":
        yield from (one.text for one in date_expressions(text))
    elif asked.kind == "number":
        told = (one for one in figures(text) if one.value is not None and one.unit != "ordinal")
        yield from (one.text for one in told if not _counts_another(asked, text[one.end :]))
    elif asked.where:
        yield from (match["name"] for match in _PLACE.finditer(text))
    elif asked.form in ("who", "person"):
        yield from people(text)


def _counts_another(asked: AskedFor, after: str) -> bool:
    """Tell whether a figure counts something else than was asked for, by the word `after` it."""
    noun = words(after[:40])[:1]
    return asked.counted is not None and any(is_plural(word) and stem(word) != asked.counted for word in noun)
