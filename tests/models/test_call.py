"""Tests of `assistant.models.call`."""

import asyncio
from collections.abc import AsyncIterator

from langchain_core.messages import AIMessageChunk

from assistant.models.call import Call, follow_streams


def news(call: Call) -> list[object]:
    return [call.news.get_nowait() for _ in range(call.news.qsize())]


async def taken(call: Call, *texts: str, most: int = 100) -> bool:
    """Let `call` take these texts; whether its time is up after that."""
    try:
        async with asyncio.timeout(60) as limit:
            call.limit = limit
            for text in texts:
                call.take(text, limit, asyncio.get_running_loop().time() + 60, most)
            await asyncio.sleep(0.01)
    except TimeoutError:
        return True
    return False


def test_text_is_handed_on() -> None:
    call = Call()
    assert not asyncio.run(taken(call, "Tin ", "melts."))
    assert news(call) == ["Tin ", "melts."]
    assert call.begun


def test_blank_text_is_no_beginning() -> None:
    call = Call()
    asyncio.run(taken(call, " ", "\n"))
    assert news(call) == [" ", "\n"]
    assert not call.begun


def test_more_than_it_may_hold_ends_it() -> None:
    call = Call()
    assert asyncio.run(taken(call, "abc", "de", "f", "g", most=5))
    assert news(call) == ["abc", "de"]
    assert call.ended == "endless"


def test_it_is_ended_once() -> None:
    call = Call()
    call.end("stopped")
    call.end("endless")
    assert call.ended == "stopped"


def test_what_is_over_cannot_be_ended() -> None:
    call = Call()
    call.over.set()
    call.end("stopped")
    assert call.ended == ""


def test_a_second_end_leaves_the_first_alone() -> None:
    async def ended_twice(call: Call) -> bool:
        try:
            async with asyncio.timeout(60) as limit:
                call.limit = limit
                call.end("stopped")
                call.end("stopped")
                await asyncio.sleep(60)
        except TimeoutError:
            return True
        return False

    assert asyncio.run(ended_twice(Call()))


def test_the_parser_reads_text_tokens_and_the_end() -> None:
    async def chunks(_: object) -> AsyncIterator[AIMessageChunk]:
        yield AIMessageChunk(content=[{"type": "reasoning", "reasoning": "hm"}, {"type": "text", "text": "Tin "}])
        yield AIMessageChunk(
            content="melts.", usage_metadata={"input_tokens": 3, "output_tokens": 1, "total_tokens": 4}
        )
        yield AIMessageChunk(content="", usage_metadata={"input_tokens": 0, "output_tokens": 2, "total_tokens": 2})
        yield AIMessageChunk(content="", response_metadata={"finish_reason": "stop", "logprobs": None})
        yield AIMessageChunk(content="", additional_kwargs={"refusal": "No."})

    async def read(call: Call) -> list[str]:
        return [text async for text in call.parser().atransform(chunks(None))]

    call = Call()
    assert asyncio.run(read(call)) == ["Tin ", "melts."]
    assert call.tokens == {"input_tokens": 3, "output_tokens": 3, "total_tokens": 6}
    assert call.metadata == {"finish_reason": "stop"}
    assert call.refusal == "No."


def test_streams_left_open_are_closed_the_inner_ones_first() -> None:
    closed: list[str] = []

    async def stream(name: str) -> AsyncIterator[str]:
        try:
            yield name
        finally:
            closed.append(name)
            if name == "inner":
                raise OSError("it fails as it closes")

    async def around(inner: AsyncIterator[str]) -> AsyncIterator[str]:
        try:
            async for text in inner:
                yield text
        finally:
            closed.append("outer")

    async def left_open(call: Call) -> None:
        follow_streams()
        apart = stream("apart")
        await anext(apart)
        with call.followed():
            outer = around(stream("inner"))
            assert await anext(outer) == "inner"
        await call.close_streams()
        assert closed == ["inner", "outer"]
        await apart.aclose()  # type: ignore[attr-defined]

    asyncio.run(left_open(Call()))
    assert closed == ["inner", "outer", "apart"]
