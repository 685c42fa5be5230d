"""Tests of `assistant.api.chat`: conversations and messages as JSON; `test_events` has them as streams."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from assistant.types import Answer, Conversation, ConversationFacts, Message

from .conftest import Live, left

QUESTION = "What ties magnet export licences to quarterly audits?"
SUMMIT = "When was the Baogang reform summit held?"


@pytest.fixture
def path(client: TestClient) -> str:
    """The path of a conversation of the test's own."""
    return f"/v1/conversations/{client.post('/v1/conversations').json()['id']}"


def ask(client: TestClient, path: str, question: str = QUESTION, **more: Any) -> dict[str, Any]:
    found = client.post(f"{path}/messages", json={"question": question, **more})
    assert found.status_code == 200, found.text
    return dict(found.json())


def test_a_conversation_from_its_beginning_to_its_end(client: TestClient) -> None:
    made = client.post("/v1/conversations", json={})
    assert made.status_code == 201
    facts = ConversationFacts.model_validate_json(made.content)
    assert (facts.title, facts.messages) == ("", 0)
    path = f"/v1/conversations/{facts.id}"
    found = client.post(f"{path}/messages", json={"question": QUESTION})
    assert (found.status_code, found.headers["content-type"]) == (200, "application/json")
    message = Message.model_validate_json(found.content)
    assert found.headers["message-id"] == message.id
    assert (message.status, message.conversation_id, message.question) == ("done", facts.id, QUESTION)
    assert message.answer
    assert message.answer.citations[0].quote.startswith("The second directive ties magnet export licences")
    read = Conversation.model_validate_json(client.get(path).content)
    assert (read.title, read.messages) == (QUESTION, (message,))
    renamed = client.patch(path, json={"title": " On audits "})
    assert (renamed.status_code, renamed.json()["title"], renamed.json()["messages"]) == (200, "On audits", 1)
    listed = client.get("/v1/conversations", params={"q": "on aud"}).json()["conversations"]
    assert facts.id in [one["id"] for one in listed]
    gone = client.delete(path)
    assert (gone.status_code, gone.content) == (204, b"")
    for method, url in (
        ("GET", path),
        ("DELETE", path),
        ("GET", f"/v1/answers/{message.answer.id}"),
        ("GET", f"{path}/messages/{message.id}/events"),
        ("GET", f"{path}/export"),
    ):
        assert client.request(method, url).status_code == 404


@pytest.mark.parametrize("body", [None, {}, {"title": ""}, {"title": "  "}])
def test_a_title_may_be_left_out(client: TestClient, body: object) -> None:
    made = client.post("/v1/conversations", json=body) if body is not None else client.post("/v1/conversations")
    assert (made.status_code, made.json()["title"]) == (201, "")


def test_the_answer_in_a_message_is_that_kept_to_the_byte(client: TestClient, path: str) -> None:
    sent = client.post(f"{path}/messages", json={"question": QUESTION})
    kept = client.get(f"/v1/answers/{sent.json()['answer']['id']}")
    assert (kept.status_code, kept.headers["content-type"]) == (200, "application/json")
    assert kept.content in sent.content
    assert kept.content in client.get(path).content


def test_an_answer_of_ask_is_kept_to_the_byte(client: TestClient) -> None:
    sent = client.post("/v1/ask", json={"question": QUESTION, "publisher": "Baotou Daily"})
    assert client.get(f"/v1/answers/{sent.json()['id']}").content == sent.content
    assert Answer.model_validate_json(sent.content).receipt.settings["filters"] == '{"publisher": ["Baotou Daily"]}'


def test_filters_and_the_users_own_wording(client: TestClient, path: str) -> None:
    message = ask(client, path, "And that?", publisher=["Market Wire"], standalone_question="What did oxide cost?")
    assert message["standalone_question"] == message["answer"]["standalone_question"] == "What did oxide cost?"
    assert message["filters"]["publisher"] == ["Market Wire"]
    assert {hit["article_id"] for hit in message["answer"]["passages"]} == {"prices/2025"}


def test_a_question_that_leans_on_the_one_before(client: TestClient, path: str) -> None:
    ask(client, path, SUMMIT)
    message = ask(client, path, "How many directives were issued at it?")
    assert "summit" in message["standalone_question"]
    assert message["answer"]["question"] == "How many directives were issued at it?"


def test_editing_and_regenerating(client: TestClient, path: str) -> None:
    first, second = ask(client, path), ask(client, path, SUMMIT)
    again = client.post(f"{path}/messages/{second['id']}/regenerate")
    assert (again.status_code, again.json()["replaces"]) == (200, second["id"])
    assert again.headers["message-id"] == again.json()["id"] != second["id"]
    assert [one["id"] for one in client.get(path).json()["messages"]] == [first["id"], again.json()["id"]]
    assert client.get(f"/v1/answers/{second['answer']['id']}").json() == second["answer"]
    edited = ask(client, path, SUMMIT, replaces=first["id"])
    assert [one["id"] for one in client.get(path).json()["messages"]] == [edited["id"]]


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ({"question": "?"}, 422, "the question '?' holds no word"),
        ({"question": "a\ud800"}, 422, r"'a\ud800'"),
        ({"question": "q", "standalone_question": " "}, 422, "holds no word"),
        ({"question": "q", "article": "nope"}, 404, "no article has the id 'nope'"),
        ({"question": "q", "replaces": "nope"}, 404, "has no message 'nope'"),
        ({"question": "q", "replaces": "\ud800"}, 422, "replaces is"),
        ({"question": "q", "limit": 3}, 422, "limit is an unknown key: leave it out"),
        ({}, 422, "question is missing: add it"),
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_what_cannot_be_asked_is_refused_before_anything_is_kept(
    client: TestClient, path: str, body: dict[str, object], status: int, detail: str, accept: str
) -> None:
    found = client.post(f"{path}/messages", content=_json(body), headers={"accept": accept, **_JSON})
    assert (found.status_code, found.headers["content-type"]) == (status, "application/problem+json")
    assert detail in found.json()["detail"]
    assert client.get(path).json()["messages"] == []


_JSON = {"content-type": "application/json"}


def _json(body: object) -> bytes:
    return json.dumps(body).encode("ascii")


@pytest.mark.parametrize("name", ["nope", "%00", "%F0%9F%98%80", "x" * 5000, "a%20b"])
def test_unknown_conversations_and_messages(client: TestClient, path: str, name: str) -> None:
    known = ask(client, path)["id"]
    for method, url, body in (
        ("GET", f"/v1/conversations/{name}", None),
        ("PATCH", f"/v1/conversations/{name}", {"title": "x"}),
        ("DELETE", f"/v1/conversations/{name}", None),
        ("GET", f"/v1/conversations/{name}/export", None),
        ("POST", f"/v1/conversations/{name}/messages", {"question": "q"}),
        ("GET", f"/v1/conversations/{name}/messages/{known}/events", None),
        ("POST", f"/v1/conversations/{name}/messages/{known}/stop", None),
        ("POST", f"/v1/conversations/{name}/messages/{known}/regenerate", None),
        ("GET", f"{path}/messages/{name}/events", None),
        ("POST", f"{path}/messages/{name}/stop", None),
        ("POST", f"{path}/messages/{name}/regenerate", None),
    ):
        found = client.request(method, url, json=body)
        assert (found.status_code, found.headers["content-type"]) == (404, "application/problem+json"), url
        assert "has" in found.json()["detail"]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({}, "title is missing: add it"),
        ({"title": " "}, 'title is " ", but should have at least 1 character'),
        ({"title": None}, "title is null, but should be text"),
        ({"title": "x" * 201}, "should have at most 200 characters"),
        ({"title": "x", "id": 1}, "id is an unknown key"),
    ],
)
def test_titles_that_cannot_be(client: TestClient, path: str, body: dict[str, object], detail: str) -> None:
    found = client.patch(path, json=body)
    assert found.status_code == 422
    assert detail in found.json()["detail"]


def test_conversations_are_listed_page_by_page(client: TestClient) -> None:
    ids = [client.post("/v1/conversations", json={"title": f"Quokka {n}"}).json()["id"] for n in range(5)]
    seen: list[str] = []
    query = {"q": "quokka", "limit": "2"}
    while query.get("before") != "":
        page = client.get("/v1/conversations", params=query).json()
        seen += [one["id"] for one in page["conversations"]]
        query["before"] = page["next"] or ""
    assert seen == list(reversed(ids))
    assert client.get("/v1/conversations", params={"q": "no such words"}).json() == {"conversations": [], "next": None}


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ({"limit": 0}, 'limit is "0", but should be greater than or equal to 1'),
        ({"limit": 201}, "should be less than or equal to 200"),
        ({"limit": "x"}, 'limit is "x", but should be a valid integer'),
        ({"before": "x"}, "before is 'x', but should be the `next` of the page before"),
        ({"q": "x" * 501}, "should have at most 500 characters"),
    ],
)
def test_pages_that_cannot_be(client: TestClient, query: dict[str, str], detail: str) -> None:
    found = client.get("/v1/conversations", params=query)
    assert found.status_code == 422
    assert detail in found.json()["detail"]


def test_a_message_that_has_ended_cannot_be_stopped(client: TestClient, path: str) -> None:
    message = ask(client, path)
    found = client.post(f"{path}/messages/{message['id']}/stop")
    assert (found.status_code, found.json()) == (200, {"status": "done"})


def test_a_stopped_message_is_a_message_without_an_answer(live: Live) -> None:
    path = live.conversation()
    live.gate.shut()
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(live.client.post, f"{path}/messages", json={"question": QUESTION})
        assert live.gate.reached.acquire(timeout=60)
        (running,) = live.client.get(path).json()["messages"]
        assert (running["status"], running["answer"]) == ("running", None)
        stopped = live.client.post(f"{path}/messages/{running['id']}/stop")
        assert (stopped.status_code, stopped.json()) == (202, {"status": "stopped"})
        found = sending.result()
    assert (found.status_code, found.json()["status"], found.json()["answer"]) == (200, "stopped", None)
    assert found.headers["message-id"] == running["id"]
    live.gate.open()
    again = live.client.post(f"{path}/messages/{running['id']}/regenerate").json()
    assert [one["id"] for one in live.client.get(path).json()["messages"]] == [again["id"]]


def test_a_failed_message_is_a_problem(live: Live) -> None:
    path = live.conversation()
    live.gate.fail = RuntimeError("secret")
    found = live.client.post(f"{path}/messages", json={"question": QUESTION})
    assert (found.status_code, found.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in found.text
    (message,) = live.client.get(path).json()["messages"]
    assert (message["id"], message["status"]) == (found.headers["message-id"], "failed")
    assert message["error"] == found.json()["detail"]


def test_a_message_whose_sender_leaves_is_stopped(live: Live) -> None:
    path = live.conversation()
    live.gate.shut()
    with pytest.raises(httpx2.ReadTimeout):
        httpx2.post(f"{live.url}{path}/messages", json={"question": QUESTION}, timeout=0.5)
    (message,) = live.chat.read(path.rsplit("/", 1)[-1]).messages
    run = live.chat.resume(message.conversation_id, message.id)
    assert left(run) == "stopped"


@pytest.mark.parametrize(
    ("form", "media_type", "ending"), [("markdown", "text/markdown", "md"), ("html", "text/html", "html")]
)
def test_export(client: TestClient, path: str, form: str, media_type: str, ending: str) -> None:
    ask(client, path)
    found = client.get(f"{path}/export", params={"format": form})
    assert found.status_code == 200
    assert found.headers["content-type"] == f"{media_type}; charset=utf-8"
    disposition = found.headers["content-disposition"]
    assert re.fullmatch(rf'attachment; filename="what-ties-magnet-export-licences[a-z-]*\.{ending}"', disposition)
    assert "[1]" in found.text
    assert "The second directive ties magnet export licences to quarterly audits." in found.text
    assert "Baotou Daily, 27 May 2025" in found.text


def test_export_in_a_form_that_is_none(client: TestClient, path: str) -> None:
    found = client.get(f"{path}/export", params={"format": "pdf"})
    assert found.status_code == 422
    assert "format is \"pdf\", but should be 'markdown' or 'html'" in found.json()["detail"]
    assert client.get(f"{path}/export").headers["content-type"].startswith("text/markdown")
