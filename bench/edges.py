"""The three edges that answer over HTTP, served in this process, and what each of them told to a question."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
import uvicorn

from assistant.api import create_app
from assistant.api.server import bind, url_of
from assistant.chat import Chat
from assistant.citations import marked_text
from assistant.pipeline import Assistant
from assistant.types import Answer, Statement

Edge = Literal["ask", "events", "completion"]
EDGES: tuple[Edge, ...] = ("ask", "events", "completion")
# What each edge ends with: one of these, once.
ENDS = {"ask": "answer", "events": "answer", "completion": "[DONE]"}
_ENDS = ("answer", "stopped", "error")
_PATIENCE = 60
# As many as are answered at once where a language model writes.
_AT_ONCE = 16
# What happens at a statement, and before: True ends the reading, as if the client had gone.
Meanwhile = Callable[["Stream"], bool]


@dataclass(frozen=True)
class Told:
    """What came of a question: how it ended, its answer, statements with markers that came before, all of the text.

    `began` and `ended` are of `time.perf_counter`.
    """

    ends: tuple[str, ...]
    answer: Answer | None
    texts: tuple[str, ...]
    text: str
    began: float
    ended: float


@dataclass
class Stream:
    """A stream that is being read: the statements so far, and where its message is, if it has one."""

    path: str = ""
    texts: list[str] = field(default_factory=list)


@contextmanager
def served(assistant: Assistant) -> Iterator[httpx.Client]:
    """Serve `assistant` on a free port within; gives a client. A message that nobody reads is stopped at once."""
    with ExitStack() as stack:
        chat = stack.enter_context(Chat(assistant, assistant.conversations, at_once=_AT_ONCE, patience=0.0))
        listener = stack.enter_context(closing(bind("127.0.0.1", 0)))
        server = uvicorn.Server(uvicorn.Config(create_app(chat), log_config=None, timeout_graceful_shutdown=10))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="serving")
        thread.start()
        stack.callback(thread.join)
        stack.callback(setattr, server, "should_exit", True)
        yield stack.enter_context(httpx.Client(base_url=url_of(listener), timeout=_PATIENCE, trust_env=False))


def told(
    client: httpx.Client, edge: Edge, question: str, before: tuple[str, ...] = (), meanwhile: Meanwhile | None = None
) -> Told:
    """Ask `question` over `edge`; `before` are question and answer before it, for completions alone.

    `meanwhile` is called after each event of a stream.
    """
    if edge == "ask":
        began = time.perf_counter()
        response = client.post("/v1/ask", json={"question": question})
        ended = time.perf_counter()
        answer = Answer.model_validate_json(response.text) if response.is_success else None
        return Told(("answer" if answer else "error",), answer, (), response.text, began, ended)
    return (_events if edge == "events" else _completion)(client, question, before, meanwhile)


def ends_of(client: httpx.Client, path: str) -> tuple[str, ...]:
    """Return how the message at `path` ended, told again from its beginning."""
    lines = client.get(f"{path}/events").raise_for_status().text.splitlines()
    return tuple(line[7:] for line in lines if line.startswith("event: ") and line[7:] in _ENDS)


def _events(client: httpx.Client, question: str, _: tuple[str, ...], meanwhile: Meanwhile | None) -> Told:
    path = f"/v1/conversations/{client.post('/v1/conversations').raise_for_status().json()['id']}/messages"
    headers, body = {"accept": "text/event-stream"}, {"question": question}
    ends: list[str] = []
    answer, name = None, ""
    began = time.perf_counter()
    with client.stream("POST", path, json=body, headers=headers) as response:
        response.raise_for_status()
        stream = Stream(f"{path}/{response.headers['message-id']}")
        for line in response.iter_lines():
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                data = json.loads(line[6:])
                ends += [name] if name in _ENDS else []
                if name == "answer":
                    answer = Answer.model_validate(data["answer"])
                elif name == "statement":
                    stream.texts.append(marked_text([Statement(text=data["text"], markers=data["markers"])]))
                if meanwhile and meanwhile(stream):
                    break
    ended = time.perf_counter()
    return Told(tuple(ends), answer, tuple(stream.texts), "\n".join(stream.texts), began, ended)


def _completion(client: httpx.Client, question: str, before: tuple[str, ...], meanwhile: Meanwhile | None) -> Told:
    said = [{"role": role, "content": text} for role, text in zip(("user", "assistant"), before, strict=False)]
    body = {"model": "assistant", "messages": [*said, {"role": "user", "content": question}], "stream": True}
    ends: list[str] = []
    chunks: list[dict[str, Any]] = []
    stream, text = Stream(), ""
    began = time.perf_counter()
    with client.stream("POST", "/v1/chat/completions", json=body) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if line == "data: [DONE]":
                ends.append("[DONE]")
            elif line.startswith("data: "):
                chunks.append(json.loads(line[6:]))
                ends += ["error"] if "error" in chunks[-1] else []
                more = "".join(one["delta"].get("content") or "" for one in chunks[-1].get("choices", ()))
                text += more
                # Statements come a delta each; the sources, or all that replaces them, begin with a blank line.
                if more and not more.startswith("\n\n"):
                    stream.texts.append(more.removeprefix("\n"))
                if meanwhile and meanwhile(stream):
                    break
    ended = time.perf_counter()
    finishes = [one for one in chunks if any(choice["finish_reason"] for choice in one.get("choices", ()))]
    ends += ["two finish reasons"] if len(finishes) > 1 else []
    answer = None
    if finishes:
        answer = Answer.model_validate_json(client.get(f"/v1/answers/{finishes[0]['answer_id']}").text)
    return Told(tuple(ends), answer, tuple(stream.texts), text, began, ended)
