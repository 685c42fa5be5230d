"""Sentence boundaries, by nupunkt (Bommarito et al. 2025): Punkt trained on legal text, knows "U.S.", "No. 18"."""

from nupunkt import sent_spans

Span = tuple[int, int]

_WINDOW = 5_000  # characters read at once: what nupunkt takes grows with their square where nothing but marks stand


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the spans of the sentences in `text[start:end]`, as offsets into `text`.

    Spans are in order, hold no white space at their edges, and together every non-space character of the range. One of
    more than 2,500 characters may be cut.
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
    return found


def _stop(text: str, start: int, end: int) -> int:
    """Return where a window from `start` ends: at white space in its second half, where there is any."""
    stop = start + _WINDOW
    if stop >= end:
        return end
    return next((at for at in range(stop, stop - _WINDOW // 2, -1) if text[at].isspace()), stop)


def trim(text: str, start: int, end: int) -> Span:
    """Return the span without the white space at its edges (empty at `start` when it holds nothing else)."""
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end
