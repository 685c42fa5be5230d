"""A run as a chat completion: in chunks as it comes, and whole once it has ended."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from fastapi.responses import EventSourceResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Send

from assistant.api.following import ended, following
from assistant.api.openai.errors import ended_otherwise, error_response
from assistant.api.openai.rendering import Lines, reply, rest
from assistant.api.openai.wire import MODEL, ChatCompletion, Choice, Reply, TokenUsage
from assistant.chat import Ended, Run
from assistant.events import Stated
from assistant.types import Answer

PING = 15.0


async def whole_completion(request: Request, run: Run) -> Response:
    """Wait for the end of `run` and return the completion, or the error that stands in its place.

    A client that goes away meanwhile stops the run.
    """
    if not await ended(request, run) or (end := run.ended) is None:
        return Response(status_code=204)
    failed = ended_otherwise(end)
    if failed is not None:
        return error_response(*failed)
    answer = _answer(end)
    whole = ChatCompletion(
        # Both are those of the answer, so that a request that is repeated with its key gets the same.
        id=f"chatcmpl-{answer.id}",
        created=int(end.message.created.timestamp()),
        choices=(Choice(message=Reply(content=reply(answer), **_beside(answer))),),
        usage=_usage(answer),
    )
    return Response(whole.model_dump_json(), media_type="application/json")


class CompletionStream(EventSourceResponse):
    """The chunks of a completion, sent as its run goes on, and a comment when 15 s pass without one.

    A delta with the role, one a statement as it is verified, one with the sources; then the chunk with the
    `finish_reason`, beside whose choices stand `citations`, `answer_id` and `status`; the tokens, where they are
    wanted; [DONE]. Or, in place of what is missing, an error. A client that goes away stops the run.
    """

    def __init__(self, run: Run, *, usage: bool) -> None:
        """Send `run`; `usage` says whether the tokens are wanted."""
        self._run = run
        self._usage = usage
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(self._frames(), headers=headers)

    async def stream_response(self, send: Send) -> None:
        """Send everything; cancelled when the client goes away."""
        with following(self._run) as self._follower:
            await super().stream_response(send)

    async def _frames(self) -> AsyncIterator[bytes]:
        yield self._delta(role="assistant", content="")
        streamed = ""
        lines = Lines()
        while True:
            events = await self._follower.news(PING)
            if not events:
                yield KEEPALIVE_COMMENT
            for _, event in events:
                if isinstance(event, Stated):
                    more = ("\n" if streamed else "") + lines.line(event.statement, event.citations)
                    streamed += more
                    yield self._delta(content=more)
                elif isinstance(event, Ended):
                    for frame in self._last(event, streamed):
                        yield frame
                    return

    def _last(self, end: Ended, streamed: str) -> Iterator[bytes]:
        failed = ended_otherwise(end)
        if failed is not None:
            yield _frame(failed[1])
            return
        answer = _answer(end)
        if more := rest(answer, streamed):
            yield self._delta(content=more)
        yield self._chunk([_choice({}, "stop")], **_beside(answer))
        if self._usage:
            yield self._chunk([], usage=_usage(answer))
        yield format_sse_event(data_str="[DONE]")

    def _delta(self, **delta: str) -> bytes:
        return self._chunk([_choice(delta, None)])

    def _chunk(self, choices: list[dict[str, Any]], **more: Any) -> bytes:
        message = self._run.message
        head = {
            "id": f"chatcmpl-{message.id}",
            "object": "chat.completion.chunk",
            "created": int(message.created.timestamp()),
            "model": MODEL,
            "choices": choices,
        }
        return _frame(head | ({"usage": None} if self._usage else {}) | more)


def _choice(delta: dict[str, str], finish_reason: str | None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}


def _frame(data: object) -> bytes:
    return format_sse_event(data_str=to_json(data).decode())


def _answer(end: Ended) -> Answer:
    assert end.message.answer is not None, "a message that is done has an answer"
    return end.message.answer


def _beside(answer: Answer) -> dict[str, Any]:
    """Return what a reply has besides what OpenAI's have."""
    return {"citations": answer.citations, "answer_id": answer.id, "status": answer.status}


def _usage(answer: Answer) -> TokenUsage:
    taken = answer.usage
    prompt, completion = (taken.input_tokens, taken.output_tokens) if taken else (0, 0)
    return TokenUsage(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)
