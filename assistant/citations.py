"""Citations: quotes with exact offsets, their markers, and links to the place at the source."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote as percent

from assistant.sentences import trim
from assistant.types import Article, Citation, Span, Statement

# Longest quote that a text fragment holds whole; a longer one is given by its first and last words.
_FRAGMENT_WORDS = 12
_EDGE_WORDS = 5
_COPIES_NAMED = 10

# Gives the ids of the other articles that hold a near-copy of what stands from one offset to another in an article.
CopiedBy = Callable[[str, int, int], Sequence[str]]


def _by_none(article_id: str, start: int, end: int) -> Sequence[str]:
    """Find no copies."""
    del article_id, start, end
    return ()


@dataclass(frozen=True)
class Quote:
    """A span that an answer rests on: `start` and `end` count in the version `sha256` of the article.

    `highlight` is the short answer in it, in the same offsets.
    """

    article_id: str
    sha256: str
    start: int
    end: int
    columns: tuple[str, ...] = ()
    highlight: tuple[int, int] | None = None


class Citer:
    """Gives quotes their markers, in the order in which they come; a quote that comes again keeps its marker."""

    def __init__(self, article: Callable[[str], Article], copied_by: CopiedBy = _by_none) -> None:
        """Take the functions that give a quoted article by id, and the articles that hold a near-copy of a place."""
        self._article = article
        self._copied_by = copied_by
        self._markers: dict[tuple[str, int, int], int] = {}

    def cite(self, quotes: Sequence[Quote], text: str | None = None) -> tuple[Statement, tuple[Citation, ...]]:
        """Return the statement that rests on `quotes`, and the citations of those that are new.

        Without `text` it is the words of the first quote. Raises ValueError for a quote of another version, one
        outside the text or one of white space alone, and what the function that gives articles raises.
        """
        made = [self._citation(one) for one in quotes]
        markers: list[int] = []
        fresh: list[Citation] = []
        for citation in made:
            key = citation.article_id, citation.start, citation.end
            if key not in self._markers:
                self._markers[key] = len(self._markers) + 1
                fresh.append(citation.model_copy(update={"marker": self._markers[key]}))
            if self._markers[key] not in markers:
                markers.append(self._markers[key])
        return Statement(text=text or " ".join(made[0].quote.split()), markers=tuple(markers)), tuple(fresh)

    def _citation(self, one: Quote) -> Citation:
        article = self._article(one.article_id)
        inside = article.sha256 == one.sha256 and 0 <= one.start < one.end <= len(article.text)
        start, end = trim(article.text, one.start, one.end) if inside else (0, 0)
        if start == end:
            raise ValueError(f"no quote at {one.start}-{one.end} of {one.article_id} in version {one.sha256[:12]}")
        text = article.text[start:end]
        copies = self._copied_by(article.id, start, end)
        return Citation(
            marker=1,
            article_id=article.id,
            sha256=article.sha256,
            title=article.title,
            publisher=article.publisher,
            published=article.published,
            url=article.url,
            start=start,
            end=end,
            quote=text,
            link=fragment_link(article.url, text),
            columns=one.columns,
            highlight=_highlight(one, start, end),
            copies=len(copies),
            copied_by=tuple(copies[:_COPIES_NAMED]),
        )


def cite(
    quotes: Sequence[Quote], articles: Mapping[str, Article], copied_by: CopiedBy = _by_none
) -> tuple[tuple[Citation, ...], tuple[Statement, ...], str]:
    """Return the citations, the statements and the answer's text for `quotes`, in their order, a statement each.

    Quotes of the same words below the same heads of columns are one statement; a near-copy of a passage that it cites
    already supports it no better and is counted there. `articles` holds the quoted articles by id, `copied_by` is that
    of the Citer. Raises ValueError as `Citer.cite` does.
    """
    citer = Citer(articles.__getitem__, copied_by)
    alike: dict[tuple[str, tuple[str, ...]], list[Quote]] = {}
    for one in quotes:
        words = " ".join(articles[one.article_id].text[one.start : one.end].split())
        alike.setdefault((words, one.columns), []).append(one)
    made = [citer.cite(_apart(some, copied_by)) for some in alike.values()]
    statements = tuple(statement for statement, _ in made)
    return tuple(one for _, fresh in made for one in fresh), statements, marked_text(statements)


def _apart(quotes: Sequence[Quote], copied_by: CopiedBy) -> list[Quote]:
    """Return the first of `quotes` and those that stand in none of its near-copies."""
    first, *others = quotes
    copies = copied_by(first.article_id, first.start, first.end) if others else ()
    return [first, *(one for one in others if one.article_id not in copies)]


def marked_text(statements: Sequence[Statement]) -> str:
    """Return the statements, a line each, with their markers."""
    return "\n".join(f"{s.text} {''.join(f'[{marker}]' for marker in s.markers)}" for s in statements)


def markers_of(quote: Quote, citations: Sequence[Citation]) -> tuple[int, ...]:
    """Return the markers of the citations that quote some of `quote`."""
    return tuple(
        one.marker
        for one in citations
        if one.article_id == quote.article_id and one.start < quote.end and one.end > quote.start
    )


def sides_of(quotes: Sequence[Quote], citations: Sequence[Citation]) -> tuple[int, ...]:
    """Return a marker for each of `quotes`, which contradict one another, that is cited; none unless two are."""
    markers = {marker for quote in quotes for marker in markers_of(quote, citations)[:1]}
    return tuple(sorted(markers)) if len(markers) > 1 else ()


def _highlight(one: Quote, start: int, end: int) -> Span | None:
    if one.highlight is None or not start <= one.highlight[0] < one.highlight[1] <= end:
        return None
    return Span(start=one.highlight[0], end=one.highlight[1])


def verify(citation: Citation, article: Article) -> bool:
    """Whether `citation` quotes this version of `article` verbatim."""
    return (
        citation.article_id == article.id
        and citation.sha256 == article.sha256
        and article.text[citation.start : citation.end] == citation.quote
    )


def fragment_link(url: str | None, quote: str) -> str | None:
    """Return `url` with a text fragment (WICG Scroll to Text Fragment) for `quote`; None without an http(s) url."""
    if not url or not re.match(r"https?://", url, re.I):
        return None
    words = quote.split()
    parts = [words] if len(words) <= _FRAGMENT_WORDS else [words[:_EDGE_WORDS], words[-_EDGE_WORDS:]]
    # A hyphen has a meaning of its own in the fragment's grammar, so it is percent-encoded too.
    encoded = ",".join(percent(" ".join(part), safe="").replace("-", "%2D") for part in parts)
    return f"{url.split('#', 1)[0]}#:~:text={encoded}"
