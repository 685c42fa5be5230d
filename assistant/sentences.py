"""Sentence boundaries, by nupunkt (Bommarito et al. 2025): Punkt trained on legal text, knows "U.S.", "No. 18"."""

from nupunkt import sent_spans

Span = tuple[int, int]


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the spans of the sentences in `text[start:end]`, as offsets into `text`.

    Spans are in order, hold no white space at their edges, and together every non-space character of the range.
    """
    end = len(text) if end is None else end
    spans = (trim(text, start + a, start + b) for a, b in sent_spans(text[start:end]))
    return [span for span in spans if span[0] < span[1]]


def trim(text: str, start: int, end: int) -> Span:
    """Return the span without the white space at its edges (empty at `start` when it holds nothing else)."""
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end
