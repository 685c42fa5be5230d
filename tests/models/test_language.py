"""Tests of `assistant.models.language`: the real LangChain and OpenAI's client against a scripted server."""

import asyncio
import gc
import itertools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from langchain_core.runnables import RunnableLambda

from assistant.errors import SettingsError, Stopped, WritingError, WritingFailure
from assistant.models import language
from assistant.models.language import THREAD, LangChainModel
from assistant.models.prices import cost_usd
from assistant.models.scripted import ChatRequest, Reply, Script, ScriptedModelServer
from assistant.models.writing import Instructions, LanguageModel, Limits
from assistant.types import Usage
from tests.material import run_python

SPEC = "openai:gpt-4o"
ASKED = Instructions("Answer.", "When does tin melt?")
SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
BY_SCHEMA = Instructions("Answer.", "When does tin melt?", schema=SCHEMA)
EVENTS = {"Content-Type": "text/event-stream"}
Open = Callable[..., tuple[LangChainModel, ScriptedModelServer]]


def open_sockets() -> int:
    links = []
    for number in Path("/proc/self/fd").iterdir():
        try:
            links.append(str(number.readlink()))
        except OSError:  # closed since it was listed
            continue
    return sum(link.startswith("socket:") for link in links)


def sockets_settled(most: int) -> int:
    """Open sockets, once they are at most so many: the server's ends close a moment after the client's."""
    until = time.monotonic() + 10
    while (now := open_sockets()) > most and time.monotonic() < until:
        time.sleep(0.01)
    return now


def threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name == THREAD]


@pytest.fixture(autouse=True)
def _nothing_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test leaves no thread and no socket of a model."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "LANGSMITH_TRACING"):
        monkeypatch.delenv(name, raising=False)
    before = threads(), open_sockets()
    yield
    assert (threads(), sockets_settled(before[1])) == before


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens a model of a server that answers by a script."""
    made: list[tuple[LangChainModel, ScriptedModelServer]] = []

    def make(script: Script, spec: str = SPEC, **arguments: Any) -> tuple[LangChainModel, ScriptedModelServer]:
        server = ScriptedModelServer(script).__enter__()
        model = LangChainModel(spec, **{"base_url": server.url, "format": "plain", **arguments})
        made.append((model, server))
        return model, server

    yield make
    for model, server in made:
        model.close()
        server.__exit__(None, None, None)


class Shared:
    """A server and a model for many tests, each of which sets the reply."""

    def __init__(self) -> None:
        self.reply = Reply("Tin.")
        self.server = ScriptedModelServer(lambda _: self.reply)


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Shared, LangChainModel]]:
    one = Shared()
    with one.server, closing(LangChainModel(SPEC, base_url=one.server.url, format="structured")) as model:
        written(model)  # begins its thread
        yield one, model


def written(
    model: LanguageModel, asked: Instructions = ASKED
) -> tuple[str, Usage | None, WritingError | Stopped | None]:
    """All that a model writes: its text, what it took, and why it is not all."""
    pieces: list[str | Usage] = []
    error: WritingError | Stopped | None = None
    try:
        pieces += model.write(asked)
    except (WritingError, Stopped) as raised:
        error = raised
    usages = [one for one in pieces if isinstance(one, Usage)]
    assert usages == [one for one in pieces[-1:] if isinstance(one, Usage)]
    return "".join(one for one in pieces if isinstance(one, str)), usages[0] if usages else None, error


def test_text_comes_in_its_pieces_and_tokens_last(opened: Open) -> None:
    model, server = opened([Reply(["Tin ", "melts at ", "232."], tokens=(7, 3))])
    assert list(model.write(ASKED)) == ["Tin ", "melts at ", "232.", Usage(input_tokens=7, output_tokens=3)]
    (request,) = server.requests
    assert (request.system, request.user) == ("Answer.", "When does tin melt?")
    assert request.body["model"] == "gpt-4o"


def test_a_piece_is_yielded_before_the_next_is_written(opened: Open) -> None:
    go_on = threading.Event()

    def pieces() -> Iterator[str]:
        yield "Tin "
        assert go_on.wait(20)
        yield "melts."

    model, _ = opened(lambda _: Reply(pieces()))
    writing = model.write(ASKED)
    assert next(writing) == "Tin "
    go_on.set()
    assert next(writing) == "melts."
    assert isinstance(next(writing), Usage)


def test_without_tokens_there_is_no_usage(opened: Open) -> None:
    model, _ = opened([Reply("Tin.", tokens=None)])
    assert list(model.write(ASKED)) == ["Tin."]


def test_a_price_is_known_at_the_providers_own_address(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedModelServer(Reply("Tin.", tokens=(1000, 500))) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-variable")
        with closing(LangChainModel(SPEC)) as model:
            usage = written(model)[1]
        assert server.requests[0].headers["authorization"] == "Bearer sk-variable"
    assert usage == Usage(input_tokens=1000, output_tokens=500, cost_usd=cost_usd("openai", "gpt-4o", 1000, 500))
    assert usage.cost_usd
    model, _ = opened(Reply("Tin.", tokens=(1000, 500)))
    assert written(model)[1] == Usage(input_tokens=1000, output_tokens=500)


def test_any_text_arrives_as_it_was_in_both_ways() -> None:
    texts = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=40)
    replies: list[Reply] = []
    with (
        ScriptedModelServer(lambda _: replies[-1]) as server,
        closing(LangChainModel(SPEC, base_url=server.url, format="plain")) as model,
    ):

        @settings(max_examples=25)
        @given(texts, texts, st.lists(texts, max_size=4))
        def check(system: str, user: str, pieces: list[str]) -> None:
            replies.append(Reply([*pieces, "."]))
            text, _, error = written(model, Instructions("{" + system, "{user} {{" + user))
            assert error is None
            assert text == "".join(pieces) + "."
            assert server.requests[-1].system == "{" + system
            assert server.requests[-1].user == "{user} {{" + user

        check()


@pytest.mark.parametrize("format", ["structured", "plain"])
def test_a_schema_goes_to_a_model_that_follows_one(format: str, opened: Open) -> None:
    model, server = opened('{"text": "Tin."}', format=format)
    assert model.structured == (format == "structured")
    assert written(model, BY_SCHEMA)[:2] == ('{"text": "Tin."}', Usage(input_tokens=100, output_tokens=20))
    written(model)
    with_schema, without = server.requests
    assert "response_format" not in without.body
    if format == "plain":
        assert with_schema.schema is None
    else:
        assert with_schema.schema == SCHEMA | {"additionalProperties": False}
        assert with_schema.body["response_format"]["json_schema"]["strict"] is True


@pytest.mark.parametrize(("spec", "structured"), [("openai:gpt-5-mini", True), ("openai:local", False)])
def test_by_itself_it_goes_by_the_profile(spec: str, structured: bool, opened: Open) -> None:
    model, server = opened('{"text": "Tin."}', spec, format="auto")
    assert model.structured == structured
    written(model, BY_SCHEMA)
    assert ("response_format" in server.requests[0].body) == structured


def test_a_package_that_knows_no_schemas_writes_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    knows: Any = {"structured_output": True}
    fake = FakeListChatModel(responses=["Tin."], profile=knows)
    monkeypatch.setattr("langchain.chat_models.init_chat_model", lambda *_, **__: fake)
    with closing(LangChainModel("litellm:m")) as model:
        assert not model.structured
        assert written(model, BY_SCHEMA) == ("Tin.", None, None)
    with pytest.raises(SettingsError, match="ASSISTANT_LLM_FORMAT=plain"):
        LangChainModel("litellm:m", format="structured")


FAULTS: dict[str, tuple[Reply, WritingFailure, str]] = {
    "cut": (Reply(["a ", "b "], ending="cut"), "broken", "a b "),
    "cut before any byte": (Reply(ending="cut"), "broken", ""),
    # Each piece waits for the next, as a reset drops what the client has not read.
    "reset": (Reply(["a ", "b "], ending="reset", pause=0.3), "broken", "a "),
    "reset before any byte": (Reply(ending="reset"), "broken", ""),
    "unfinished": (Reply(["a ", "b "], ending="unfinished"), "broken", "a b "),
    "malformed event": (Reply(["a "], ending="malformed"), "broken", "a "),
    "malformed body": (Reply(body=b'{"choices": ['), "broken", ""),
    "a page": (Reply(body=b"<html>", headers={"Content-Type": "text/html"}), "broken", ""),
    "no events": (Reply(body=b"", headers=EVENTS), "broken", ""),
    "other events": (Reply(body=b'data: [1]\n\ndata: {"choices": 3}\n\n', headers=EVENTS), "broken", ""),
    "no UTF-8": (Reply(body=b"data: \xff\xfe\n\n", headers=EVENTS), "broken", ""),
    "an error as an event": (
        Reply(body=b'data: {"error": {"message": "overloaded"}}\n\n', headers=EVENTS),
        "failed",
        "",
    ),
    "status 401": (Reply(status=401), "refused", ""),
    "status 404": (Reply(status=404), "refused", ""),
    "status 429": (Reply(status=429, headers={"Retry-After": "7"}), "rate_limited", ""),
    "status 500": (Reply(status=500), "failed", ""),
    "empty": (Reply(""), "empty", ""),
    "blank": (Reply([" ", "\n"]), "empty", " \n"),
    "filtered": (Reply(["a "], finish="content_filter"), "refused", "a "),
    "too long for its provider": (Reply(["a "], finish="length"), "endless", "a "),
    "ten megabytes": (Reply(["a ", "x" * 10_000_000]), "endless", "a "),
    "endless": (Reply(itertools.repeat("x" * 20_000)), "endless", "x" * 40_000),
}


@pytest.mark.parametrize("asked", [ASKED, BY_SCHEMA], ids=["plain", "structured"])
@pytest.mark.parametrize(("reply", "reason", "before"), FAULTS.values(), ids=FAULTS)
def test_each_fault_has_its_reason(
    reply: Reply,
    reason: WritingFailure,
    before: str,
    asked: Instructions,
    shared: tuple[Shared, LangChainModel],
) -> None:
    one, model = shared
    one.reply = reply
    so_far = len(one.server.requests)
    text, _, error = written(model, asked)
    assert isinstance(error, WritingError)
    assert error.reason == reason
    assert text.startswith(before)
    assert str(error).startswith("the language model openai:gpt-4o ")
    assert len(one.server.requests) == so_far + 1  # nothing is tried twice


def test_a_refusal_to_follow_a_schema_is_told_from_an_empty_answer(opened: Open) -> None:
    model, _ = opened(Reply(refusal="I cannot help with that."), format="structured")
    text, _, error = written(model, BY_SCHEMA)
    assert text == ""
    assert isinstance(error, WritingError)
    assert error.reason == "refused"


def test_a_limit_of_requests_says_when_to_ask_again(opened: Open) -> None:
    model, _ = opened(Reply(status=429, headers={"Retry-After": "7"}))
    assert str(written(model)[2]).endswith("takes no more for now (HTTP 429): ask again in 7 s")


def test_a_schema_that_is_refused_has_a_remedy(opened: Open) -> None:
    body = json.dumps({"error": {"message": "response_format is not supported by this model"}}).encode()
    model, _ = opened(Reply(status=400, body=body), format="structured")
    assert str(written(model, BY_SCHEMA)[2]).endswith("set ASSISTANT_LLM_FORMAT=plain")


def test_a_failure_keeps_what_caused_it(opened: Open) -> None:
    model, _ = opened(Reply(status=500))
    error = written(model)[2]
    assert error is not None
    assert type(error.__cause__).__name__.startswith("OpenAI")


SLOW: dict[str, tuple[Reply, Limits, str]] = {
    "silent": (Reply(ending="silent"), Limits(first_token=0.3), "FIRST_TOKEN_TIMEOUT"),
    "slow to begin": (Reply("a", wait=60), Limits(first_token=0.3), "FIRST_TOKEN_TIMEOUT"),
    "slow to say something": (Reply(["", "a"], pause=60), Limits(first_token=0.3), "FIRST_TOKEN_TIMEOUT"),
    "slow to go on": (Reply(["a", "b"], pause=60), Limits(whole=0.6), "TIMEOUT"),
    "slow throughout": (Reply(itertools.repeat("a "), pause=0.05), Limits(whole=0.6), "TIMEOUT"),
}


@pytest.mark.parametrize("asked", [ASKED, BY_SCHEMA], ids=["plain", "structured"])
@pytest.mark.parametrize(("reply", "limits", "setting"), SLOW.values(), ids=SLOW)
def test_each_limit_of_time_holds_and_the_server_sees_it(
    reply: Reply, limits: Limits, setting: str, asked: Instructions, opened: Open
) -> None:
    model, server = opened(reply, format="structured", limits=limits)
    begun = time.monotonic()
    _, _, error = written(model, asked)
    assert time.monotonic() - begun < 10
    assert isinstance(error, WritingError)
    assert error.reason == "timeout"
    assert str(error).endswith(f"ASSISTANT_LLM_{setting}")
    (exchange,) = server.exchanges
    assert exchange.over(10)
    assert exchange.cancelled


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with closing(LangChainModel(SPEC, base_url=f"http://127.0.0.1:{free.getsockname()[1]}/v1")) as model:
            error = written(model)[2]
    assert isinstance(error, WritingError)
    assert error.reason == "unreachable"


def test_a_server_that_takes_no_connection_is_unreachable() -> None:
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for one in (first, second):  # they fill its queue
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        limits = Limits(connect=0.3)
        with closing(
            LangChainModel(SPEC, base_url=f"http://127.0.0.1:{full.getsockname()[1]}/v1", limits=limits)
        ) as model:
            begun = time.monotonic()
            error = written(model)[2]
    assert time.monotonic() - begun < 10
    assert isinstance(error, WritingError)
    assert error.reason == "unreachable"


ENDLESS = Reply(itertools.repeat("a "), pause=0.01)


@pytest.mark.parametrize("asked", [ASKED, BY_SCHEMA], ids=["plain", "structured"])
def test_to_stop_ends_the_call(asked: Instructions, opened: Open) -> None:
    model, server = opened(ENDLESS, format="structured")
    stop = threading.Event()
    writing = model.write(asked, stop)
    assert next(writing) == "a "
    stop.set()
    with pytest.raises(Stopped):
        list(writing)
    assert server.exchanges[0].over(10)
    assert server.exchanges[0].cancelled


def test_to_stop_while_nothing_comes_ends_the_call(opened: Open) -> None:
    model, server = opened(Reply(ending="silent"))
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    with pytest.raises(Stopped):
        list(model.write(ASKED, stop))
    assert server.exchanges == [] or server.exchanges[0].over(10)


def test_nobody_is_asked_once_it_shall_stop(opened: Open) -> None:
    model, server = opened("x")
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        list(model.write(ASKED, stop))
    assert server.requests == []


@pytest.mark.parametrize("asked", [ASKED, BY_SCHEMA], ids=["plain", "structured"])
def test_to_close_the_generator_ends_the_call(asked: Instructions, opened: Open) -> None:
    model, server = opened(ENDLESS, format="structured")
    writing = model.write(asked)
    next(writing)
    writing.close()
    assert server.exchanges[0].over(10)
    assert server.exchanges[0].cancelled


def test_the_connection_is_closed_wherever_a_call_is_ended(opened: Open) -> None:
    model, server = opened(lambda _: Reply(itertools.repeat("a ")), format="structured")
    gc.disable()  # what is left open stays open
    try:
        for pieces in range(1, 13):
            with closing(model.write(ASKED if pieces % 2 else BY_SCHEMA)) as writing:
                assert list(itertools.islice(writing, pieces)) == ["a "] * pieces
            assert server.exchanges[-1].over(10)
    finally:
        gc.enable()
    assert all(one.cancelled for one in server.exchanges)


def test_a_package_that_swallows_the_end_is_ended_at_its_next_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []

    class Deaf(FakeListChatModel):
        async def _astream(self, *_: Any, **__: Any) -> Any:
            try:
                while True:
                    with suppress(asyncio.CancelledError):
                        await asyncio.sleep(0.02)
                    yield ChatGenerationChunk(message=AIMessageChunk(content="a "))
            finally:
                closed.append("model")

    fake = Deaf(responses=[])
    monkeypatch.setattr("langchain.chat_models.init_chat_model", lambda *_, **__: fake)
    with closing(LangChainModel("litellm:m", limits=Limits(whole=0.3))) as model:
        error = written(model)[2]
    assert isinstance(error, WritingError)
    assert error.reason == "timeout"
    assert closed == ["model"]


def test_to_close_the_model_ends_all_calls(opened: Open) -> None:
    model, server = opened(ENDLESS)
    ends: list[Exception | None] = []
    callers = [threading.Thread(target=lambda: ends.append(written(model)[2])) for _ in range(3)]
    for caller in callers:
        caller.start()
    while len(server.exchanges) < 3:
        time.sleep(0.01)
    model.close()
    for caller in callers:
        caller.join(20)
    assert [type(one) for one in ends] == [Stopped] * 3
    assert all(one.over(10) and one.cancelled for one in server.exchanges)
    with pytest.raises(Stopped):
        list(model.write(ASKED))


def test_it_may_be_closed_twice_and_unused() -> None:
    model = LangChainModel("openai:local", base_url="http://127.0.0.1:9/v1")
    model.close()
    model.close()


def test_calls_from_several_threads_keep_apart(opened: Open) -> None:
    def script(request: ChatRequest) -> Reply:
        return Reply([f"{request.user} ", request.user], pause=0.05)

    model, _ = opened(script)
    texts: dict[str, str] = {}

    def ask(user: str) -> None:
        texts[user] = written(model, Instructions("Repeat.", user))[0]

    callers = [threading.Thread(target=ask, args=(str(n),)) for n in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(20)
    assert texts == {str(n): f"{n} {n}" for n in range(8)}


def test_no_connection_stays_open_between_calls(opened: Open) -> None:
    model, server = opened("Tin.")
    before = open_sockets()
    written(model)
    own = 2  # of the event loop
    for _ in range(3):
        assert sockets_settled(before + own) <= before + own
        written(model)
    assert {one.headers["connection"] for one in server.requests} == {"close"}


def test_a_package_that_blocks_the_loop_does_not_hold_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    class Blocking(FakeListChatModel):
        async def _astream(self, *args: Any, **kwargs: Any) -> Any:
            released.wait(20)
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk

    fake = Blocking(responses=["Tin."])
    monkeypatch.setattr("langchain.chat_models.init_chat_model", lambda *_, **__: fake)
    monkeypatch.setattr(language, "_GRACE_S", 0.2)
    monkeypatch.setattr(language, "_ENDING_S", 0.2)
    with closing(LangChainModel("litellm:m", limits=Limits(first_token=0.1, whole=0.1))) as model:
        try:
            error = written(model)[2]
        finally:
            released.set()
    assert isinstance(error, WritingError)
    assert error.reason == "timeout"


class Runs(BaseCallbackHandler):
    """Notes the runs that a tracer would see."""

    def __init__(self) -> None:
        self.runs: dict[Any, tuple[str, Any]] = {}
        self.prompts: list[Any] = []
        self.ends: list[str] = []

    def on_chain_start(self, *_: Any, **facts: Any) -> None:
        self.runs[facts["run_id"]] = (facts["name"], facts["parent_run_id"])

    def on_chat_model_start(self, serialized: Any, messages: Any, **facts: Any) -> None:
        self.runs[facts["run_id"]] = (serialized["name"], facts["parent_run_id"])
        self.prompts += [[message.content for message in one] for one in messages]

    def on_llm_end(self, response: Any, **_: Any) -> None:
        self.ends.append(response.generations[0][0].text)

    def on_llm_error(self, error: BaseException, **_: Any) -> None:
        self.ends.append(type(error).__name__)

    def tree(self) -> set[tuple[str, str | None]]:
        return {(name, self.runs[parent][0] if parent else None) for name, parent in self.runs.values()}


def test_a_call_is_one_run_of_prompt_model_and_parser_under_its_callers(opened: Open) -> None:
    model, _ = opened(["Tin {melts}."])
    runs = Runs()
    outer: RunnableLambda[str, str] = RunnableLambda(
        lambda user: written(model, Instructions("S {x}", user))[0], name="outer"
    )
    assert outer.invoke("U {y}", {"callbacks": [runs]}) == "Tin {melts}."
    assert runs.tree() == {
        ("outer", None),
        ("write", "outer"),
        ("ChatPromptTemplate", "write"),
        ("ChatOpenAI", "write"),
        ("text", "write"),
    }
    assert runs.prompts == [["S {x}", "U {y}"]]
    assert runs.ends == ["Tin {melts}."]


def test_a_call_that_is_ended_is_traced_as_that(opened: Open) -> None:
    model, _ = opened(ENDLESS)
    runs = Runs()

    def one_piece(_: str) -> str | Usage:
        with closing(model.write(ASKED)) as writing:
            return next(writing)

    RunnableLambda(one_piece).invoke("", {"callbacks": [runs]})
    assert runs.ends == ["CancelledError"]


class LangSmith(BaseHTTPRequestHandler):
    """Takes what LangSmith's client sends."""

    bodies: list[bytes]

    def do_GET(self) -> None:
        limits = {"size_limit": 100, "size_limit_bytes": 10_000_000, "scale_up_nthreads_limit": 1}
        scaling = {"scale_up_qsize_trigger": 1000, "scale_down_nempty_trigger": 4, "use_multipart_endpoint": False}
        self._say(json.dumps({"batch_ingest_config": limits | scaling}).encode())

    def do_POST(self) -> None:
        self.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self._say(b"{}")

    def do_PATCH(self) -> None:
        self.do_POST()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _say(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


_TRACED = """
import os, sys
os.environ |= {"LANGSMITH_TRACING": "true", "LANGSMITH_API_KEY": "k", "LANGSMITH_ENDPOINT": sys.argv[1]}
from assistant.models.language import LangChainModel
from assistant.models.scripted import ScriptedModelServer
from assistant.models.writing import Instructions
with ScriptedModelServer("Tin melts.") as server:
    model = LangChainModel("openai:local", base_url=server.url)
    print(next(model.write(Instructions("Answer.", "When?", tags=("answer",)))))
    model.close()
from langchain_core.tracers.langchain import wait_for_all_tracers
wait_for_all_tracers()
"""


def test_langsmith_gets_the_run_where_its_own_variables_say_so() -> None:
    LangSmith.bodies = []
    with ThreadingHTTPServer(("127.0.0.1", 0), LangSmith) as receiver:
        thread = threading.Thread(target=receiver.serve_forever, args=(0.02,))
        thread.start()
        try:
            done = run_python(_TRACED, f"http://127.0.0.1:{receiver.server_address[1]}")
        finally:
            receiver.shutdown()
            thread.join()
    assert done.stdout == "Tin melts.\n", done.stderr
    sent = b"".join(LangSmith.bodies)
    assert all(name in sent for name in (b'"write"', b'"ChatPromptTemplate"', b'"ChatOpenAI"', b'"answer"'))


def test_langchain_is_imported_when_a_model_is_made() -> None:
    code = (
        "import sys, assistant.models.language\n"
        "heavy = {'langchain', 'langchain_core', 'openai', 'genai_prices'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "assistant.models.language.LangChainModel('openai:local', base_url='http://127.0.0.1:9/v1').close()\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    assert run_python(code).stdout.splitlines() == ["[]", "['langchain', 'langchain_core', 'openai']"]
