"""Tests of `assistant.api.answers`."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.chat import Chat, Replay
from assistant.types import Answer, Feedback

QUESTION = "What ties magnet export licences to quarterly audits?"


@pytest.fixture
def answer(client: TestClient) -> dict[str, Any]:
    return dict(client.post("/v1/ask", json={"question": QUESTION}).json())


def test_replay_says_whether_the_answer_is_still_the_same(client: TestClient, answer: dict[str, Any]) -> None:
    found = client.get(f"/v1/answers/{answer['id']}/replay")
    again = Replay.model_validate_json(found.content)
    assert (found.status_code, again.identical, again.differences) == (200, True, ())
    assert again.answer.citations == Answer.model_validate(answer).citations
    assert again.answer.id != answer["id"]


def test_suggestions_and_starters_are_lists_of_questions(
    client: TestClient, answer: dict[str, Any], chat: Chat
) -> None:
    found = client.get(f"/v1/answers/{answer['id']}/suggestions")
    assert (found.status_code, found.json()) == (200, {"questions": list(chat.follow_ups(answer["id"]))})
    found = client.get("/v1/starters")
    assert (found.status_code, found.json()) == (200, {"questions": list(chat.starters())})


@pytest.mark.parametrize("suffix", ["", "/replay", "/suggestions"])
@pytest.mark.parametrize("name", ["nope", "%00", "x" * 5000])
def test_answers_that_were_never_given(client: TestClient, name: str, suffix: str) -> None:
    found = client.get(f"/v1/answers/{name}{suffix}")
    assert (found.status_code, found.headers["content-type"]) == (404, "application/problem+json")
    assert found.json()["detail"].startswith("no answer has the id ")


def test_feedback_is_shown_with_the_message_and_the_second_vote_counts(client: TestClient) -> None:
    path = f"/v1/conversations/{client.post('/v1/conversations').json()['id']}"
    message = client.post(f"{path}/messages", json={"question": QUESTION}).json()
    assert message["feedback"] is None
    vote = {"answer_id": message["answer"]["id"], "vote": "up"}
    first = client.post("/v1/feedback", json=vote)
    assert first.status_code == 201
    assert Feedback.model_validate_json(first.content).vote == "up"
    second = client.post("/v1/feedback", json=vote | {"vote": "down", "reason": "wrong", "text": "No."})
    assert client.get(path).json()["messages"][0]["feedback"] == second.json()
    assert (second.json()["reason"], second.json()["text"]) == ("wrong", "No.")


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ({"answer_id": "nope", "vote": "up"}, 404, "no answer has the id 'nope'"),
        ({"answer_id": "nope", "vote": "sideways"}, 422, "vote is \"sideways\", but should be 'up' or 'down'"),
        ({"vote": "up"}, 422, "answer_id is missing: add it"),
        ({"answer_id": "x", "vote": "up", "text": "x" * 4001}, 422, "should have at most 4000 characters"),
        ({"answer_id": "x", "vote": "up", "reason": "x" * 101}, 422, "should have at most 100 characters"),
        ({"answer_id": "x", "vote": "up", "stars": 5}, 422, "stars is an unknown key"),
    ],
)
def test_feedback_that_cannot_be(client: TestClient, body: dict[str, str], status: int, detail: str) -> None:
    found = client.post("/v1/feedback", json=body)
    assert found.status_code == status
    assert detail in found.json()["detail"]
