"""Tests of `assistant.intake`: what is sent in into the catalog, and in which order."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.catalog import Catalog
from assistant.errors import NotFoundError, SourceError, Stopped
from assistant.ingestion import IngestReport
from assistant.intake import MAX_FILE, Intake, Proof, WebReader, read_proof
from assistant.intake.intake import clean_name
from assistant.intake.web import Reading
from assistant.sources.bounds import MAX_BLOCKS, MAX_TEXT
from assistant.sources.sandbox import Sandbox
from assistant.types import Article
from tests.sources.world import Page, World

from .material import outcomes

# Files


def test_a_file_comes_in_once_and_is_replaced_by_the_next_of_its_name(intake: Intake, catalog: Catalog) -> None:
    assert intake.take_file("tin.md", b"# Tin\n\nTin melts early.").added == ("tin",)
    assert intake.take_file("x/tin.md", b"# Tin\n\nTin melts early.").unchanged == ("tin",)
    assert intake.take_file("tin.md", b"# Tin\n\nTin melts late.").updated == ("tin",)
    assert catalog.article("tin").source == "upload:tin.md"
    assert "late" in catalog.article("tin").text


def test_records_that_a_file_holds_no_more_go(intake: Intake, catalog: Catalog) -> None:
    one, two = (f'{{"id": "{name}", "text": "Text of {name}."}}\n'.encode() for name in ("one", "two"))
    assert outcomes(intake.take_file("a.jsonl", one + two)) == {"added": 2}
    assert outcomes(intake.take_file("b.jsonl", one)) == {"added": 1}
    assert intake.take_file("a.jsonl", two).removed == ("one",)
    assert outcomes(intake.take_file("a.jsonl", b"nonsense\n")) == {"failed": 1}
    assert len(catalog.articles()) == 2


def test_what_is_sent_in_takes_no_other_articles_place(intake: Intake, catalog: Catalog, world: World) -> None:
    intake.take_file("first.md", b"---\nid: tin\n---\n\n# Tin\n\nTin melts early.")
    report = intake.take_file("second.md", b"---\nid: tin\n---\n\n# Tin\n\nTin never melts.")
    assert report.added != ("tin",)
    world.pages["/tin.md"] = Page(
        b"---\nid: tin\n---\n\n# Tin\n\nTin is blue.", headers={"Content-Type": "text/markdown"}
    )
    intake.take_url("http://news.example/tin.md")
    assert "early" in catalog.article("tin").text
    assert len(catalog.articles()) == 3


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("a.md", "a.md"),
        ("../../etc/a.md", "a.md"),
        ("..\\..\\a.md", "a.md"),
        ("C:\\x\\a.md", "a.md"),
        ("a\0.md", "a.md"),
        ("a\r\n.md", "a.md"),
        ("a#b.jsonl", "ab.jsonl"),
        ("\u202edm.a.md", "dm.a.md"),
        (" a.md. ", "a.md"),
        ("\ud800.md", "?.md"),
        ("x" * 300 + ".md", "x" * 200 + ".md"),
    ],
)
def test_names(name: str, plain: str) -> None:
    assert clean_name(name) == plain


@pytest.mark.parametrize("name", ["", "..", "/", "a/", "\0", "...", " "])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(SourceError):
        clean_name(name)


def test_files_that_are_too_large(intake: Intake) -> None:
    with pytest.raises(SourceError, match="at most 25,000,000"):
        intake.take_file("a.txt", b"x" * (MAX_FILE + 1))
    [failure] = intake.take_file("a.txt", b"word " * (MAX_TEXT // 5 + 1)).failed
    assert "at most 3,000,000 in 20,000" in failure.reason
    [failure] = intake.take_file("a.md", b"# h\n\n" * (MAX_BLOCKS + 1)).failed
    assert "20,001 blocks: at most" in failure.reason


@pytest.mark.parametrize(("url", "kept"), [("javascript:alert(1)", None), ("HTTP://a.example/", "HTTP://a.example/")])
def test_a_url_that_is_no_pages_is_dropped(intake: Intake, catalog: Catalog, url: str, kept: str | None) -> None:
    record = json.dumps({"id": "a", "text": "Tin melts early.", "url": url})
    intake.take_file("a.jsonl", record.encode())
    assert catalog.article("a").url == kept


# Order


def test_writes_take_turns_and_removing_what_is_not_there_fails(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    within, most = 0, 0
    put = Catalog.put

    def watched(*args: Any) -> None:
        nonlocal within, most
        within += 1
        most = max(most, within)
        time.sleep(0.01)
        put(*args)
        within -= 1

    monkeypatch.setattr(Catalog, "put", watched)
    futures = [intake.submit_file(f"{n}.md", f"# {n}\n\nText {n}.".encode()) for n in range(8)]
    threads = [
        threading.Thread(target=intake.take_file, args=(f"t{n}.md", f"# {n}\n\nText t{n}.".encode())) for n in range(4)
    ]
    for thread in threads:
        thread.start()
    assert sorted(future.result().added[0] for future in futures) == [str(n) for n in range(8)]
    for thread in threads:
        thread.join()
    assert most == 1
    with pytest.raises(NotFoundError):
        intake.remove("nothing")
    with pytest.raises(NotFoundError):
        intake.submit_removal("nothing").result()


def records(*names: str, text: str = "Text of {}.") -> bytes:
    return "".join(f'{{"id": "{name}", "text": "{text.format(name)}"}}\n' for name in names).encode()


class Gate:
    """Holds the writing of one article until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, article_id: str) -> None:
        self.reached, self.open = threading.Event(), threading.Event()
        self.order: list[str] = []
        put = Catalog.put

        def held(catalog: Catalog, article: Article, *more: Any) -> None:
            self.order.append(article.id)
            if article.id == article_id:
                self.reached.set()
                assert self.open.wait(20)
            put(catalog, article, *more)

        monkeypatch.setattr(Catalog, "put", held)


def test_who_comes_later_has_a_turn_between_two_articles(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    intake.take_file("old.md", b"# Old\n\nIt goes.")
    gate = Gate(monkeypatch, "a0")
    many = intake.submit_file("many.jsonl", records(*(f"a{n}" for n in range(20))))
    assert gate.reached.wait(20)
    gone = intake.submit_removal("old")
    one = intake.submit_file("one.md", b"# One\n\nText of one.")
    gate.open.set()
    assert gone.result(20).id == "old"
    assert one.result(20).added == ("one",)
    assert len(many.result(20).added) == 20
    assert gate.order[-1] != "one"


def test_an_id_that_somebody_took_meanwhile_is_not_taken_again(
    intake: Intake, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch, "a")
    first = intake.submit_file("first.jsonl", records("a", "b"))
    assert gate.reached.wait(20)
    other = intake.submit_file("b.md", b"# B\n\nOther words.")
    while intake._pools["writing"]._work_queue.empty():
        time.sleep(0.01)
    gate.open.set()
    assert other.result(20).added == ("b",)
    assert len(first.result(20).added) == 2
    assert catalog.article("b").source == "upload:b.md"
    assert len(catalog.articles()) == 3


def test_of_two_files_of_one_name_the_last_stays_whole(
    intake: Intake, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch, "a")
    first = intake.submit_file("x.jsonl", records("a", "b", "c"))
    assert gate.reached.wait(20)
    second = intake.submit_file("x.jsonl", records("d", "e"))
    while not intake._changed._waiters and intake._pools["writing"]._work_queue.empty():  # type: ignore[attr-defined]
        time.sleep(0.01)
    gate.open.set()
    assert first.result(20).added == ("a", "b", "c")
    assert second.result(20).removed == ("a", "b", "c")
    assert [one.id for one in catalog.articles()] == ["d", "e"]


def test_closing_ends_a_file_between_two_articles(
    make: Callable[..., Intake], catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox(processes=1) as own:
        intake = make()
        intake._sandbox = own
        gate = Gate(monkeypatch, "a0")
        many = intake.submit_file("many.jsonl", records(*(f"a{n}" for n in range(20))))
        assert gate.reached.wait(20)
        closing = threading.Thread(target=intake.close)
        closing.start()
        assert intake._closing.wait(20)
        gate.open.set()
        with pytest.raises(Stopped):
            many.result(20)
        closing.join(20)
    assert [one.id for one in catalog.articles()] == ["a0"]


def test_slow_pages_keep_no_file_waiting(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    let = threading.Event()

    def slow(_: WebReader, url: str) -> Iterator[Reading]:
        assert let.wait(20)
        yield Reading(url, ())

    monkeypatch.setattr(WebReader, "read", slow)
    pages = [intake.submit_url(f"http://news.example/{n}") for n in range(20)]
    assert intake.submit_file("one.md", b"# One\n\nText.").result(20).added == ("one",)
    assert intake.submit_removal("one").result(20).id == "one"
    let.set()
    assert [page.result(20) for page in pages] == [IngestReport()] * 20


def test_proof(tmp_path: Path) -> None:
    proof = Proof(tmp_path)
    word = read_proof(tmp_path)
    assert proof.holds(word)
    assert not any(proof.holds(other) for other in (None, "", "x", f"{word}x", "é"))
    assert (tmp_path / "proof").stat().st_mode & 0o777 == 0o600
    again = Proof(tmp_path)
    assert not again.holds(word)
    again.withdraw()
    assert read_proof(tmp_path) is None
