"""Tests of `assistant.sources.sandbox` and of the process in it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.errors import SourceError, Stopped
from assistant.sources import SourceFailure
from assistant.sources.reader import read_source
from assistant.sources.sandbox import MEMORY, SECONDS, Sandbox
from assistant.types import Article
from bench import hostile

from .world import Canary, a_canary

TEXT = b"# Tin\n\nTin melts at 232 degrees Celsius."


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(processes=1, seconds=30) as one:
        yield one


@pytest.fixture
def canary() -> Iterator[Canary]:
    with a_canary() as one:
        yield one


def works(sandbox: Sandbox) -> bool:
    [one] = sandbox.articles(TEXT, "tin.md", "upload:tin.md")
    return isinstance(one, Article) and one.text == "Tin\n\nTin melts at 232 degrees Celsius."


def pid_of(sandbox: Sandbox) -> int | None:
    worker = sandbox._idle.queue[-1]
    return worker._process.pid if worker else None


def reason(sandbox: Sandbox, content: bytes, name: str) -> str:
    [one] = sandbox.articles(content, name, "upload:x")
    assert isinstance(one, SourceFailure), one
    assert one.path == "upload:x"
    return one.reason


def test_the_limits_are_those_that_are_promised() -> None:
    assert (MEMORY, SECONDS) == (1 << 30, 60)


def test_a_file_is_read_as_it_is_outside(sandbox: Sandbox, tmp_path: Path) -> None:
    files = {
        "tin.md": b"---\nid: tin-1\npublished: 2025-01-02\n---\n\n" + TEXT,
        "two.jsonl": b'{"id": "a", "text": "A text."}\nnonsense\n{"id": "b", "title": "B", "text": "B text."}\n',
        "page.html": b"<html><head><title>T</title></head><body><p>"
        + b"Tin melts early. " * 20
        + b"</p></body></html>",
        "word.docx": hostile.docx("Tin melts early, at 232 degrees."),
        "page.pdf": hostile.pdf(b"BT /F1 9 Tf 10 700 Td (Tin melts early, at 232 degrees.) Tj ET"),
        "bad.txt": b"\xff\xfe\xff",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.write_bytes(content)
        found = sandbox.articles(content, name, str(path))
        assert found == tuple(read_source(path)), name


def test_one_process_reads_many_files(sandbox: Sandbox) -> None:
    assert works(sandbox)
    first = pid_of(sandbox)
    assert first is not None
    assert works(sandbox)
    assert reason(sandbox, b"%PDF-1.7 nonsense", "a.pdf").startswith("the PDF is broken")
    assert works(sandbox)
    assert pid_of(sandbox) == first


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (hostile.zip_bomb, "a.docx"),
        (hostile.pdf_memory_bomb, "a.pdf"),
    ],
)
def test_a_memory_bomb_is_a_failure_and_the_next_file_is_read(sandbox: Sandbox, content: object, name: str) -> None:
    assert callable(content)
    said = reason(sandbox, content(), name)
    assert "memory" in said or "broken" in said
    assert works(sandbox)


def test_a_text_that_needs_more_memory_than_there_is() -> None:
    with Sandbox(processes=1, memory=300 << 20) as small:
        assert works(small)
        first = pid_of(small)
        said = reason(small, b"- a\n\n" * 800_000, "a.md")
        assert said == "reading it takes more than 300 MiB of memory: it is left out"
        assert works(small)
        assert pid_of(small) != first


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"- a\n" * 30_000, "a.md", "in 30,000 blocks: at most 3,000,000 in 20,000 are taken in"),
        (b'{"id": "a", "text": "x", "title": "' + b"x" * 2000 + b'"}', "a.jsonl", "its title '"),
        (b"{}\n" * 50_000, "a.jsonl", 'no "id"'),
    ],
)
def test_what_is_too_large_is_refused_where_it_is_parsed(
    sandbox: Sandbox, content: bytes, name: str, said: str
) -> None:
    assert len(sandbox.run("articles", content, name=name, source="upload:x")) < 100_000
    found = sandbox.articles(content, name, "upload:x")
    assert len(found) <= 101
    assert said in getattr(found[0], "reason", "")


def test_a_time_bomb_is_ended() -> None:
    with Sandbox(processes=1, seconds=3) as short:
        assert works(short)
        first = pid_of(short)
        began = time.monotonic()
        said = reason(short, hostile.pdf_time_bomb(), "a.pdf")
        assert said == "reading it takes more than 3 s: it is left out"
        assert time.monotonic() - began < 10
        assert first is not None
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)
        assert works(short)


def test_a_process_that_dies_is_replaced(sandbox: Sandbox) -> None:
    assert works(sandbox)
    pid = pid_of(sandbox)
    assert pid is not None
    os.kill(pid, 9)
    assert reason(sandbox, TEXT, "tin.md") == "reading it breaks the program that reads it: it is left out"
    assert works(sandbox)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (hostile.laughs(), "a.docx"),
        (hostile.docx(target="http://127.0.0.1:1/a", mode=' TargetMode="External"'), "a.docx"),
        (hostile.docx(target="../../../etc/passwd"), "a.docx"),
        (hostile.docx(document=b"<" * 100_000), "a.docx"),
        (hostile.docx(document=b"<a>" * 100_000), "a.docx"),
        (hostile.docx(document=b""), "a.docx"),
        (b"PK\x03\x04" + b"\0" * 100, "a.docx"),
        (hostile.pdf(b"BT " * 100), "a.pdf"),
        (b"%PDF-1.7\ntrailer<</Root 1 0 R/Prev 0>>startxref\n9\n%%EOF", "a.pdf"),
        (b"%PDF-1.7\n1 0 obj" + b"[" * 50_000, "a.pdf"),
        (b"\0" * 100, "a.txt"),
        (b"\0" * 100, "a.html"),
        (b"---\na: " + b"[" * 5_000 + b"\n---\ntext", "a.md"),
        (b"---\na: &a [x]\n" + b"b: [*a, *a]\n---\n", "a.md"),
        (b"[" * 100_000, "a.jsonl"),
        (b'{"id": "\\ud800", "text": "x"}', "a.jsonl"),
        (b"9" * 10_000, "a.jsonl"),
    ],
)
def test_hostile_files_are_failures(sandbox: Sandbox, content: bytes, name: str) -> None:
    assert len(reason(sandbox, content, name)) < 400
    assert works(sandbox)


@pytest.mark.parametrize("content", [b"<div>" * 50_000 + b"text " * 20, b"<p><![CDATA[" * 10_000, b"<table>" * 20_000])
def test_deep_pages_end(sandbox: Sandbox, content: bytes) -> None:
    sandbox.articles(content, "a.html", "upload:x")
    assert works(sandbox)


def test_no_entity_is_fetched_and_no_file_read(sandbox: Sandbox, canary: Canary, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("melting points of unknown metals", "utf-8")
    for url in (f"http://127.0.0.1:{canary.port}/", secret.as_uri()):
        for one in sandbox.articles(hostile.xxe(url), "a.docx", "upload:x"):
            assert "melting" not in one.model_dump_json()
        page = f'<!DOCTYPE html SYSTEM "{url}"><html><body><img src="{url}"><iframe src="{url}"></iframe>'
        sandbox.articles(page.encode() + b"<p>" + b"Tin melts early. " * 20, "a.html", "upload:x")
        feed = f'<!DOCTYPE rss SYSTEM "{url}"><rss><channel><title>a</title></channel></rss>'
        for job in ("feed", "sitemap"):
            try:
                assert b"melting" not in sandbox.run(job, feed.encode())
            except SourceError:
                continue
    assert canary.heard == 0


def test_what_the_process_may_not_do(canary: Canary, tmp_path: Path) -> None:
    """As a parser would that a file has taken over: the process runs what it is sent."""
    tried = {
        f"open('{tmp_path}/a', 'w')": "PermissionError",
        f"open('{tmp_path}/a', 'r+')": "PermissionError",
        f"__import__('os').open('{tmp_path}/a', 65)": "PermissionError",
        f"__import__('os').mkdir('{tmp_path}/a')": "PermissionError",
        f"__import__('socket').create_connection(('127.0.0.1', {canary.port}))": "PermissionError",
        "__import__('subprocess').run(['true'])": "PermissionError",
        "__import__('os').system('true')": "PermissionError",
        "__import__('os').fork()": "PermissionError",
        "__import__('os').environ['HOME']": "KeyError",
        "bytearray(2 << 30)": "memory",
    }
    trap = (
        "from assistant.sources import worker;"
        "worker._JOBS['articles'] = lambda content: repr(eval(content)).encode(); worker.main(1 << 30, 30)"
    )
    requests = [json.dumps({"job": "articles", "size": len(code)}) + "\n" + code for code in tried]
    done = subprocess.run(
        [sys.executable, "-c", trap],
        input="".join(requests).encode(),
        capture_output=True,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "OMP_NUM_THREADS": "1"},
    )
    rest = done.stdout
    answers = []
    while rest:
        head, _, rest = rest.partition(b"\n")
        size = json.loads(head)["size"]
        answers.append(json.loads(head)["outcome"] + " " + rest[:size].decode())
        rest = rest[size:]
    assert answers[0] == "ready "
    for (code, error), said in zip(tried.items(), answers[1:], strict=True):
        assert error in said, (code, said)
    assert canary.heard == 0
    assert list(tmp_path.iterdir()) == []


def test_files_are_read_beside_one_another() -> None:
    with Sandbox(processes=2) as two, ThreadPoolExecutor(8) as threads:
        assert all(threads.map(lambda _: works(two), range(24)))
        assert len({worker._process.pid for worker in two._idle.queue if worker}) == 2


def test_the_processes_end_with_the_sandbox() -> None:
    sandbox = Sandbox(processes=1)
    assert works(sandbox)
    pid = pid_of(sandbox)
    sandbox.close()
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_closing_waits_for_no_file() -> None:
    sandbox = Sandbox(processes=1)
    assert works(sandbox)
    with ThreadPoolExecutor(1) as thread:
        reading = thread.submit(reason, sandbox, hostile.pdf_time_bomb(), "a.pdf")
        time.sleep(1)
        began = time.monotonic()
        sandbox.close()
        assert time.monotonic() - began < 8
        assert "breaks the program" in reading.result()
    with pytest.raises(Stopped):
        sandbox.articles(TEXT, "tin.md", "upload:x")
