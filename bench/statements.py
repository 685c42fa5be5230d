"""What reaches the edges of what a language model writes: `python -m bench.statements`.

The statements of tests/verification are said by a scripted model, well-supported ones (good.yaml) and such as are not
(bad.yaml, and those made of the good ones by rule, some with forged markers), each asked for over HTTP: through
POST /v1/ask, the events of a conversation and POST /v1/chat/completions in turns. The halves are told apart by a digest
of the question; the weights of the support saw the first one alone.
"""

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import httpx

from assistant.api.server import bind, serve, url_of
from assistant.factory import build_assistant, build_chat
from assistant.models.language import LangChainModel
from assistant.models.scripted import ScriptedModelServer
from assistant.pipeline import Assistant
from assistant.settings import load_settings
from assistant.types import Answer
from bench.scripts import Model, Scripted, load, made_bad

_ROOT = Path(__file__).parents[1]
_PASSAGES = 12
_FORGED = 60


@dataclass
class Tally:
    """What became of the statements of one half: by kind, how many were said and which reached an edge."""

    said: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    shown: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(".")


def asked(client: httpx.Client, edge: int, question: str, articles: Sequence[str]) -> tuple[Answer, str]:
    """Return the answer over one of three edges, and all text that it sent."""
    filters = {"article": list(articles)}
    if edge == 0:
        text = client.post("/v1/ask", json={"question": question, **filters}).raise_for_status().text
        return Answer.model_validate_json(text), text
    if edge == 1:
        made = client.post("/v1/conversations", json={}).raise_for_status().json()
        path = f"/v1/conversations/{made['id']}/messages"
        headers = {"accept": "text/event-stream"}
        body = client.post(path, json={"question": question, **filters}, headers=headers).raise_for_status().text
        (last,) = [
            json.loads(line[6:]) for line in body.splitlines() if line.startswith('data: {"id"') and '"answer"' in line
        ][-1:]
        return Answer.model_validate(last["answer"]), body
    request: dict[str, Any] = {
        "model": "assistant",
        "messages": [{"role": "user", "content": question}],
        "stream": True,
    }
    body = client.post("/v1/chat/completions", json={**request, "filters": filters}).raise_for_status().text
    chunks = [json.loads(line[6:]) for line in body.splitlines() if line.startswith("data: {")]
    told = "".join(c["choices"][0]["delta"].get("content") or "" for c in chunks if c["choices"])
    (answer_id,) = {c["answer_id"] for c in chunks if c.get("answer_id")}
    return Answer.model_validate_json(client.get(f"/v1/answers/{answer_id}").text), told


def faults(assistant: Assistant, answer: Answer) -> Iterator[str]:
    """Yield what is wrong with an answer's citations: markers without one, quotes that are not verbatim."""
    markers = {citation.marker for citation in answer.citations}
    for statement in answer.statements:
        if not statement.markers or not set(statement.markers) <= markers:
            yield f"markers {statement.markers} of {statement.text!r}"
    for citation in answer.citations:
        article = assistant.article(citation.article_id)
        if article.text[citation.start : citation.end] != citation.quote or article.sha256 != citation.sha256:
            yield f"quote {citation.quote!r}"


def scenarios(limit: int | None) -> tuple[list[list[Scripted]], frozenset[str]]:
    """Return what is said to each question (one bad statement each), and the texts that get forged markers."""
    good, bad = load("good"), load("bad")
    bad += list(made_bad(good))
    if limit:
        good, bad = good[:limit], bad[:: max(1, len(bad) // limit)]
    answers: dict[str, list[Scripted]] = defaultdict(list)
    for one in good:
        answers[one.question].append(one)
    return [*answers.values(), *([one] for one in bad)], frozenset(
        one.text for one in bad[:: max(1, len(bad) // _FORGED)]
    )


def measure(home: Path, limit: int | None) -> int:
    """Ask everything, print what reached the edges; return the exit code."""
    said, forge = scenarios(limit)
    model = Model(dict(enumerate(said)), forge)
    halves = {True: Tally(), False: Tally()}
    wrong: list[str] = []
    with ExitStack() as stack:
        scripted = stack.enter_context(ScriptedModelServer(model))
        settings = load_settings(home=home, corpus=_ROOT / "corpus", threshold=0.0, passages=_PASSAGES)
        language = LangChainModel("openai:scripted", base_url=scripted.url)
        assistant = stack.enter_context(build_assistant(settings, model=language))
        listener = stack.enter_context(bind("127.0.0.1", 0))
        chat = stack.enter_context(build_chat(assistant))
        Thread(target=serve, args=(chat, listener), kwargs={"access_log": False}, daemon=True).start()
        client = stack.enter_context(httpx.Client(base_url=url_of(listener), timeout=120))
        for number, statements in enumerate(said):
            question = f"{statements[0].question} ({number})"
            articles = sorted({article for one in statements for article in one.articles})
            answer, sent = asked(client, number % 3, question, articles)
            wrong += faults(assistant, answer)
            shown = {_fold(one.text) for one in answer.statements}
            for one in statements:
                if one.good and one.text in model.unshown:
                    continue
                tally = halves[one.seen]
                tally.said[one.kind] += 1
                if _fold(one.text) in shown or (not one.good and one.text in sent):
                    tally.shown[one.kind].append(one.text)
            if number % 100 == 0:
                print(f"{number} of {len(said)} questions", file=sys.stderr)
    for seen, tally in halves.items():
        print("half that was fitted on:" if seen else "other half:")
        for kind, count in tally.said.items():
            print(f"  {kind:16} {len(tally.shown[kind]):3} of {count:3} shown")
            for text in tally.shown[kind] if kind != "good" else ():
                print(f"      {text}")
    print(f"forged or altered citations: {len(wrong)}")
    bad = [text for tally in halves.values() for kind, texts in tally.shown.items() if kind != "good" for text in texts]
    return 1 if wrong or bad else 0


def main() -> int:
    """Measure as the command line says; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, help="about so many good and so many bad statements")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder), args.limit)


if __name__ == "__main__":
    sys.exit(main())
