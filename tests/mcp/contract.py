"""What every client finds, whatever way it speaks to the server: one check a function, named in `CHECKS`."""

from importlib import import_module
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp_types import INVALID_PARAMS, CallToolResult, TextContent, TextResourceContents

from assistant.types import Answer, Article, ArticleFacts, Hit

IDS = ["summit", "prices/2025", "notes on tin & copper/ü 100%"]
URIS = ["article://summit", "article://prices%2F2025", "article://notes%20on%20tin%20%26%20copper%2F%C3%BC%20100%25"]
_VALIDATOR: Any = import_module("jsonschema").Draft202012Validator


async def called(client: Client, tool: str, **arguments: object) -> dict[str, Any]:
    """Call a tool and return what it gives as data."""
    result = await client.call_tool(tool, arguments)
    assert isinstance(result, CallToolResult)
    assert not result.is_error, texts(result)
    assert isinstance(result.structured_content, dict)
    return result.structured_content


async def refused(client: Client, tool: str, **arguments: object) -> str:
    """Call a tool that refuses, and return its sentence."""
    result = await client.call_tool(tool, arguments)
    assert isinstance(result, CallToolResult)
    assert result.is_error
    assert result.structured_content is None
    (sentence,) = texts(result)
    return sentence


def texts(result: CallToolResult) -> list[str]:
    return [one.text for one in result.content if isinstance(one, TextContent)]


async def tools_are_described(client: Client) -> None:
    assert client.server_info
    assert client.server_info.name == "assistant"
    assert client.instructions
    assert client.server_capabilities.prompts is None
    tools = (await client.list_tools()).tools
    assert [tool.name for tool in tools] == ["ask", "search", "get_article", "list_articles"]
    for tool in tools:
        assert tool.description
        assert tool.title
        assert tool.annotations
        hints = tool.annotations
        assert (hints.read_only_hint, hints.idempotent_hint, hints.open_world_hint) == (True, True, False)
        assert tool.output_schema
        for schema in (tool.input_schema, tool.output_schema):
            _VALIDATOR.check_schema(schema)
            assert schema["type"] == "object"
        assert tool.input_schema["additionalProperties"] is False
        assert all(one["description"] for one in tool.input_schema["properties"].values())
    filters = ["since", "until", "as_of", "publisher", "article"]
    assert list(tools[0].input_schema["properties"]) == [*filters, "question"]
    assert tools[0].input_schema["required"] == ["question"]
    assert list(tools[1].input_schema["properties"]) == [*filters, "query", "limit"]


async def results_are_of_their_schemas(client: Client) -> None:
    schemas = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
    results = {
        "ask": await called(client, "ask", question="Who is the mayor of Lima?"),
        "search": await called(client, "search", query="tin"),
        "get_article": await called(client, "get_article", id="prices/2025"),
        "list_articles": await called(client, "list_articles"),
    }
    assert schemas.keys() == results.keys()
    for name, result in results.items():
        _VALIDATOR(schemas[name]).validate(result)


async def answers_cite_quotes_that_are_there(client: Client) -> None:
    result = await client.call_tool("ask", {"question": "What ties magnet export licences to audits?"})
    assert isinstance(result, CallToolResult)
    answer = Answer.model_validate(result.structured_content)
    assert (answer.status, answer.question) == ("answered", "What ties magnet export licences to audits?")
    assert answer.passages == ()
    assert answer.receipt.passage_ids
    (statement, *_) = answer.statements
    quote = "The second directive ties magnet export licences to quarterly audits."
    assert (statement.text, statement.markers, answer.citations[0].quote) == (quote, (1,), quote)
    for citation in answer.citations:
        article = Article.model_validate(await called(client, "get_article", id=citation.article_id))
        assert article.text[citation.start : citation.end] == citation.quote
        assert article.sha256 == citation.sha256
    (text,) = texts(result)
    body, sources = text.split("\nSources\n")
    assert f"{quote} [1]\n" in body
    first = [line.strip() for line in sources.splitlines()[:4]]
    assert first == [
        "[1] Baogang reform summit — Baotou Daily, 2025-05-27",
        f"“{quote}”",
        answer.citations[0].link,
        "article id: summit",
    ]


async def offsets_are_code_points(client: Client) -> None:
    answer = Answer.model_validate(await called(client, "ask", question="At how many degrees Celsius does tin melt?"))
    quotes = {one.quote: one for one in answer.citations}
    copper = "Copper melts at 1085 degrees Celsius."
    assert quotes.keys() == {"Tin 𝕊𝕟 melts at 232 degrees Celsius.", copper}
    assert (quotes[copper].article_id, quotes[copper].start, quotes[copper].end) == (IDS[2], 38, 38 + len(copper))


async def abstentions_say_that_the_articles_do_not_say(client: Client) -> None:
    result = await client.call_tool("ask", {"question": "Who is the mayor of Lima?"})
    assert isinstance(result, CallToolResult)
    assert not result.is_error
    answer = Answer.model_validate(result.structured_content)
    assert (answer.status, answer.citations) == ("abstained", ())
    (text,) = texts(result)
    assert text.startswith("The articles do not say.\n\nNearest passages, which do not answer the question:\n- ")
    assert len(answer.nearest) == 3
    assert all(f"(article id: {hit.article_id}, {hit.start}-{hit.end})" in text for hit in answer.nearest)
    assert "[1]" not in text


async def filters_are_heeded(client: Client) -> None:
    question = "What ties magnet export licences to audits?"
    before = Answer.model_validate(await called(client, "ask", question=question, as_of="2025-05-01"))
    assert {hit.article_id for hit in before.nearest} == {"prices/2025"}
    assert before.status == "abstained"

    async def found(**filters: object) -> set[str]:
        hits = await called(client, "search", query="What was said?", **filters)
        return {hit["article_id"] for hit in hits["hits"]}

    assert await found() == set(IDS)
    assert await found(since="2025-05-01") == {"summit"}
    assert await found(until="2025-05-01") == {"prices/2025"}
    assert await found(publisher="market wire") == {"prices/2025"}
    assert await found(publisher=["Market Wire", "Baotou Daily"]) == {"prices/2025", "summit"}
    assert await found(article=IDS[2]) == {IDS[2]}
    # What language models send for nothing, and for a list.
    assert await found(publisher="", since=None, article='["summit"]') == {"summit"}


async def passages_are_found(client: Client) -> None:
    result = await client.call_tool("search", {"query": "neodymium oxide", "limit": 1})
    assert isinstance(result, CallToolResult)
    assert isinstance(result.structured_content, dict)
    (hit,) = (Hit.model_validate(one) for one in result.structured_content["hits"])
    assert (hit.article_id, hit.title) == ("prices/2025", "Oxide prices in April")
    head = f"1. Oxide prices in April — Market Wire, 2025-04-30 (article id: prices/2025, {hit.start}-{hit.end})"
    assert texts(result) == [f"{head}\n{hit.text}"]


async def articles_are_listed_and_read(client: Client) -> None:
    listed = (await called(client, "list_articles"))["articles"]
    assert [ArticleFacts.model_validate(one).id for one in listed] == IDS
    result = await client.call_tool("get_article", {"id": "summit"})
    assert isinstance(result, CallToolResult)
    article = Article.model_validate(result.structured_content)
    facts, text = texts(result)
    assert text == article.text
    assert facts == (
        "Baogang reform summit — Baotou Daily, 2025-05-27\nurl: https://example.org/summit\narticle id: summit"
    )


async def articles_are_resources(client: Client) -> None:
    resources = (await client.list_resources()).resources
    assert [resource.uri for resource in resources] == URIS
    assert [resource.name for resource in resources] == IDS
    assert resources[0].title == "Baogang reform summit"
    assert {resource.mime_type for resource in resources} == {"text/plain"}
    (template,) = (await client.list_resource_templates()).resource_templates
    assert template.uri_template == "article://{id}"
    for article_id, uri in zip(IDS, URIS, strict=True):
        (content,) = (await client.read_resource(uri)).contents
        assert isinstance(content, TextResourceContents)
        assert (content.uri, content.mime_type) == (uri, "text/plain")
        assert content.text == (await called(client, "get_article", id=article_id))["text"]


async def mistakes_are_told_in_a_sentence(client: Client) -> None:
    no_article = "no article has the id 'nope': list the articles to see which there are"
    assert await refused(client, "get_article", id="nope") == no_article
    assert await refused(client, "ask", question="Why?", article="nope") == no_article
    assert await refused(client, "ask", question="?!") == "the question '?!' holds no word: type a question"
    assert await refused(client, "ask") == "question is missing: add it"
    assert await refused(client, "ask", question="Why?", tone="kind") == (
        "tone is no argument of this tool: leave it out"
    )
    assert await refused(client, "ask", question="Why?", since="today") == (
        'since is "today", but should be a date such as "2025-05-27"'
    )
    assert await refused(client, "search", query="tin", since="2025-05-02", until="2025-05-01") == (
        "since 2025-05-02 is later than until 2025-05-01: swap them"
    )
    assert await refused(client, "search", query="tin", limit=51) == (
        "limit is 51, but should be less than or equal to 50"
    )
    with pytest.raises(MCPError, match="there is no tool 'nope': use ask, search, get_article, ") as raised:
        await client.call_tool("nope", {})
    assert raised.value.code == INVALID_PARAMS
    for uri in ("article://nope", "file:///etc/passwd", "article://"):
        with pytest.raises(MCPError, match=r"list the (articles|resources) to see which there are") as raised:
            await client.read_resource(uri)
        assert (raised.value.code, raised.value.data) == (INVALID_PARAMS, {"uri": uri})


CHECKS = (
    tools_are_described,
    results_are_of_their_schemas,
    answers_cite_quotes_that_are_there,
    offsets_are_code_points,
    abstentions_say_that_the_articles_do_not_say,
    filters_are_heeded,
    passages_are_found,
    articles_are_listed_and_read,
    articles_are_resources,
    mistakes_are_told_in_a_sentence,
)
# With a session, as until 2025-11-25, and without, as from 2026-07-28 on.
MODES = ("legacy", "auto")
