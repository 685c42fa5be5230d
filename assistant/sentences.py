"""Sentence boundaries, by nupunkt (Bommarito et al. 2025): Punkt trained on legal text, knows "U.S.", "No. 18".

Two things are mended: it takes many ordinary words for abbreviations ("in a row. His"), and cuts inside quotations.
"""

import re
from collections.abc import Iterator, Sequence

from nupunkt import sent_spans

Span = tuple[int, int]

_WINDOW = 5_000  # characters read at once: what nupunkt takes grows with their square where nothing but marks stand

# A word in small letters, a full stop, and a word that begins sentences but no name.
_OVERSEEN = re.compile(
    r"(?<![^\s(“\"‘'’—–/-])(?P<word>[^\W\d_]{2,})\.[”\"’')\]]*\s+(?="
    r"(?:The|This|That|These|Those|There|He|She|It|They|We|You|His|Her|Its|Their|Our|Your|Some|Many|Most|Both|Each|"
    r"But|And|If|When|While|As|Although|However|In|On|At|For|After|Before|Since|By|With)\b(?!\.)|An? [a-z])"
)
# Words that are written with a full stop and lean on what follows; after others a sentence may end.
_LEANING = frozenset(
    "approx ca cf ch cl dept div ed eds eq exh fig figs ggf incl no nos para paras pt pts repr resp rev sched sec secs "
    "trans viz vol vols vs".split()
)
_QUOTED_SENTENCES = 3
_QUOTED_LONGEST = 250  # characters from the beginning of its first sentence
_OPENING = re.compile(r"“|(?<![^\s(\[—–-])\"(?=[^\s.,;:!?])")
_CLOSING = re.compile(r"”|(?<=\S)\"(?=[\s.,;:!?)\]—–-]|$)")
_QUOTE = re.compile(r"[“”\"]")
_QUOTED_END = re.compile(r"[.!?…][”\"]$")


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the spans of the sentences in `text[start:end]`, as offsets into `text`.

    Spans are in order, hold no white space at their edges, and together every non-space character of the range. A
    quotation of up to three sentences stays whole. One of more than 2,500 characters may be cut.
    """
    end = len(text) if end is None else end
    found: list[Span] = []
    while start < end:
        stop = _stop(text, start, end)
        spans = [trim(text, start + a, start + b) for a, b in sent_spans(text[start:stop])]
        spans = [span for span in spans if span[0] < span[1]]
        if stop < end and len(spans) > 1 and spans[-1][0] >= start + _WINDOW // 2:
            # It may go on behind the window: the next one begins with it.
            stop = spans.pop()[0]
        found += spans
        start = stop
    return list(_quotations(text, [part for span in found for part in _parted(text, span)]))


def _stop(text: str, start: int, end: int) -> int:
    """Return where a window from `start` ends: at white space in its second half, where there is any."""
    stop = start + _WINDOW
    if stop >= end:
        return end
    return next((at for at in range(stop, stop - _WINDOW // 2, -1) if text[at].isspace()), stop)


def _parted(text: str, span: Span) -> Iterator[Span]:
    """Yield the sentences that `span` holds: it was not cut after ordinary words that may be abbreviations."""
    start, end = span
    for match in _OVERSEEN.finditer(text, start, end):
        if match["word"].islower() and match["word"] not in _LEANING:
            yield trim(text, start, match.end())
            start = match.end()
    yield start, end


def _quotations(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the spans, those of one short quotation as one."""
    at = 0
    while at < len(spans):
        last = _closing_sentence(text, spans, at)
        yield spans[at][0], spans[last][1]
        at = last + 1


def _closing_sentence(text: str, spans: Sequence[Span], first: int) -> int:
    """Return which sentence closes the quotation that the one at `first` leaves open, `first` where that is not sure.

    Sure is one opening mark without its like before the end, then one closing mark, at the end of a sentence.
    """
    if not _leaves_open(text, spans[first]):
        return first
    for last in range(first + 1, min(first + _QUOTED_SENTENCES, len(spans))):
        start, end = spans[last]
        gap = text[spans[last - 1][1] : start]
        marks = [match.start() for match in _QUOTE.finditer(text, start, end)]
        if gap.count("\n") > 1 or end - spans[first][0] > _QUOTED_LONGEST:
            return first
        if marks:
            closes = len(marks) == 1 and marks[0] == end - 1 and _QUOTED_END.search(text, max(start, end - 2), end)
            return last if closes and _alike(text, spans[first], marks[0]) else first
    return first


def _leaves_open(text: str, span: Span) -> bool:
    """Whether the last quotation mark of a sentence opens, and all before it stand in pairs."""
    is_open = False
    for mark in _QUOTE.finditer(text, *span):
        pattern = _CLOSING if is_open else _OPENING
        if not pattern.match(text, mark.start()):
            return False
        is_open = not is_open
    return is_open


def _alike(text: str, span: Span, closing: int) -> bool:
    opening = max(text.rfind(mark, *span) for mark in '“"')
    return (text[opening] == "“") == (text[closing] == "”")


def trim(text: str, start: int, end: int) -> Span:
    """Return the span without the white space at its edges (empty at `start` when it holds nothing else)."""
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end
