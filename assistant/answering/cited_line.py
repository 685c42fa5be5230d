"""Cited line: the sentences of one line that a language model wrote, each with the passages' numbers that it bears."""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.answering.markers import NO_MARKS, Marks, lift, lift_parentheses, unbracketed
from assistant.sentences import Span, sentence_spans, trim

_WORD = re.compile(r"\w")
# Chinese and Japanese sentences end in these, with no space after them.
_FULL_STOP = re.compile(r"[。！？]+[”’」』）]*")
_MARKED_END = re.compile(r".?[.!?](?= +[^\W_a-z])")
# "am 27. Mai": the full stop of a German, Danish, Czech ... day ends no sentence.
_DAY = re.compile(r"(?:^|\s)\d{1,2}\.$")
_MONTH = re.compile(
    r"(?:jan|feb|mär|mars|april|mai|maj|jun|jul|aug|sept|okt|nov|dez|dec)\w*|quartal|jahrhundert", re.IGNORECASE
)
_NUMBERING = re.compile(r"\(\d{1,2}\) ")
_QUOTES = '"“”„«»「」'
# A quotation of more sentences is taken for one that is not closed.
_LONGEST_QUOTATION = 5
_EMPTY = re.compile(r"\( ?\)|\[ ?\]")


@dataclass(frozen=True)
class Written:
    """One sentence that a language model wrote, and the passages that it names.

    `text` is one clean line: no markers, no markdown or HTML, no control characters, NFC. `markers` count from 1 in
    the order of the passages given and exist, each once; `forged` are those that do not exist, as they were written
    (the first 20 characters of the first 20).
    """

    text: str
    markers: tuple[int, ...] = ()
    forged: tuple[str, ...] = ()

    @property
    def marks(self) -> Marks:
        """All numbers that it bears."""
        return Marks(self.markers, self.forged)


@dataclass(frozen=True)
class CitedLine:
    """The sentences of a line.

    `loose` are the numbers of a line without words; `leading` tells that all numbers stood before the words.
    """

    sentences: tuple[Written, ...]
    loose: Marks = NO_MARKS
    leading: bool = False

    @property
    def marked(self) -> bool:
        """Whether a sentence bears a number, be it one that does not exist."""
        return any(sentence.marks for sentence in self.sentences)

    @property
    def text(self) -> str:
        """The line's words."""
        return " ".join(sentence.text for sentence in self.sentences)

    def with_marks(self, marks: Marks) -> "CitedLine":
        """Return the line with `marks` at its sentences that bear none; at a single one besides its own."""
        if len(self.sentences) == 1:
            return CitedLine((_written(self.text, self.sentences[0].marks + marks),))
        return CitedLine(tuple(_written(one.text, one.marks or marks) for one in self.sentences))


def cited_line(text: str, passages: int) -> CitedLine:
    """Return the sentences of the plain line `text`; `passages` is how many there are.

    Numbers right after or inside a sentence are its own. Those at the line's end, and those before its first word,
    are also those of each sentence that has none.
    """
    words, places = lift(text, passages)
    spans = _sentences(words, [place for place, _ in places])
    marks = [NO_MARKS for _ in spans]
    shared = leading = NO_MARKS
    starts = [start for start, _ in spans]
    last_word = max((match.start() for match in _WORD.finditer(words)), default=-1)
    for place, found in places:
        at = bisect_left(starts, place) - 1
        if at < 0:
            leading += found
        else:
            marks[at] += found
            if place > last_word:
                shared += found
    sentences: list[tuple[str, Marks]] = []
    for (start, end), own in zip(spans, marks, strict=True):
        sentence, extra = lift_parentheses(words[start:end], passages)
        if start == starts[-1]:
            shared += extra
        sentence = _tidy(_NUMBERING.sub("", sentence, count=1) if sentences else sentence)
        if _WORD.search(sentence):
            sentences.append((sentence, own + extra))
        elif sentences:
            sentences[-1] = (sentences[-1][0], sentences[-1][1] + own + extra)
        else:
            leading += own + extra
    if not sentences:
        return CitedLine((), loose=leading + shared)
    only_leading = bool(leading) and not any(own for _, own in sentences)
    shared = leading + shared
    return CitedLine(tuple(_written(one, own or shared) for one, own in sentences), leading=only_leading)


def _written(text: str, marks: Marks) -> Written:
    return Written(text, marks.markers, marks.forged)


def _tidy(sentence: str) -> str:
    sentence = unicodedata.normalize("NFC", unbracketed(_EMPTY.sub("", sentence)))
    return " ".join(sentence.split()).strip("| ")


def _sentences(text: str, places: Iterable[int] = ()) -> list[Span]:
    """Return the spans of the sentences, none of which ends inside a quotation or after the day of a date.

    A full stop beside one of `places`, where a marker stood, ends a sentence even after what may be an abbreviation.
    """
    spans: list[Span] = []
    quoting: list[Span] = []
    quotes: Counter[str] = Counter()
    for start, end in _whole_dates(text, _cuts(text, places)):
        quoting.append((start, end))
        quotes.update(char for char in text[start:end] if char in _QUOTES)
        if not _is_open(quotes) or len(quoting) == _LONGEST_QUOTATION:
            spans += quoting if _is_open(quotes) else [(quoting[0][0], end)]
            quoting, quotes = [], Counter()
    return spans + quoting


def _cuts(text: str, places: Iterable[int]) -> Iterator[Span]:
    ends = {end for _, end in sentence_spans(text)}
    ends.update(match.end() for match in _FULL_STOP.finditer(text))
    ends.update(match.end() for place in places if (match := _MARKED_END.match(text, max(0, place - 1))))
    start = 0
    for end in sorted(ends):
        if text[start:end].strip():
            yield trim(text, start, end)
            start = end


def _whole_dates(text: str, cuts: Iterable[Span]) -> list[Span]:
    spans: list[Span] = []
    for start, end in cuts:
        if spans and _MONTH.match(text, start) and _DAY.search(text, max(spans[-1][0], spans[-1][1] - 4), spans[-1][1]):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _is_open(quotes: Counter[str]) -> bool:
    closing = quotes["”"] + (quotes["“"] if quotes["„"] else 0)
    opening = quotes["„"] or quotes["“"]
    return bool(quotes['"'] % 2) or opening > closing or quotes["«"] > quotes["»"] or quotes["「"] > quotes["」"]
