"""Tests of `assistant.api.uploads`: what is sent in, and what must not come of it."""

import asyncio
import json
import random
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from assistant.api import create_app, uploads
from assistant.api.concurrency import Places
from assistant.api.limits import MAX_BODY
from assistant.catalog import PRINCIPAL, Principal
from assistant.factory import build_assistant, build_chat
from assistant.intake import MAX_FILE, Intake, read_proof
from assistant.models.fake import HashingEmbedder
from assistant.pipeline import Assistant
from assistant.settings import load_settings
from assistant.types import ArticleFacts
from bench import hostile
from bench.mutation import mutated
from tests.sources.world import Page, World, a_world

TIN = b"# Tin\n\nTin melts at 232 degrees Celsius."
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with a_world() as one:
        yield one


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data") / "home"


@pytest.fixture(scope="module")
def own(home: Path, world: World) -> Iterator[Assistant]:
    settings = load_settings(home=home, corpus=Path(), threshold=0.0)
    with build_assistant(
        settings, embedder=HashingEmbedder(), fetcher=world.fetcher(), address="http://127.0.0.1:1"
    ) as built:
        yield built


@pytest.fixture(scope="module")
def client(own: Assistant) -> Iterator[TestClient]:
    with build_chat(own) as chat, TestClient(create_app(chat), raise_server_exceptions=False) as client:
        yield client


def send(client: TestClient, name: str, content: bytes, **more: Any) -> Any:
    return client.post("/v1/articles", files={"file": (name, content)}, **more)


def test_a_file_comes_in_is_found_and_goes(client: TestClient) -> None:
    sent = send(client, "tin.md", TIN)
    assert (sent.status_code, sent.json()["added"]) == (201, ["tin"])
    again = send(client, "tin.md", TIN, headers={"Idempotency-Key": "k"})
    assert (again.status_code, again.json()["unchanged"]) == (200, ["tin"])
    answer = client.post("/v1/ask", json={"question": "At how many degrees does tin melt?"}).json()
    assert answer["citations"][0]["article_id"] == "tin"
    assert client.get("/v1/articles/tin").json()["source"] == "upload:tin.md"
    gone = client.delete("/v1/articles/tin")
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.get("/v1/articles/tin").status_code == 404
    assert client.delete("/v1/articles/tin").status_code == 404
    assert client.post("/v1/ask", json={"question": "At how many degrees does tin melt?"}).json()["citations"] == []


def test_an_id_with_a_slash_goes_too(client: TestClient) -> None:
    assert send(client, "a.jsonl", b'{"id": "x/y", "text": "Tin melts early."}').status_code == 201
    assert client.delete("/v1/articles/x%2Fy").status_code == 204


def test_a_url_comes_in(client: TestClient, world: World) -> None:
    world.pages["/lead"] = Page(b"<html><body><article><p>" + b"Lead melts later than tin does. " * 10)
    sent = client.post("/v1/articles", json={"url": "http://news.example/lead"})
    assert (sent.status_code, sent.json()["added"]) == (201, ["news-example-lead"])
    assert client.delete("/v1/articles/news-example-lead").status_code == 204


@pytest.mark.parametrize(
    ("name", "content", "status", "detail"),
    [
        ("tin.exe", b"MZ", 422, "ending in '.exe'"),
        ("tin", TIN, 422, "ending in 'nothing'"),
        ("..", TIN, 422, "is none"),
        ("tin.pdf", b"<html>", 422, "does not begin as a PDF"),
        ("tin.html", b"%PDF-1.7", 422, "is a PDF"),
        ("tin.md", b"", 422, "empty"),
        ("tin.md", b"\0\0", 422, "binary"),
        ("tin.docx", b"PK\x03\x04", 422, "Word document"),
        ("tin.jsonl", b"{}\n{}", 422, "and 1 more"),
        ("tin.txt", b"x" * (MAX_FILE + 1), 413, "at most 25,000,000"),
        ("tin.txt", b"x" * (uploads.MAX_UPLOAD + 1), 413, "larger than 25,100,000"),
    ],
)
def test_files_that_are_refused(client: TestClient, name: str, content: bytes, status: int, detail: str) -> None:
    refused = send(client, name, content)
    assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json")
    assert detail in refused.json()["detail"]


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{", JSON, 422),
        (b"", JSON, 422),
        (b"[]", JSON, 422),
        (b"{}", JSON, 422),
        (b'{"url": 1}', JSON, 422),
        (b'{"url": "http://127.0.0.1/"}', JSON, 422),
        (b'{"url": "http://news.example/", "x": 1}', JSON, 422),
        (b'{"url": "\\ud800"}', JSON, 422),
        (b'{"url": "file:///etc/passwd"}', JSON, 422),
        (b"\xff", JSON, 400),
        (b"[" * 100_000, JSON, 400),
        (b"9" * 10_000, JSON, 400),
        (b" " * (MAX_BODY + 1), JSON, 413),
        (b"x", {}, 415),
        (b"x", {"Content-Type": "text/plain"}, 415),
        (b"x", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        (b"x", {"Content-Type": "multipart/form-data"}, 422),
        (b"x", {"Content-Type": "multipart/form-data; boundary=x"}, 422),
        (b"x", {"Content-Type": "multipart/form-data; boundary=" + "x" * 5000}, 422),
        (b"--x\r\n", {"Content-Type": "multipart/form-data; boundary=x"}, 422),
        (b"--x\r\n\r\n\r\n--x--", {"Content-Type": "multipart/form-data; boundary=x"}, 422),
        (
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc\r\n--x--',
            {"Content-Type": "multipart/form-data; boundary=x"},
            422,
        ),
        (
            b'--x\r\nContent-Disposition: form-data; name="\xff"; filename="a.md"\r\n\r\nabc\r\n--x--',
            {"Content-Type": "multipart/form-data; boundary=x; charset=idna"},
            422,
        ),
    ],
)
def test_bodies_that_are_refused(client: TestClient, content: bytes, headers: dict[str, str], status: int) -> None:
    refused = client.post("/v1/articles", content=content, headers=headers)
    assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json"), refused.text


def test_only_who_reads_the_data_folder_says_where_a_file_lies(client: TestClient, home: Path, own: Assistant) -> None:
    for proof in ({}, {"Assistant-Proof": "wrong"}):
        refused = send(client, "tin.md", TIN, data={"source": "/elsewhere/tin.md"}, headers=proof)
        assert refused.status_code == 403
    headers = {"Assistant-Proof": read_proof(home) or ""}
    assert send(client, "tin.md", TIN, data={"source": "/elsewhere/tin.md"}, headers=headers).status_code == 201
    assert own.article("tin").source == "/elsewhere/tin.md"
    client.delete("/v1/articles/tin")


@pytest.mark.parametrize(
    "name", ["../../tin.md", "/etc/tin.md", "..\\..\\tin.md", "a\0b.md", "CON.md", "tin.md\r\nX: y", "~/.ssh/tin.md"]
)
def test_a_name_is_no_path(client: TestClient, home: Path, name: str) -> None:
    before = files(home.parent)
    sent = send(client, name, TIN)
    assert sent.status_code in (201, 422)
    for one in sent.json().get("added", ()):
        client.delete(f"/v1/articles/{one}")
    assert files(home.parent) == before


def files(folder: Path) -> set[str]:
    return {str(one.relative_to(folder)) for one in folder.rglob("*") if not one.name.startswith("catalog.sqlite-")}


def test_a_large_upload_stays_out_of_the_folder_for_temporary_files(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    assert send(client, "large.md", b"\xff" * 5_000_000).status_code == 422
    assert list(tmp_path.iterdir()) == []


def test_too_many_at_once_are_told_when_to_come_back(
    client: TestClient, own: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    let, held = threading.Event(), threading.Semaphore(0)
    taken = own.intake._sandbox.articles

    def hold(*args: Any) -> Any:
        held.release()
        let.wait(30)
        return taken(*args)

    monkeypatch.setattr(own.intake._sandbox, "articles", hold)
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(send(client, f"{n}.md", TIN).status_code)) for n in range(4)
    ]
    for thread in threads:
        thread.start()
    try:
        for _ in threads:
            assert held.acquire(timeout=20)
        refused = send(client, "fifth.md", TIN)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
        assert client.get("/health").status_code == 200
        assert client.post("/v1/search", json={"question": "tin"}).status_code == 200
        # Others have places left, and so have pages and removals.
        assert uploads._files.take("somebody else")
        uploads._files.give_back("somebody else")
        assert client.post("/v1/articles", json={"url": "http://127.0.0.1/"}).status_code == 422
        assert client.delete("/v1/articles/nothing").status_code == 404
    finally:
        let.set()
        for thread in threads:
            thread.join()
    assert answers == [201] * 4
    assert (uploads._files.taken, uploads._urls.taken, uploads._removals.taken) == (0, 0, 0)
    for n in range(4):
        client.delete(f"/v1/articles/{n}")


def test_removals_that_wait_are_limited(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_removals", Places(0))
    refused = client.delete("/v1/articles/tin")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
def test_a_body_that_does_not_come_gives_its_place_back(
    own: Assistant, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_BODY_SECONDS", 0.01)
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/articles",
        "headers": [(b"content-type", kind.encode()), (b"content-length", b"100")],
        "client": ("192.0.2.1", 1),
        "query_string": b"",
        PRINCIPAL: Principal(),
    }

    async def silent() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("nothing comes")

    with pytest.raises(HTTPException) as refused:
        asyncio.run(uploads.upload(Request(scope, silent), own))
    assert refused.value.status_code == 408
    assert (uploads._files.taken, uploads._urls.taken) == (0, 0)


def test_what_waits_when_the_server_ends_is_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting: Future[ArticleFacts] = Future()
    monkeypatch.setattr(Intake, "submit_removal", lambda *_: waiting)
    app: Any = client.app
    monkeypatch.setattr(app.state.stopping, "began", True)
    assert client.delete("/v1/articles/tin").status_code == 503
    assert waiting.cancelled()


def test_mutated_files_do_no_harm(client: TestClient, home: Path) -> None:
    """A short form of `python -m bench.uploads`."""
    seeds = {
        "a.md": b"---\nid: seed\ntitle: Tin\npublished: 2025-01-02\n---\n\n"
        + TIN
        + b"\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
        "a.jsonl": json.dumps({"id": "seed", "title": "Tin", "text": "Tin melts early."}).encode(),
        "a.html": b"<html><head><title>T</title></head><body><table><tr><td>1</table><p>" + b"Tin melts early. " * 9,
        "a.docx": hostile.docx("Tin melts early."),
        "a.pdf": hostile.pdf(b"BT /F1 9 Tf 10 700 Td (Tin melts early, at 232 degrees.) Tj ET"),
        "a.txt": b"Tin melts early.\n\nLead melts late.",
    }
    before = files(home.parent)
    chance = random.Random(7)
    statuses = set()
    for number in range(60):
        name = sorted(seeds)[number % len(seeds)]
        sent = send(client, name, mutated(seeds[name], chance))
        statuses.add(sent.status_code)
        assert sent.status_code in (200, 201, 422), (name, sent.text)
    assert len(statuses) == 3
    assert files(home.parent) == before
    listed = client.get("/v1/articles").json()["articles"]
    assert all(client.get(f"/v1/articles/{one['id']}").status_code == 200 for one in listed)
    assert client.get("/v1/stats").json()["index"] == "in step"
