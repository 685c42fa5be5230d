"""Reply: what the scripted server says to a request, and the events and bodies of the wire protocol that say it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

# done        finish reason, tokens, [DONE]
# unfinished  the stream ends as HTTP wants it, with no finish reason and no [DONE]
# cut         the connection is closed, HTTP's end of the stream missing
# reset       the connection is reset
# malformed   an event follows that is no JSON, then [DONE]
# silent      nothing follows; the connection stays open
Ending = Literal["done", "unfinished", "cut", "reset", "malformed", "silent"]

_FACTS = {"id": "chatcmpl-scripted", "created": 0}


@dataclass(frozen=True)
class ChatRequest:
    """One request for a completion: `body` is its JSON, the names of `headers` are in lower case."""

    body: Mapping[str, Any]
    headers: Mapping[str, str]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """All messages."""
        return list(self.body.get("messages", ()))

    @property
    def system(self) -> str:
        """The text of the system messages."""
        return self._texts("system", "developer")

    @property
    def user(self) -> str:
        """The text of the user messages."""
        return self._texts("user")

    @property
    def streamed(self) -> bool:
        """Whether the answer is to come piece by piece."""
        return bool(self.body.get("stream"))

    @property
    def schema(self) -> dict[str, Any] | None:
        """The JSON schema that the answer is to follow."""
        wanted: dict[str, Any] = (self.body.get("response_format") or {}).get("json_schema") or {}
        return wanted.get("schema")

    def _texts(self, *roles: str) -> str:
        return "\n".join(str(message["content"]) for message in self.messages if message["role"] in roles)


@dataclass(frozen=True)
class Reply:
    """What to say: text in pieces, and how it ends; or, where `status` or `body` is given, a plain HTTP response.

    `wait` are the seconds before anything is sent, `pause` those before each further piece. A reply without pieces that
    does not end well sends nothing at all. `pieces` may be endless. `refusal` is said in place of text. `tokens` are
    those of the request and the answer, None tells none. Only "done", "cut", "reset" and "silent" work for a request
    that is not streamed.
    """

    pieces: str | Iterable[str] = ()
    ending: Ending = "done"
    wait: float = 0.0
    pause: float = 0.0
    finish: str = "stop"
    refusal: str | None = None
    tokens: tuple[int, int] | None = (100, 20)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    @property
    def texts(self) -> Iterable[str]:
        """The pieces; a single text is one."""
        return (self.pieces,) if isinstance(self.pieces, str) else self.pieces

    @property
    def plain(self) -> bool:
        """Whether it is a plain HTTP response."""
        return self.body is not None or self.status != 200

    @property
    def plain_body(self) -> bytes:
        """The body of a plain response, an error in OpenAI's form where none is given."""
        if self.body is not None:
            return self.body
        error = {"message": f"scripted status {self.status}", "type": "scripted", "param": None, "code": None}
        return json.dumps({"error": error}).encode()


def piece_event(model: str, text: str, *, first: bool) -> bytes:
    """Return the event of one piece of text."""
    return _event(model, [_choice(({"role": "assistant"} if first else {}) | {"content": text}, None)])


def end_events(model: str, reply: Reply, *, usage: bool) -> list[bytes]:
    """Return the events after the last piece of a reply that ends well; with the tokens where `usage` is wanted."""
    refusal = {"role": "assistant", "content": "", "refusal": reply.refusal}
    out = [] if reply.refusal is None else [_event(model, [_choice(refusal, None)])]
    out.append(_event(model, [_choice({}, reply.finish)]))
    if usage and reply.tokens:
        out.append(_event(model, [], usage=_usage(*reply.tokens)))
    return [*out, b"data: [DONE]\n\n"]


MALFORMED = b'data: {"choices": [{"index": 0, "delta": {"content": \n\ndata: [DONE]\n\n'


def completion(model: str, reply: Reply) -> bytes:
    """Return the body of an answer given at once."""
    text = None if reply.refusal is not None else "".join(reply.texts)
    message = {"role": "assistant", "content": text, "refusal": reply.refusal}
    body: dict[str, Any] = {**_FACTS, "object": "chat.completion", "model": model}
    body["choices"] = [{"index": 0, "message": message, "finish_reason": reply.finish, "logprobs": None}]
    if reply.tokens:
        body["usage"] = _usage(*reply.tokens)
    return json.dumps(body).encode()


def model_list(*names: str) -> bytes:
    """Return the body of the list of models."""
    models = [{"id": name, "object": "model", "created": 0, "owned_by": "scripted"} for name in names]
    return json.dumps({"object": "list", "data": models}).encode()


def _event(model: str, choices: list[dict[str, Any]], **more: object) -> bytes:
    chunk = {**_FACTS, "object": "chat.completion.chunk", "model": model, "choices": choices, **more}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def _choice(delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}


def _usage(prompt: int, written: int) -> dict[str, int]:
    return {"prompt_tokens": prompt, "completion_tokens": written, "total_tokens": prompt + written}
