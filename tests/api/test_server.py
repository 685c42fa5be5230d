import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest

from assistant.api.server import bind, url_of
from assistant.errors import RunError, SettingsError
from assistant.locking import read_owner

# A stand-in whose searches wait for a line on standard input; it says on standard output what befalls it.
WAITING = r"""
import os, sys, threading
from pathlib import Path
from assistant.api.server import bind, serve
from assistant.catalog import Catalog
from assistant.chat import Chat
from assistant.pipeline import Assistant

released = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), released.set()), daemon=True).start()

class Waiting(Assistant):
    def __init__(self):
        pass
    def search(self, question, filters, limit):
        os.write(1, b"searching\n")
        released.wait()
        return ()
    def articles(self):
        raise KeyError("secret")
    def close(self):
        print("closed", flush=True)

listener = bind("127.0.0.1", 0)
with Waiting() as assistant, Chat(assistant, Catalog(Path(sys.argv[1]) / "catalog.sqlite").conversations) as chat:
    serve(chat, listener, notify=lambda line: print(line, flush=True))
"""
REAL = """
import sys
from pathlib import Path
from assistant.api.server import bind, serve, url_of
from assistant.factory import build_assistant, build_chat
from assistant.models.fake import HashingEmbedder
from assistant.settings import load_settings

settings = load_settings(home=Path(sys.argv[1]), corpus=Path(sys.argv[2]), threshold=0.0)
listener = bind("127.0.0.1", 0)
with (
    build_assistant(settings, address=url_of(listener), embedder=HashingEmbedder()) as assistant,
    build_chat(assistant) as chat,
):
    serve(chat, listener, notify=lambda line: print(line, flush=True))
"""
# One message at a time, which waits for a line on standard input before it is answered.
GATED = r"""
import os, sys, threading
from pathlib import Path
from assistant.api.server import bind, serve, url_of
from assistant.chat import Chat
from assistant.factory import build_assistant
from assistant.models.fake import HashingEmbedder
from assistant.settings import load_settings
from tests.chat.gate import Gate

settings = load_settings(home=Path(sys.argv[1]), corpus=Path(sys.argv[2]), threshold=0.0)
listener = bind("127.0.0.1", 0)
with (
    build_assistant(settings, address=url_of(listener), embedder=HashingEmbedder()) as assistant,
    Chat(assistant, assistant.conversations, at_once=1) as chat,
):
    gate = Gate(assistant)
    gate.shut()
    threading.Thread(target=lambda: (sys.stdin.readline(), gate.open()), daemon=True).start()
    serve(chat, listener, notify=lambda line: print(line, flush=True))
"""
ROOT = str(Path(__file__).parents[2])
Start = Callable[..., tuple["subprocess.Popen[str]", str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a server in a process of its own; gives the process and the URL that it printed."""
    processes: list[subprocess.Popen[str]] = []

    def run(code: str, *arguments: str) -> tuple["subprocess.Popen[str]", str]:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": ROOT},
        )
        processes.append(process)
        assert process.stdout
        line = process.stdout.readline()
        assert line.startswith("Serving at http://127.0.0.1:"), line or process.communicate()[1]
        assert line.endswith("; Ctrl+C stops it.\n")
        return process, line.removeprefix("Serving at ").partition(";")[0]

    yield run
    for process in processes:
        process.kill()
        process.communicate()


def test_health_answers_while_every_thread_waits(start: Start, tmp_path: Path) -> None:
    process, url = start(WAITING, str(tmp_path))
    assert process.stdin
    assert process.stdout
    threads = 40
    with httpx2.Client(base_url=url, timeout=120) as client, ThreadPoolExecutor(threads) as pool:
        searches = [pool.submit(client.post, "/v1/search", json={"question": "q"}) for _ in range(threads)]
        assert [process.stdout.readline() for _ in range(threads)] == ["searching\n"] * threads
        found = httpx2.get(f"{url}/health", timeout=20)
        assert (found.status_code, found.json()) == (200, {"status": "ok"})
        assert not any(search.done() for search in searches)
        process.stdin.write("\n")
        process.stdin.flush()
        assert {(search.result().status_code, search.result().text) for search in searches} == {(200, '{"hits":[]}')}


def logged(err: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in err.splitlines() if line.startswith("{")]


def listens(url: str) -> bool:
    try:
        socket.create_connection(("127.0.0.1", httpx2.URL(url).port or 0)).close()
    except ConnectionRefusedError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_requests_end_and_the_caller_close(number: signal.Signals, start: Start, tmp_path: Path) -> None:
    process, url = start(WAITING, str(tmp_path))
    assert process.stdout
    with ThreadPoolExecutor(1) as pool:
        search = pool.submit(httpx2.post, f"{url}/v1/search", json={"question": "q"}, timeout=60)
        assert process.stdout.readline() == "searching\n"
        os.kill(process.pid, number)
        while listens(url):
            time.sleep(0.05)
        time.sleep(0.3)
        assert not search.done()
        out, err = process.communicate("\n", timeout=60)
        assert search.result().status_code == 200
    assert (process.returncode, out) == (0, "closed\n")
    (line,) = [one for one in logged(err) if one["event"] == "request"]
    assert (line["method"], line["route"], line["status"]) == ("POST", "/v1/search", 200)
    assert "Traceback" not in err


def test_an_unexpected_exception_is_logged_with_its_traceback(start: Start, tmp_path: Path) -> None:
    process, url = start(WAITING, str(tmp_path))
    instance = httpx2.get(f"{url}/v1/articles").json()["instance"]
    os.kill(process.pid, signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    lines = logged(err)
    assert [one["event"] for one in lines if one["logger"] == "assistant.api.problems"] == [
        f"GET /v1/articles raised KeyError: {instance}"
    ]
    (traceback,) = [one for one in lines if "KeyError: 'secret'" in one.get("exception", "")]
    (access,) = [one for one in lines if one["event"] == "request"]
    assert access["status"] == 500
    assert {one["request_id"] for one in lines} == {access["request_id"]}
    assert traceback["logger"] == "uvicorn.error"


def test_large_bodies_are_refused_over_a_connection_that_lives_on(start: Start, tmp_path: Path) -> None:
    _, url = start(WAITING, str(tmp_path))
    with httpx2.Client(base_url=url) as client:
        for body in (b" " * 5_000_000, iter([b" " * 100_000] * 50)):
            found = client.post("/v1/ask", content=body, headers={"content-type": "application/json"})
            assert (found.status_code, found.json()["status"]) == (413, 413)
            assert client.get("/health").status_code == 200


def test_ask_over_http(start: Start, corpus: Path, tmp_path: Path) -> None:
    process, url = start(REAL, str(tmp_path), str(corpus))
    owner = read_owner(tmp_path)
    assert owner
    assert (owner.pid, owner.address) == (process.pid, url)
    found = httpx2.post(f"{url}/v1/ask", json={"question": "What ties magnet export licences to audits?"}, timeout=60)
    assert found.status_code == 200
    assert found.json()["citations"][0]["quote"].startswith("The second directive ties magnet export licences")
    assert "server" not in found.headers
    os.kill(process.pid, signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert read_owner(tmp_path) is None


def test_a_signal_lets_a_message_end_and_stops_those_that_wait(start: Start, corpus: Path, tmp_path: Path) -> None:
    process, url = start(GATED, str(tmp_path), str(corpus))
    path = f"{url}/v1/conversations/{httpx2.post(f'{url}/v1/conversations').json()['id']}"
    body, headers = {"question": "What ties licences to audits?"}, {"accept": "text/event-stream"}

    def names(lines: Iterator[str], count: int) -> list[str]:
        return [line for line in (next(lines) for _ in range(4 * count)) if line.startswith("event: ")]

    with (
        httpx2.Client(timeout=60) as client,
        client.stream("POST", f"{path}/messages", json=body, headers=headers) as first,
        client.stream("POST", f"{path}/messages", json=body, headers=headers) as second,
    ):
        ahead, behind = first.iter_lines(), second.iter_lines()
        assert names(ahead, 2) == ["event: message", "event: retrieval"]
        assert names(behind, 1) == ["event: message"]
        os.kill(process.pid, signal.SIGTERM)
        assert names(behind, 1) == ["event: stopped"]
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
        assert [line for line in ahead if line.startswith("event: ")][-1] == "event: answer"
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in err


def test_streams_are_told_in_time_what_a_server_does_not_answer_any_more(
    start: Start, corpus: Path, tmp_path: Path
) -> None:
    process, url = start(GATED, str(tmp_path), str(corpus))
    path = f"{url}/v1/conversations/{httpx2.post(f'{url}/v1/conversations').json()['id']}"
    body, headers = {"question": "What ties licences to audits?"}, {"accept": "text/event-stream"}
    with (
        httpx2.Client(timeout=60) as client,
        ThreadPoolExecutor(1) as pool,
        client.stream("POST", f"{path}/messages", json=body, headers=headers) as found,
    ):
        lines = found.iter_lines()
        assert next(line for line in lines if line.startswith("event: ")) == "event: message"
        asked = pool.submit(httpx2.post, f"{url}/v1/ask", json=body, timeout=60)
        time.sleep(1)  # nothing tells from outside that a question waits
        began = time.monotonic()
        os.kill(process.pid, signal.SIGTERM)
        # What waits is told at once, what is being answered some seconds later; then the stream ends.
        waiting = asked.result()
        assert (waiting.status_code, waiting.headers["retry-after"]) == (503, "5")
        assert waiting.json()["detail"] == "the server is ending: ask again in 5 seconds"
        assert [line for line in lines if line.startswith("event: ")][-1] == "event: stopped"
        assert time.monotonic() - began < 10
        process.communicate("\n", timeout=60)
    assert process.returncode == 0


def test_a_killed_server_leaves_a_message_that_failed_and_can_be_asked_again(
    start: Start, corpus: Path, tmp_path: Path
) -> None:
    process, url = start(GATED, str(tmp_path), str(corpus))
    made = httpx2.post(f"{url}/v1/conversations", headers={"idempotency-key": "k"})
    path = f"/v1/conversations/{made.json()['id']}"
    body = {"question": "What ties licences to audits?"}
    headers = {"accept": "text/event-stream", "idempotency-key": "m"}
    with httpx2.stream("POST", f"{url}{path}/messages", json=body, headers=headers, timeout=60) as found:
        message = found.headers["message-id"]
        process.kill()
        process.wait()
        with pytest.raises(httpx2.HTTPError):
            list(found.iter_lines())
    process, url = start(REAL, str(tmp_path), str(corpus))
    again = httpx2.post(f"{url}/v1/conversations", headers={"idempotency-key": "k"})
    assert (again.status_code, again.content) == (201, made.content)
    repeated = httpx2.post(f"{url}{path}/messages", json=body, headers={"idempotency-key": "m"})
    assert (repeated.status_code, repeated.headers["message-id"]) == (500, message)
    assert repeated.json()["detail"] == "the server stopped while this question was answered: ask it again"
    (kept,) = httpx2.get(f"{url}{path}").json()["messages"]
    assert (kept["id"], kept["status"], kept["error"]) == (message, "failed", repeated.json()["detail"])
    fresh = httpx2.post(f"{url}{path}/messages/{message}/regenerate", timeout=60)
    assert (fresh.status_code, fresh.json()["status"]) == (200, "done")
    os.kill(process.pid, signal.SIGTERM)
    process.communicate(timeout=60)


def test_bind_takes_a_free_port_and_keeps_it() -> None:
    with closing(bind("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert port > 0
        assert url_of(listener) == f"http://127.0.0.1:{port}"
        with pytest.raises(RunError) as caught:
            bind("127.0.0.1", port)
        assert str(caught.value) == (
            f"127.0.0.1:{port} is in use by another program: stop that one, or set ASSISTANT_PORT (0 takes a free port)"
        )


def test_a_port_is_free_again_at_once() -> None:
    with closing(bind("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            listener.accept()[0].close()
    with closing(bind("127.0.0.1", port)) as again:
        assert again.getsockname()[1] == port


def test_the_url_of_all_addresses_is_one_that_can_be_reached() -> None:
    with closing(bind("0.0.0.0", 0)) as listener:
        assert url_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_an_ipv6_address_is_bracketed() -> None:
    try:
        listener = bind("::1", 0)
    except SettingsError:
        pytest.skip("no IPv6 loopback here")
    with closing(listener):
        assert url_of(listener) == f"http://[::1]:{listener.getsockname()[1]}"


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("192.0.2.1", 0, "192.0.2.1:0 is no address of this machine"),
        # Refused before any name server is asked.
        ("no..host", 0, "no..host:0 is no address to serve at"),
        ("127.0.0.1", 70_000, "127.0.0.1:70000 is no address to serve at"),
    ],
)
def test_places_that_cannot_be_served_at(host: str, port: int, words: str) -> None:
    with pytest.raises(SettingsError, match="set ASSISTANT_") as caught:
        bind(host, port)
    assert words in str(caught.value)
