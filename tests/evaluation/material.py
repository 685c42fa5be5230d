"""Articles, answers, pairs and reports made by hand."""

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

from assistant.evaluation.located import Located
from assistant.evaluation.metrics import measure
from assistant.evaluation.pairs import Entry, Expectation, ExpectedQuote, Pair, read_pairs
from assistant.evaluation.report import PassageText, Report
from assistant.evaluation.results import PairResult
from assistant.evaluation.spans import Lookup
from assistant.evaluation.suite import Asked, judge
from assistant.models.writing import Instructions
from assistant.prompts import load_prompts
from assistant.types import Answer, Article, Citation, Hit, Receipt, Statement, Usage

TIN = Article(
    id="tin", title="Tin", text="Tin melts at 232 degrees Celsius. Solder takes half of all tin.\n\nTin is soft."
)
RIVER = Article(id="river", title="River", text="The river is 2,850 kilometres long.")
ARTICLES = {one.id: one for one in (TIN, RIVER)}
HALVES = ("Tin melts at 232 degrees Celsius.", "Solder takes half of all tin.")

# What breaks a page, an XML file, a terminal or a regular expression.
HOSTILE = "</script><img src=x onerror=alert(1)> ]]> \x00\x0b\x1b[31m \u2028 (.*[ \ufffe & \"'"

GRADE = load_prompts(Path(__file__).parents[2] / "prompts").grade


@dataclass
class Judge:
    """`LanguageModel` that says `reply`, or what it makes of the instructions."""

    reply: str | Exception | Callable[[Instructions], str | Exception]
    name: str = "fake:judge"
    structured: bool = False
    asked: list[Instructions] = field(default_factory=list)

    def write(self, instructions: Instructions, stop: Event | None = None) -> Generator[str | Usage, None, None]:
        del stop
        self.asked.append(instructions)
        said = self.reply(instructions) if callable(self.reply) else self.reply
        if isinstance(said, Exception):
            raise said
        yield said[:3]
        yield said[3:]
        yield Usage(input_tokens=100, output_tokens=2)

    def close(self) -> None:
        """Nothing is held."""


def look_up(article_id: str) -> Article | None:
    return ARTICLES.get(article_id)


def lookup_of(*articles: Article) -> Lookup:
    return {one.id: one for one in articles}.get


def quote(article: str, text: str) -> ExpectedQuote:
    return ExpectedQuote(article=article, text=text)


def expect(status: str = "answered", **given: Any) -> Expectation:
    return Expectation.model_validate({"status": status, **given})


def cite(marker: int, article: Article, text: str) -> Citation:
    start = article.text.index(text)
    return Citation(
        marker=marker,
        article_id=article.id,
        sha256=article.sha256,
        title=article.title,
        start=start,
        end=start + len(text),
        quote=text,
    )


def hit(article: Article, text: str, number: int = 0) -> Hit:
    start = article.text.index(text)
    return Hit(
        id=f"{article.id}:{number}",
        article_id=article.id,
        ordinal=number,
        start=start,
        end=start + len(text),
        text=text,
        score=1.0,
        sha256=article.sha256,
        title=article.title,
        heading_path=(article.title,),
    )


def answer(*quotes: tuple[Article, str], hits: Iterable[Hit] = (), **given: Any) -> Answer:
    """An answer that quotes these parts of articles, an abstention where there are none."""
    citations = tuple(cite(n, article, text) for n, (article, text) in enumerate(quotes, 1))
    statements = tuple(Statement(text=" ".join(c.quote.split()), markers=(c.marker,)) for c in citations)
    passages = tuple(hits)
    receipt = Receipt(
        corpus="c1",
        embedding_model="hashing",
        reader="reader-1",
        settings={"threshold": 0.5},
        passage_ids=tuple(one.id for one in passages),
    )
    whole = {
        "id": "1",
        "question": "At what temperature does tin melt?",
        "standalone_question": "At what temperature does tin melt?",
        "status": "answered" if quotes else "abstained",
        "statements": statements,
        "text": "\n".join(f"{one.text} [{one.markers[0]}]" for one in statements),
        "citations": citations,
        "passages": passages,
        "confidence": 0.9 if quotes else 0.1,
        "receipt": receipt,
        "timings_ms": {"total": 1.0},
        **given,
    }
    return Answer.model_validate(whole)


def entry(id: str = "melts", question: str = "At what temperature does tin melt?", **given: Any) -> Entry:
    """A pair as it comes from a file."""
    given = {"expect": {"status": "answered", "quotes": [{"article": "tin", "text": "232 degrees"}]}, **given}
    data = [{"id": id, "question": question, **given}]
    return read_pairs(Located(Path("pairs.yaml"), data, 0, None))[0]


def pair(id: str = "melts", **given: Any) -> Pair:
    return entry(id, **given).pair


def result(given: Answer | None = None, lookup: Callable[[str], Article | None] = look_up, **parts: Any) -> PairResult:
    """The result of a pair whose question was answered like this; without an answer it failed to be asked."""
    return judge(Asked(entry(**parts), given, "" if given else "RunError: broken", 5.0), lookup)


def right(**parts: Any) -> PairResult:
    return result(answer((TIN, HALVES[0]), hits=[hit(TIN, HALVES[0])]), **parts)


def wrong(**parts: Any) -> PairResult:
    return result(answer(hits=[hit(TIN, HALVES[0])]), **parts)


def report(*results: PairResult, articles: Mapping[str, Article] = ARTICLES, **given: Any) -> Report:
    tags = sorted({tag for one in results for tag in one.pair.tags})
    whole = {
        "version": "0.1.0",
        "created": datetime(2025, 6, 1, tzinfo=UTC),
        "path": "tests/qa",
        "tags": (),
        "settings": {"threshold": 0.5},
        "corpus": "c1",
        "articles": {name: one.sha256 for name, one in articles.items()},
        "embedding_model": "hashing",
        "reader": "reader-1",
        "index": "in step",
        "metrics": measure(results),
        "by_tag": {tag: measure(one for one in results if tag in one.pair.tags) for tag in tags},
        "results": results,
        "passages": {"tin:0": PassageText.of(hit(TIN, HALVES[0]))},
        **given,
    }
    return Report.model_validate(whole)
