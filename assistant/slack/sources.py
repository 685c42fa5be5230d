"""Sources: what an answer quotes, and the passages nearest to a question without one, as sections of mrkdwn."""

from collections.abc import Iterator
from datetime import date

from assistant.remarks import copies_note
from assistant.slack.text import SECTION, cut, escape, length, link, marked, split_text
from assistant.types import Citation, Hit

SOURCES = "*Sources*"
NEAREST = "*Nearest passages, which do not answer the question:*"
_TITLE, _PUBLISHER, _COLUMNS, _SNIPPET = 300, 100, 400, 240
# What "“", "”" and the marks of a broken text take.
_MARKS = 8


def source_texts(citation: Citation) -> tuple[str, ...]:
    """Return a source: marker, linked title, publisher, date, near-copies, column heads and the quote.

    It is one text where a section can hold it; else the quote has its own, or as many as it needs.
    """
    title = citation.title or citation.article_id
    origin = _origin(citation.publisher, citation.published)
    lines = [f"[{citation.marker}] {_linked(title, citation.link, citation.url)}{origin}"]
    if note := copies_note(citation):
        lines.append(f"{note[0].upper()}{note[1:]}")
    if any(column.strip() for column in citation.columns):
        lines.append(f"Columns: {escape(cut(' | '.join(citation.columns), _COLUMNS))}")
    head, quote = "\n".join(lines), _quote(citation)
    whole = f"{head}\n“{quote}”"
    if length(whole) <= SECTION:
        return (whole,)
    return (head, *broken(citation.quote, start="“", end="”"))


def nearest_text(rank: int, hit: Hit) -> str:
    """Return a passage near to a question: title and headings, publisher, date, the beginning of its text."""
    path = hit.heading_path if hit.title in hit.heading_path[:1] else (hit.title, *hit.heading_path)
    named = " › ".join(filter(str.strip, path)) or hit.article_id
    where = f"{rank}. {_linked(named, hit.url)}{_origin(hit.publisher, hit.published)}"
    return f"{where}\n“{escape(cut(hit.text, _SNIPPET))}”"


def broken(text: str, *, start: str = "", end: str = "") -> tuple[str, ...]:
    """Return `text` as mrkdwn between `start` and `end`, in as few sections as hold it, "…" where it goes on."""
    taken = _MARKS + length(start) + length(end)
    parts = split_text(text, SECTION - taken)
    last = len(parts) - 1
    return tuple(
        (start if at == 0 else "… ") + escape(part) + (end if at == last else " …") for at, part in enumerate(parts)
    )


def _quote(citation: Citation) -> str:
    if citation.highlight is None:
        return escape(citation.quote)
    return marked(citation.quote, *(at - citation.start for at in (citation.highlight.start, citation.highlight.end)))


def _linked(title: str, *urls: str | None) -> str:
    """Return the title as a link to the first of `urls` that can be one."""
    named = cut(title, _TITLE)
    linked: Iterator[str] = (link(url, named) for url in urls)
    return next((one for one in linked if one.startswith("<")), escape(named))


def _origin(publisher: str | None, published: date | None) -> str:
    known = [escape(cut(publisher, _PUBLISHER))] if publisher and publisher.strip() else []
    if published:
        known.append(published.isoformat())
    return f" — {', '.join(known)}" if known else ""
