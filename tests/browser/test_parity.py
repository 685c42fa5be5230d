"""Page, event stream, JSON and shell say the same: statements, the quotes behind them, status."""

import json
from typing import Any

from assistant.cli.remote import Remote

from .reading import Reader

QUESTIONS = (
    "How long is the Danube?",
    "What are the three largest tributaries of the Danube?",
    "Where does the Danube rise?",
    "How many countries does the Danube flow through?",
    "Where does the Sava join the Danube?",
    "What do barges carry on the Danube?",
    "What shortens the way to the sea?",
    "At what temperature does tin melt?",
    "How much of all tin does solder take?",
    "What is the share of tin in pewter?",
    "What is bronze used for?",
    "Which alloys are there?",
    "How thick are the rods that copper wires are drawn from?",
    "How much energy does recycling copper save?",
    "What conducts electricity better than copper?",
    "When did the Chain Bridge open?",
    "Who directed the works of the Chain Bridge?",
    "How high is the lighthouse of Brant?",
    "What is the price of lithium in Chile?",
    "Who is the mayor of Budapest?",
)
_SHOWN = """() => [...document.querySelectorAll(".turn:last-of-type .statement")].map((one) => {
  const copy = one.cloneNode(true);
  copy.querySelectorAll(".marker").forEach((marker) => marker.remove());
  return copy.textContent;
})"""


def bare(text: str) -> str:
    """Return the text without white space and the bars between cells, which the page shows in its own way."""
    return "".join(text.replace("|", "").split())


def last_event(stream: str) -> dict[str, Any]:
    """Return the data of the last event."""
    lines = [line for line in stream.splitlines() if line.startswith("data: ")]
    return dict(json.loads(lines[-1].removeprefix("data: ")))


def test_twenty_questions_have_one_answer_at_every_edge(reader: Reader, url: str) -> None:
    for question in QUESTIONS:
        # A conversation each: what was asked before must not matter here.
        reader.page.goto("/")
        reader.ask(question)
        expected = reader.page.request.post("/v1/ask", data={"question": question}).json()
        (message,) = reader.get(f"/v1/conversations/{reader.conversation}")["messages"]
        path = f"/v1/conversations/{reader.conversation}/messages/{message['id']}/events"
        streamed = last_event(reader.page.request.get(path).text())
        with Remote(url) as server:  # what `assistant ask` calls while a server owns the data folder
            shell = server.ask(question).model_dump(mode="json")
        for given in (message["answer"], streamed["answer"], shell):
            for name in ("status", "statements", "citations", "confidence", "short_answer"):
                assert given[name] == expected[name], question
        shown = [bare(text) for text in reader.page.evaluate(_SHOWN)]
        said = [bare(one["text"]) for one in expected["statements"]]
        # One statement that is the short answer is shown as that alone.
        short = expected["short_answer"]
        assert shown == said or (not shown and short and said == [bare(short["text"])]), question
        abstained = reader.page.locator(".abstention-title").count() == 1
        assert abstained == (expected["status"] == "abstained"), question
