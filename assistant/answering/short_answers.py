"""Short answers: the few words marked in a sentence, made whole, or none where they are not what was asked for."""

import re
from collections.abc import Sequence

from assistant.answering.questions import AskedFor
from assistant.catalog.lexical import stems, words
from assistant.phrases import AUXILIARIES, is_body
from assistant.verification.expressions import date_expressions
from assistant.verification.quantities import figures
from assistant.verification.units import CURRENCIES, TIMES

Span = tuple[int, int]

_CELL = re.compile(r"\s*\|\s*")
_CLOCK = r"\d{1,2}(?:[:.]\d\d(?:\s?[ap]\.?m\b\.?)?|\s?(?:[ap]\.?m\b\.?|o['’]clock))"
_TIME = re.compile(rf"\b{_CLOCK}|\b(?:noon|midnight)\b", re.IGNORECASE)
_HOURS = re.compile(rf"\b{_CLOCK}\s*(?:-|–|—|to|and|until|till)\s*{_CLOCK}", re.IGNORECASE)
_VERDICT = re.compile(
    rf"\W*(?:(?:{'|'.join(AUXILIARIES.split())})\s+)?(?:yes|no|not|never|neither|none)\b", re.IGNORECASE
)
_COUNT = re.compile(
    r"\d|\b(?:no|none|nobody|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|dozens?|"
    r"hundreds?|thousands?|millions?|billions?|half|third|quarter|twice|double|triple|couple|pair|several|many|most|"
    r"all|both|few|single|only|every|much|little|nothing|enough)\b",
    re.IGNORECASE,
)


def short_answer(asked: AskedFor, text: str, span: Span, columns: Sequence[str] = ()) -> Span | None:
    """Return where in the sentence `text` the short answer stands that a reader found at `span`.

    A date of which it is a part is taken whole, and of the cells of a table row that it runs over the one that was
    asked for, by what stands at their heads (`columns`). None where it is another kind of thing than was asked for:
    anything but a verdict on a yes-or-no question, no name for "who", no time for "until when", a date for "how much",
    money for "how many".
    """
    spans = _cells(asked, text, span, columns)
    fitting = [one for one in (_whole(asked, text, one) for one in spans) if _fits(asked, text, one)]
    return fitting[0] if len(fitting) == 1 else None


def _cells(asked: AskedFor, text: str, span: Span, columns: Sequence[str]) -> list[Span]:
    """Return the cells that `span` touches where it runs over several, those of the columns asked for if there are."""
    if not columns or not _CELL.search(text, *span):
        return [span]
    edges = [0, *(at for match in _CELL.finditer(text) for at in match.span()), len(text)]
    cells = list(zip(edges[::2], edges[1::2], strict=True))
    touched = [(cell, head) for cell, head in zip(cells, columns, strict=False) if _overlap(cell, span)]
    named = [cell for cell, head in touched if asked.words & set(words(head))]
    return named or [cell for cell, _ in touched]


def _whole(asked: AskedFor, text: str, span: Span) -> Span:
    """Return `span` with the whole of the dates that it cuts; a year is whole where years are asked for."""
    if asked.date_part:
        return span
    start, end = span
    for one in date_expressions(text):
        if _overlap((one.start, one.end), span):
            start, end = min(start, one.start), max(end, one.end)
    return start, end


def _fits(asked: AskedFor, text: str, span: Span) -> bool:
    answer = text[slice(*span)]
    if asked.form == "whether":
        return _VERDICT.match(answer) is not None
    if asked.form in ("who", "person"):
        return _is_name(answer, person=asked.form == "person")
    if asked.form == "until":
        durations = (one for one in figures(answer) if one.unit in TIMES)
        timed = date_expressions(answer) or _TIME.search(answer) or any(durations)
        return bool(timed) and not (_HOURS.search(answer) and not date_expressions(answer))
    return asked.kind != "number" or _is_figure(asked, text, span)


def _is_figure(asked: AskedFor, text: str, span: Span) -> bool:
    """Tell whether an answer is no date, and, of what is counted, a number that is no money."""
    told = [one for one in figures(text) if _overlap((one.start, one.end), span)]
    if not told:
        dated = any(_overlap((one.start, one.end), span) for one in date_expressions(text))
        # A date of birth tells how old somebody is.
        dated = dated and "old" not in asked.words
        return not dated and (asked.form != "count" or _COUNT.search(text, *span) is not None)
    paid = any((one.unit or "").split("/")[0] in CURRENCIES for one in told)
    return asked.form != "count" or not paid or asked.counted in stems(text[told[0].start : told[-1].end])


def _is_name(answer: str, *, person: bool) -> bool:
    """Tell whether an answer holds a name, and is no date; of a `person` it must not be that of a body or place."""
    rest = answer
    for one in reversed(date_expressions(answer)):
        rest = rest[: one.start] + rest[one.end :]
    named = any(word[:1].isupper() for word in re.findall(r"[^\W\d_][\w’'-]*", rest))
    return named and not (person and is_body(rest))


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and one[1] > other[0]
