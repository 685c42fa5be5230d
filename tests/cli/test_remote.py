"""Tests of `assistant.cli.remote` against a server made of one function; `test_serve` has the real one."""

import json
from collections.abc import Callable
from datetime import date

import httpx
import pytest

from assistant.cli.remote import Remote
from assistant.conversation import Turn
from assistant.errors import AssistantError, RunError, UserError
from assistant.types import Article, ArticleFacts, Filters

from .samples import ANSWER, HIT

ARTICLE = Article(id="a/b", title="A", text="Text.")
Reply = Callable[[httpx.Request], httpx.Response]


def _remote(reply: Reply) -> Remote:
    return Remote("http://127.0.0.1:1", httpx.MockTransport(reply))


def test_ask_sends_question_and_filters_and_takes_the_answer() -> None:
    seen: list[httpx.Request] = []

    def reply(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=ANSWER.model_dump(mode="json"))

    with _remote(reply) as remote:
        assert remote.ask("why", Filters(as_of=date(2025, 1, 2), publisher=("A",))) == ANSWER
    assert (seen[0].method, str(seen[0].url)) == ("POST", "http://127.0.0.1:1/v1/ask")
    assert json.loads(seen[0].content) == {"question": "why", "as_of": "2025-01-02", "publisher": ["A"]}
    assert seen[0].headers["content-type"] == "application/json"


def test_a_follow_up_is_asked_as_it_stands_without_the_turns_before_it() -> None:
    sent = []

    def reply(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content)["question"])
        return httpx.Response(200, json=ANSWER.model_dump(mode="json"))

    turn = Turn(question="Who is Chen Bo?", standalone_question="Who is Chen Bo?")
    assert _remote(reply).ask("what did he say?", turns=(turn,)).question == "what did he say?"
    assert sent == ["What did Chen Bo say?"]


def test_search_sends_the_limit_and_takes_the_hits() -> None:
    bodies = []

    def reply(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        return httpx.Response(200, json={"hits": [HIT.model_dump(mode="json")]})

    assert _remote(reply).search("why", limit=3) == (HIT,)
    assert bodies == [{"question": "why", "limit": 3}]


def test_articles_are_listed() -> None:
    facts = ArticleFacts(id="a/b", title="A", published=date(2025, 1, 2))
    assert _remote(lambda _: httpx.Response(200, json={"articles": [facts.model_dump(mode="json")]})).articles() == (
        facts,
    )


@pytest.mark.parametrize(
    ("article_id", "path"),
    [
        ("summit", b"summit"),
        ("prices/2025", b"prices%2F2025"),
        ("what? a #1 & 100%", b"what%3F%20a%20%231%20%26%20100%25"),
        ("\udce9", b"%5Cudce9"),
    ],
)
def test_an_article_is_asked_for_by_its_id(article_id: str, path: bytes) -> None:
    paths = []

    def reply(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.raw_path)
        return httpx.Response(200, json=ARTICLE.model_dump(mode="json"))

    assert _remote(reply).article(article_id) == ARTICLE
    assert paths == [b"/v1/articles/" + path]


def test_a_lone_surrogate_is_sent_as_an_escape() -> None:
    contents = []

    def reply(request: httpx.Request) -> httpx.Response:
        contents.append(request.content)
        return httpx.Response(422, json={"detail": "no character"})

    with pytest.raises(UserError):
        _remote(reply).ask("\udce9")
    assert contents == [b'{"question": "\\udce9"}']


@pytest.mark.parametrize(
    ("response", "kind", "sentence"),
    [
        (
            httpx.Response(422, json={"title": "T", "detail": "the question is empty"}),
            UserError,
            "the question is empty",
        ),
        (httpx.Response(404, json={"title": "Not Found"}), UserError, "Not Found"),
        (
            httpx.Response(503, json={"detail": "later"}),
            RunError,
            "the server at http://127.0.0.1:1 failed (503): later",
        ),
        (
            httpx.Response(500, text="<html>"),
            RunError,
            "the server at http://127.0.0.1:1 failed (500): Internal Server Error",
        ),
        (
            httpx.Response(401, json={"detail": "no"}),
            RunError,
            "the server at http://127.0.0.1:1 does not know this user as one who may read its data folder: run this as"
            " the user who runs the server (no)",
        ),
        (
            httpx.Response(200, text="hello"),
            RunError,
            "the server at http://127.0.0.1:1 sent what is no answer of this version: restart it",
        ),
        (
            httpx.Response(200, json={"unknown": 1}),
            RunError,
            "the server at http://127.0.0.1:1 sent what is no answer of this version: restart it",
        ),
    ],
)
@pytest.mark.parametrize("method", ["ask", "search", "article", "articles"])
def test_failures(response: httpx.Response, kind: type[AssistantError], sentence: str, method: str) -> None:
    arguments = () if method == "articles" else ("why",)
    with pytest.raises(kind) as caught:
        getattr(_remote(lambda _: response), method)(*arguments)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (httpx.ReadTimeout("slow"), "did not answer within 300 s"),
        (httpx.ConnectError("refused"), "which owns the data folder, cannot be reached"),
        (httpx.ConnectTimeout("slow"), "which owns the data folder, cannot be reached"),
    ],
)
def test_a_server_that_does_not_answer(error: httpx.HTTPError, what: str) -> None:
    def reply(_: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(RunError, match=rf"^the server at http://127\.0\.0\.1:1,? {what}"):
        _remote(reply).ask("why")


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:1")
    with Remote("http://127.0.0.1:9") as remote, pytest.raises(RunError, match="refused"):
        remote.ask("why")


def test_stats() -> None:
    found = {"articles": 1, "index": "in step"}
    assert _remote(lambda _: httpx.Response(200, json=found)).stats() == found
    with pytest.raises(RunError, match="no answer of this version"):
        _remote(lambda _: httpx.Response(200, json={})).stats()
