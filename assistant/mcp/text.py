"""Results as plain text, for clients that show text alone: an answer with [n] stands above its numbered sources."""

from collections.abc import Iterator, Sequence
from datetime import date
from unicodedata import normalize

from assistant.plaintext import defused
from assistant.remarks import Headed, columns_line, copies_note, remarks
from assistant.types import Answer, ArticleFacts, Citation, Hit

_SNIPPET = 240


def answer_text(answer: Answer) -> str:
    """Return the statements with [n], remarks on them, and the sources: title, quote, link, article id.

    After an abstention it says that the articles do not say, and which passages are nearest, none of them numbered.
    Who shows it as Markdown makes no link or image of an article's words.
    """
    return "\n".join(map(defused, _abstention(answer) if answer.status == "abstained" else _answer(answer)))


def hits_text(hits: Sequence[Hit]) -> str:
    """Return the passages in full, best first, each below where it stands."""
    if not hits:
        return "No passage found: use other words or fewer filters."
    return "\n\n".join(f"{rank}. {_head(hit)}\n{hit.text}" for rank, hit in enumerate(hits, 1))


def articles_text(articles: Sequence[ArticleFacts]) -> str:
    """Return one line an article: id, title, origin."""
    return "\n".join(f"{one.id}: {facts_line(one)}" for one in articles) or "There are no articles."


def facts_text(article: ArticleFacts) -> str:
    """Return what is known of an article besides its text: title and origin, then what else there is, a line each."""
    rest = {"author": article.author, "updated": article.updated, "url": article.url, "article id": article.id}
    return "\n".join((facts_line(article), *(f"{name}: {value}" for name, value in rest.items() if value)))


def facts_line(article: ArticleFacts) -> str:
    """Return title and origin on one line."""
    return _line(article.title) + _origin(article.publisher, article.published)


def _answer(answer: Answer) -> Iterator[str]:
    if _line(answer.standalone_question) != _line(normalize("NFC", answer.question)):
        yield from (f"Read as: {answer.standalone_question}", "")
    if answer.short_answer:
        yield from (f"{answer.short_answer.text} [{answer.short_answer.marker}]", "")
    headed = Headed()
    for statement in answer.statements:
        if heads := headed.heads(statement, answer.citations):
            yield heads
        yield f"{statement.text} {''.join(f'[{marker}]' for marker in statement.markers)}"
    if said := [remark.text for remark in remarks(answer)]:
        yield from ("", *said)
    yield from ("", "Sources")
    for citation in answer.citations:
        yield from _source(citation)


def _abstention(answer: Answer) -> Iterator[str]:
    yield "The articles do not say."
    yield from (remark.text for remark in remarks(answer))
    if not answer.nearest:
        return
    yield from ("", "Nearest passages, which do not answer the question:")
    for hit in answer.nearest:
        yield from (f"- {_head(hit)}", f"  {_snippet(hit.text)}")


def _source(citation: Citation) -> Iterator[str]:
    yield f"[{citation.marker}] {_line(citation.title)}{_origin(citation.publisher, citation.published)}"
    if heads := columns_line(citation.columns):
        yield f"    {heads}"
    yield f"    “{citation.quote}”"
    link = citation.link or citation.url
    if link:
        yield f"    {link}"
    yield f"    article id: {citation.article_id}"
    if note := copies_note(citation):
        yield f"    {note}"


def _head(hit: Hit) -> str:
    path = hit.heading_path if hit.title in hit.heading_path[:1] else (hit.title, *hit.heading_path)
    headings = " › ".join(_line(heading) for heading in path if heading.strip())
    return f"{headings}{_origin(hit.publisher, hit.published)} (article id: {hit.article_id}, {hit.start}-{hit.end})"


def _origin(publisher: str | None, published: date | None) -> str:
    known = [_line(publisher)] if publisher else []
    if published:
        known.append(published.isoformat())
    return f" — {', '.join(known)}" if known else ""


def _snippet(text: str) -> str:
    line = _line(text)
    return line if len(line) <= _SNIPPET else line[: _SNIPPET - 1].rsplit(" ", 1)[0] + "…"


def _line(text: str) -> str:
    return " ".join(text.split())
