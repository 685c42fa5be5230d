"""The tools: what each is called, takes, gives, and asks of the source."""

from asyncio import wrap_future
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import Any, ParamSpec, TypeVar

import mcp_types as protocol
from anyio import CapacityLimiter, to_thread

from assistant.mcp.source import Source
from assistant.mcp.text import answer_text, articles_text, facts_text, hits_text
from assistant.mcp.wire import ArticleArguments, Articles, AskArguments, Hits, NoArguments, SearchArguments
from assistant.types import Answer, Article, Frozen

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Result:
    """What a call gives: a model, and the same as texts to read."""

    structured: Frozen
    texts: tuple[str, ...]


class Desk:
    """Asks a source off the event loop; a call that is cancelled stops waiting for it."""

    def __init__(self, source: Source, few: CapacityLimiter | None = None) -> None:
        """Ask `source`, in threads that `few` counts."""
        self.source = source
        self._few = few or CapacityLimiter(2)

    def of(self, owner: str | None) -> "Desk":
        """Return the desk that asks for the owner of a key, with the same threads."""
        return Desk(self.source.of(owner), self._few)

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method of the source, which blocks, in one of a few threads."""
        return await to_thread.run_sync(partial(function, *args, **kwargs), limiter=self._few, abandon_on_cancel=True)


@dataclass(frozen=True)
class Tool:
    """One tool; `call` gets the arguments as a model of the class `arguments`."""

    name: str
    title: str
    description: str
    arguments: type[Frozen]
    structured: type[Frozen]
    call: Callable[[Desk, Any], Awaitable[Result]]

    def described(self) -> protocol.Tool:
        """Return the tool as clients are told of it."""
        return protocol.Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=self.arguments.model_json_schema(),
            output_schema=self.structured.model_json_schema(mode="serialization"),
            annotations=protocol.ToolAnnotations(
                read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
            ),
        )


async def _ask(desk: Desk, asked: AskArguments) -> Result:
    stop = Event()
    try:
        answer = await wrap_future(desk.source.ask(asked.question, asked.filters(), stop))
    finally:
        stop.set()  # whoever cancelled the call wants no more work done for it
    # The passages are four fifths of an answer, and `search` gives them.
    return Result(answer.model_copy(update={"passages": ()}), (answer_text(answer),))


async def _search(desk: Desk, asked: SearchArguments) -> Result:
    hits = await desk.call(desk.source.search, asked.query, asked.filters(), asked.limit)
    return Result(Hits(hits=hits), (hits_text(hits),))


async def _get_article(desk: Desk, asked: ArticleArguments) -> Result:
    article = await desk.call(desk.source.article, asked.id)
    return Result(article, (facts_text(article), article.text))


async def _list_articles(desk: Desk, _: NoArguments) -> Result:
    articles = await desk.call(desk.source.articles)
    return Result(Articles(articles=articles), (articles_text(articles),))


TOOLS = (
    Tool(
        "ask",
        "Ask the articles",
        "Answer a question from the corpus of articles. Every statement bears markers [n] of citations: verbatim"
        " quotes with article, offsets, publisher, date and link. Nothing outside the articles is used. Where they do"
        ' not say, status is "abstained" and the nearest passages are given instead: then tell the user that the'
        " articles do not say. Cite the quotes when you pass an answer on. The ranked passages are left out: search"
        " gives them.",
        AskArguments,
        Answer,
        _ask,
    ),
    Tool(
        "search",
        "Search the articles",
        "Find passages of the articles, best first, by words and by meaning, without an answer. Each has its text,"
        " heading path, offsets in the article, scores, publisher, date and link.",
        SearchArguments,
        Hits,
        _search,
    ),
    Tool(
        "get_article",
        "Read an article",
        "Read one article: its facts, its text, and the blocks that structure it. Offsets of citations and passages"
        " are code points into this text.",
        ArticleArguments,
        Article,
        _get_article,
    ),
    Tool(
        "list_articles",
        "List the articles",
        "List all articles without their texts, latest publication first: id, title, publisher, author, dates, url.",
        NoArguments,
        Articles,
        _list_articles,
    ),
)
