import inspect
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from assistant.api.routes import health
from assistant.errors import StorageError
from assistant.pipeline import Assistant
from assistant.types import Answer, Article, Hit

QUESTION = "What ties magnet export licences to quarterly audits?"


def test_ask_gives_the_assistants_answer(client: TestClient, assistant: Assistant) -> None:
    found = client.post("/v1/ask", json={"question": QUESTION})
    assert found.status_code == 200
    answer = Answer.model_validate_json(found.content)
    own = {"id": "", "timings_ms": {}}
    assert answer.model_copy(update=own) == assistant.ask(QUESTION).model_copy(update=own)
    assert answer.status == "answered"
    quote = answer.citations[0]
    assert (
        quote.quote
        == assistant.article("summit").text[quote.start : quote.end]
        == "The second directive ties magnet export licences to quarterly audits."
    )


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({}, {"summit", "prices/2025"}),
        ({"since": "2025-05-01"}, {"summit"}),
        ({"until": "2025-05-01"}, {"prices/2025"}),
        ({"as_of": "2025-05-26"}, {"prices/2025"}),
        ({"publisher": "market WIRE"}, {"prices/2025"}),
        ({"publisher": ["Market Wire", "Baotou Daily"]}, {"summit", "prices/2025"}),
        ({"article": "summit"}, {"summit"}),
    ],
)
@pytest.mark.parametrize(("path", "key"), [("/v1/search", "hits"), ("/v1/ask", "passages")])
def test_filters(path: str, key: str, filters: dict[str, object], ids: set[str], client: TestClient) -> None:
    found = client.post(path, json={"question": "Which dollars did the summit oxide directives close?"} | filters)
    assert found.status_code == 200
    assert {hit["article_id"] for hit in found.json()[key]} == ids


def test_search_gives_at_most_the_limit_best_first(client: TestClient, assistant: Assistant) -> None:
    found = client.post("/v1/search", json={"question": QUESTION}).json()
    assert tuple(Hit.model_validate(hit) for hit in found["hits"]) == assistant.search(QUESTION)
    assert [hit["article_id"] for hit in found["hits"]] == ["summit", "prices/2025"]
    first = client.post("/v1/search", json={"question": QUESTION, "limit": 1}).json()
    assert [hit["article_id"] for hit in first["hits"]] == ["summit"]


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search"])
@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ({"question": ""}, 422, "the question '' holds no word"),
        ({"question": " \t\n"}, 422, "holds no word"),
        ({"question": "\x00\x01\x1b"}, 422, "holds no word"),
        ({"question": "x" * 20_000}, 422, "20,000 characters long"),
        ({"question": "q", "article": "nope"}, 404, "'nope'"),
        ({"question": "q", "article": ["summit", "\x00"]}, 404, r"'\x00'"),
        ({"question": "q", "publisher": "Nobody"}, 404, "no article is published by 'Nobody'"),
        ({"question": "q", "publisher": ["Market Wire", "Market Wires"]}, 404, "'Market Wire'"),
    ],
)
def test_questions_that_cannot_be_answered(
    path: str, body: dict[str, object], status: int, detail: str, client: TestClient
) -> None:
    found = client.post(path, json=body)
    assert found.status_code == status
    assert found.headers["content-type"] == "application/problem+json"
    assert detail in found.json()["detail"]


def test_control_characters_within_a_question_are_read_as_spaces(client: TestClient) -> None:
    found = client.post("/v1/ask", json={"question": "magnet\x00export\x1blicences"})
    assert found.json()["standalone_question"] == "magnet export licences"


def test_articles_are_listed_without_text(client: TestClient) -> None:
    found = client.get("/v1/articles").json()["articles"]
    assert [(one["id"], one["published"]) for one in found] == [("summit", "2025-05-27"), ("prices/2025", "2025-04-30")]
    assert all("text" not in one for one in found)


@pytest.mark.parametrize("path", ["/v1/articles/prices/2025", "/v1/articles/prices%2F2025"])
def test_an_article_with_a_slash_in_its_id(path: str, client: TestClient, assistant: Assistant) -> None:
    found = client.get(path)
    kept = assistant.article("prices/2025").model_copy(update={"source": "prices.md"})
    assert Article.model_validate_json(found.content) == kept
    assert found.json()["text"].startswith("Neodymium oxide closed April")


@pytest.mark.parametrize("name", ["nope", "%00", "a/b//c", "%FF%FE", "summit%20", "x" * 5000, ""])
def test_unknown_articles(name: str, client: TestClient) -> None:
    found = client.get(f"/v1/articles/{name}")
    assert (found.status_code, found.json()["status"]) == (404, 404)
    assert found.json()["detail"].startswith("no article has the id ")


def test_health_touches_nothing(failing: Callable[[Exception], TestClient]) -> None:
    found = failing(AssertionError("touched")).get("/health")
    assert (found.status_code, found.json()) == (200, {"status": "ok"})
    assert inspect.iscoroutinefunction(health), "it would queue for a thread behind the questions"


def test_ready_counts(client: TestClient, assistant: Assistant) -> None:
    found = client.get("/ready")
    assert found.status_code == 200
    assert found.json() == assistant.stats().model_dump(mode="json")
    assert (found.json()["articles"], found.json()["passages"]) == (2, 2)


def test_not_ready_when_the_catalog_does_not_answer(failing: Callable[[Exception], TestClient]) -> None:
    found = failing(StorageError("the catalog is locked: wait")).get("/ready")
    assert (found.status_code, found.json()["detail"]) == (503, "the catalog is locked: wait")
    assert found.headers["content-type"] == "application/problem+json"
