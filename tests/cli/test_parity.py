"""The same questions through shell, JSON and event stream: the same statements, citations and status."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant import factory
from assistant.api import create_app
from assistant.models.fake import HashingEmbedder
from assistant.settings import load_settings

from .conftest import Invoke

QUESTIONS = (
    "Where was the Baogang reform summit held?",
    "When was the summit held?",
    "How many directives were issued?",
    "What were the directives issued at the summit?",
    "What does the second directive tie to audits?",
    "How often are magnet export licences audited?",
    "who paid a premium",
    "At what price did neodymium oxide close April?",
    "dollars a kilogram neodymium oxide",
    "What premium did buyers in Japan pay?",
    "Where is gallium made?",
    "How many smelters make gallium?",
    "Who makes gallium in Inner Mongolia?",
    "What is the capital of Peru?",
    "What did the third directive say?",
    "Is tungsten red?",
    "Which metals are named in the articles?",
    "Why were licences tied to audits?",
    "Compare the prices in Japan and Inner Mongolia.",
    "summit Baotou 27 May 2025",
)
SAME = ("status", "statements", "citations", "text", "confidence", "uncertain", "short_answer", "standalone_question")


def content(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: answer[name] for name in SAME}


@pytest.mark.parametrize("threshold", ["0.0", "0.5"])
def test_every_edge_gives_the_same_answer(
    invoke: Invoke, home: Path, monkeypatch: pytest.MonkeyPatch, threshold: str
) -> None:
    monkeypatch.setenv("ASSISTANT_THRESHOLD", threshold)
    shell = [content(json.loads(invoke("ask", question, "--json").stdout)) for question in QUESTIONS]
    assert {one["status"] for one in shell} <= {"answered", "abstained"}
    settings = load_settings(home=home)
    with (
        factory.build_assistant(settings, embedder=HashingEmbedder()) as assistant,
        factory.build_chat(assistant) as chat,
        TestClient(create_app(chat)) as client,
    ):
        for question, expected in zip(QUESTIONS, shell, strict=True):
            asked = client.post("/v1/ask", json={"question": question})
            assert content(asked.json()) == expected
            # A conversation each: what was asked before must not matter here.
            path = f"/v1/conversations/{client.post('/v1/conversations', json={}).json()['id']}/messages"
            streamed = client.post(path, json={"question": question}, headers={"accept": "text/event-stream"})
            blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in streamed.text.split("\n\n")]
            told = [(block["event"], json.loads(block["data"])) for block in blocks if block]
            assert [name for name, _ in told] == [
                "message", "retrieval", *["statement"] * len(expected["statements"]), "answer"
            ]  # fmt: skip
            assert content(told[-1][1]["answer"]) == expected
            statements = [{"text": one["text"], "markers": one["markers"]} for name, one in told if name == "statement"]
            assert statements == expected["statements"]
            assert [c for name, one in told if name == "statement" for c in one["citations"]] == expected["citations"]
