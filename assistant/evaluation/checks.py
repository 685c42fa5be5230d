"""Checks: each thing that is expected of an answer on its own, and that every citation is exact."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from assistant.citations import verify
from assistant.evaluation.pairs import Expectation, ExpectedQuote
from assistant.evaluation.spans import Lookup, characters, likeliest
from assistant.types import Answer, Citation, Frozen

CheckName = Literal["asked", "status", "quotes", "contains", "lacks", "cites", "avoids", "max_statements", "exact"]
_SHOWN = 160


class Check(Frozen):
    """One expectation and whether it holds; `why` says what is wrong where it does not."""

    name: CheckName
    expected: str
    passed: bool
    why: str = ""


def check_answer(expect: Expectation, answer: Answer, lookup: Lookup) -> tuple[Check, ...]:
    """Return a check for each expectation, and one for the citations."""
    return tuple(_checks(expect, answer, lookup))


def answer_text(answer: Answer) -> str:
    """Return the statements, one a line, without markers: a pattern for a figure is not to find a marker."""
    return "\n".join(statement.text for statement in answer.statements)


def cited_characters(citations: Iterable[Citation], article_id: str, text: str) -> set[int]:
    """Return the offsets in the article's `text` that `citations` cover together, white space aside."""
    return characters(text, ((c.start, c.end) for c in citations if c.article_id == article_id))


def missing_quotes(
    alternatives: Sequence[Sequence[ExpectedQuote]], citations: Sequence[Citation], lookup: Lookup
) -> list[ExpectedQuote]:
    """Return the quotes that are not cited whole, of the alternative that lacks the fewest."""
    lacking = [[quote for quote in some if not _is_cited(quote, citations, lookup)] for some in alternatives]
    return min(lacking, key=len, default=[])


def _checks(expect: Expectation, answer: Answer, lookup: Lookup) -> Iterator[Check]:
    said = f"{answer.status} with confidence {answer.confidence:.2f}, not {expect.status}"
    yield _check("status", expect.status, answer.status == expect.status, said)
    if expect.alternatives:
        yield _quotes(expect, answer, lookup)
    text = answer_text(answer)
    for pattern in expect.contains:
        yield _check("contains", pattern, _search(pattern, text) is not None, f"nothing matches /{pattern}/")
    for pattern in expect.lacks:
        found = _search(pattern, text)
        yield _check("lacks", pattern, found is None, f"/{pattern}/ matches “{_cut(found[0]) if found else ''}”")
    cited = {citation.article_id for citation in answer.citations}
    for article_id in expect.cites:
        yield _check("cites", article_id, article_id in cited, f"{article_id} is not cited")
    for article_id in expect.avoids:
        yield _check("avoids", article_id, article_id not in cited, f"{article_id} is cited")
    if expect.max_statements is not None:
        count = len(answer.statements)
        yield _check(
            "max_statements", str(expect.max_statements), count <= expect.max_statements, f"{count} statements"
        )
    wrong = [c.marker for c in answer.citations if not _is_exact(c, lookup)]
    yield _check("exact", "every citation verbatim", not wrong, f"not verbatim: {', '.join(map(str, wrong))}")


def _check(name: CheckName, expected: str, passed: bool, why: str) -> Check:
    return Check(name=name, expected=expected, passed=passed, why="" if passed else why)


def _quotes(expect: Expectation, answer: Answer, lookup: Lookup) -> Check:
    missing = missing_quotes(expect.alternatives, answer.citations, lookup)
    count = len(expect.alternatives)
    expected = f"one of {count} alternatives" if count > 1 else _named(expect.alternatives[0])
    return _check("quotes", expected, not missing, f"not cited: {'; '.join(_state(one, lookup) for one in missing)}")


def _is_cited(quote: ExpectedQuote, citations: Sequence[Citation], lookup: Lookup) -> bool:
    article = lookup(quote.article)
    if article is None:
        return False
    cited = cited_characters(citations, article.id, article.text)
    wanted = likeliest(article.text, quote.text, cited)
    return wanted is not None and wanted <= cited


def _is_exact(citation: Citation, lookup: Lookup) -> bool:
    article = lookup(citation.article_id)
    return article is not None and verify(citation, article)


def _state(quote: ExpectedQuote, lookup: Lookup) -> str:
    """Return the quote in words, with what became of it where it is gone."""
    article = lookup(quote.article)
    gone = "gone"
    if article is not None:
        gone = "" if likeliest(article.text, quote.text, set()) is not None else "no longer in it"
    return f"“{_cut(quote.text)}” ({quote.article}{', ' + gone if gone else ''})"


def _named(quotes: Sequence[ExpectedQuote]) -> str:
    return "; ".join(f"“{_cut(quote.text)}” ({quote.article})" for quote in quotes)


def _search(pattern: str, text: str) -> re.Match[str] | None:
    return re.search(pattern, text, re.IGNORECASE)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
