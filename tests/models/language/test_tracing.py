"""Tests of `assistant.models.language`: what callbacks and LangSmith are told of a call."""

import json
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables import RunnableLambda

from assistant.models.writing import Instructions
from assistant.types import Usage
from tests.material import run_python
from tests.models.language.material import (
    ASKED,
    ENDLESS,
    Open,
    written,
)


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
