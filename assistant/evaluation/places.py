"""Whether what the pairs name is in the catalog: their quotes, their articles."""

from collections.abc import Callable, Iterator, Sequence

from assistant.errors import EvaluationError
from assistant.evaluation.pairs import Entry
from assistant.evaluation.report import Report
from assistant.evaluation.spans import Lookup, occurrences

Excused = Callable[[Entry, str], bool]


def check_places(entries: Sequence[Entry], lookup: Lookup, excused: Excused = lambda *_: False) -> None:
    """Raise EvaluationError for the first quote that is not in its article, and the first article that is not there.

    `excused` tells of a pair and an article whether the article has changed since the pair held: then the pair is not
    wrong, and is left to fail.
    """
    for entry in entries:
        for article_id, complaint in _complaints(entry, lookup):
            if not excused(entry, article_id):
                raise EvaluationError(complaint)


def excused_by(baseline: Report | None, lookup: Lookup) -> Excused:
    """Return what excuses a pair that the baseline holds, for an article that changed or went since then."""

    def excused(entry: Entry, article_id: str) -> bool:
        if baseline is None or entry.pair.id not in held or article_id not in baseline.articles:
            return False
        article = lookup(article_id)
        return article is None or article.sha256 != baseline.articles[article_id]

    held = {result.pair.id for result in baseline.results} if baseline else set()
    return excused


def _complaints(entry: Entry, lookup: Lookup) -> Iterator[tuple[str, str]]:
    for quote, where in entry.quotes():
        article = lookup(quote.article)
        if article is None:
            yield quote.article, f"{where}: no article has the id {quote.article!r}: correct it, or ingest the article"
        elif not occurrences(article.text, quote.text):
            yield quote.article, f"{where}: {quote.text!r} is not in {quote.article}: quote the article as it stands"
    for name in ("cites", "avoids"):
        for position, article_id in enumerate(getattr(entry.pair.expect, name)):
            if lookup(article_id) is None:
                where = entry.where("expect", name, position)
                yield article_id, f"{where}: no article has the id {article_id!r}: correct it, or ingest the article"
    for article_id in entry.pair.filters.article:
        if lookup(article_id) is None:
            where = entry.where("filters", "article")
            yield article_id, f"{where}: no article has the id {article_id!r}: correct it, or ingest the article"
