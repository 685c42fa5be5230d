"""Tests of `assistant.intake`: files, pages, feeds and sitemaps into the catalog."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.catalog import Catalog
from assistant.chunking import Chunker
from assistant.errors import NotFoundError, SourceError
from assistant.index import ExactIndex
from assistant.ingestion import Ingestion, IngestReport
from assistant.intake import MAX_FILE, Intake, Proof, WebReader, read_proof
from assistant.intake.intake import MAX_BLOCKS, MAX_TEXT, clean_name
from assistant.models.fake import HashingEmbedder
from assistant.sources.sandbox import Sandbox
from tests.sources.world import Page, World, a_world

EMBEDDER = HashingEmbedder()
HTML = {"Content-Type": "text/html"}
XML = {"Content-Type": "application/xml"}


def page(words: str, head: str = "") -> bytes:
    return f"<html><head>{head}</head><body><article><p>{words} {'More words of it follow here. ' * 6}".encode()


def rss(*entries: tuple[str, str]) -> bytes:
    items = "".join(
        f"<item><title>On {at}</title><link>{at}</link><pubDate>{day}</pubDate></item>" for at, day in entries
    )
    return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()


def sitemap(*entries: tuple[str, str], element: str = "urlset") -> bytes:
    inner = "url" if element == "urlset" else "sitemap"
    items = "".join(f"<{inner}><loc>{at}</loc><lastmod>{day}</lastmod></{inner}>" for at, day in entries)
    return f"<{element} xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{items}</{element}>".encode()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(processes=1) as one:
        yield one


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as one:
        yield one


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path / "catalog.sqlite")
    yield catalog
    catalog.close()


@pytest.fixture
def ingestion(catalog: Catalog) -> Ingestion:
    return Ingestion(catalog, ExactIndex(), EMBEDDER, Chunker(EMBEDDER.count_tokens))


@pytest.fixture
def make(catalog: Catalog, ingestion: Ingestion, sandbox: Sandbox, world: World) -> Callable[..., Intake]:
    def made(most: int = 100) -> Intake:
        web = WebReader(world.fetcher(), sandbox, catalog.pages, most)
        return Intake(ingestion, web, sandbox, catalog.pages)

    return made


@pytest.fixture
def intake(make: Callable[..., Intake]) -> Intake:
    return make()


def outcomes(report: IngestReport) -> dict[str, int]:
    names = ("added", "updated", "unchanged", "removed", "failed")
    return {name: len(getattr(report, name)) for name in names if getattr(report, name)}


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


# Pages


def test_a_page_comes_in_and_is_asked_for_again_only_if_changed(intake: Intake, catalog: Catalog, world: World) -> None:
    world.pages["/tin"] = Page(page("Tin melts early."), headers={**HTML, "ETag": '"1"'})
    report = intake.take_url("http://news.example/tin#part")
    assert report.added == ("news-example-tin",)
    facts = catalog.article("news-example-tin")
    assert (facts.source, facts.url) == ("http://news.example/tin",) * 2
    world.pages["/tin"] = Page(status=304)
    assert intake.take_url("http://news.example/tin").unchanged == ("news-example-tin",)
    assert world.asked[-1].headers["if-none-match"] == '"1"'
    world.pages["/tin"] = Page(page("Tin melts late."), headers=HTML)
    assert intake.take_url("http://news.example/tin").updated == ("news-example-tin",)
    intake.remove("news-example-tin")
    assert intake.take_url("http://news.example/tin").added == ("news-example-tin",)
    assert "if-none-match" not in world.asked[-1].headers


def test_a_page_cannot_give_itself_the_address_of_another_host(intake: Intake, catalog: Catalog, world: World) -> None:
    for path, claimed, kept in (
        ("/a", "https://trusted.example/story", "http://news.example/a"),
        ("/b", "http://news.example/story", "http://news.example/story"),
        ("/c", "javascript:alert(1)", "http://news.example/c"),
    ):
        world.pages[path] = Page(page(f"Words of {path}.", f'<link rel="canonical" href="{claimed}">'), headers=HTML)
        [one] = intake.take_url(f"http://news.example{path}").added
        assert catalog.article(one).url == kept


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1/", "no public address"),
        ("http://news.example/gone", "answered 404"),
        ("http://news.example/image", "of the type 'image/png'"),
        ("http://news.example/empty", "no main text|empty"),
        ("nonsense", "has no scheme"),
    ],
)
def test_what_no_article_comes_of(intake: Intake, world: World, url: str, reason: str) -> None:
    world.pages["/image"] = Page(b"\x89PNG", headers={"Content-Type": "image/png"})
    world.pages["/empty"] = Page(b"<html></html>", headers=HTML)
    report = intake.take_url(url)
    assert outcomes(report) == {"failed": 1}
    assert re.search(reason, report.failed[0].reason)


def test_a_page_that_failed_is_read_again(intake: Intake, world: World) -> None:
    world.pages["/a"] = Page(b"<html></html>", headers={**HTML, "ETag": '"1"'})
    assert outcomes(intake.take_url("http://news.example/a")) == {"failed": 1}
    world.pages["/a"] = Page(page("Tin melts early."), headers={**HTML, "ETag": '"1"'})
    assert outcomes(intake.take_url("http://news.example/a")) == {"added": 1}


# Lists


def test_a_feed(intake: Intake, catalog: Catalog, world: World) -> None:
    one, two = "http://news.example/one", "http://other.example/two"
    world.pages["/feed"] = Page(rss((one, "Mon, 02 Jun 2025 10:00:00 GMT"), (two, "")), headers={**XML, "ETag": '"f"'})
    world.pages |= {f"/{name}": Page(page(f"Words of {name}."), headers=HTML) for name in ("one", "two")}
    assert outcomes(intake.take_url("http://news.example/feed")) == {"added": 2}
    assert catalog.article("news-example-one").title == f"On {one}"
    assert str(catalog.article("news-example-one").published) == "2025-06-02"
    asked = len(world.asked)
    # The first is the same by its date, the second is asked for.
    assert outcomes(intake.take_url("http://news.example/feed")) == {"unchanged": 2}
    assert [one.path for one in world.asked[asked:]] == ["/feed", "/two"]
    assert world.asked[asked].headers["if-none-match"] == '"f"'
    world.pages["/feed"] = Page(status=304)
    assert outcomes(intake.take_url("http://news.example/feed")) == {}
    assert world.asked[-1].path == "/feed"


def test_an_article_that_was_removed_is_not_brought_back_by_its_feed(
    intake: Intake, catalog: Catalog, world: World
) -> None:
    world.pages["/feed"] = Page(rss(("http://news.example/one", "Mon, 02 Jun 2025 10:00:00 GMT")), headers=XML)
    world.pages["/one"] = Page(page("Words."), headers=HTML)
    intake.take_url("http://news.example/feed")
    intake.remove("news-example-one")
    assert outcomes(intake.take_url("http://news.example/feed")) == {}
    assert catalog.articles() == ()


def test_what_a_feed_may_not_lead_to(intake: Intake, world: World) -> None:
    bad = (
        "http://127.0.0.1/",
        "file:///etc/passwd",
        "http://localhost/",
        "http://news.example/feed",
        "javascript:alert(1)",
    )
    good = "http://news.example/one"
    world.pages["/feed"] = Page(rss(*((url, "") for url in (*bad, good))), headers=XML)
    world.pages["/one"] = Page(page("Words."), headers=HTML)
    report = intake.take_url("http://news.example/feed")
    assert outcomes(report) == {"added": 1, "failed": len(bad)}
    assert [one.path for one in world.asked] == ["/feed", "/feed", "/one"]


def test_a_long_list_comes_in_step_by_step(make: Callable[..., Intake], world: World) -> None:
    entries = [(f"http://news.example/{n}", f"2025-01-0{n}") for n in range(1, 6)]
    world.pages["/sitemap.xml"] = Page(sitemap(*entries, ("http://evil.example/", "2025-01-09")), headers=XML)
    world.pages |= {f"/{n}": Page(page(f"Words of {n}."), headers=HTML) for n in range(1, 6)}
    few = make(most=2)
    first = few.take_url("http://news.example/sitemap.xml")
    assert first.added == ("news-example-5", "news-example-4")
    assert [one.reason.split(":")[0] for one in first.failed] == [
        "it lists 1 at another host than its own, which no sitemap may",
        "it lists 3 more",
    ]
    assert few.take_url("http://news.example/sitemap.xml").added == ("news-example-3", "news-example-2")
    assert few.take_url("http://news.example/sitemap.xml").added == ("news-example-1",)


def test_an_index_of_sitemaps(intake: Intake, world: World) -> None:
    inner, loop = "http://news.example/inner.xml", "http://news.example/index.xml"
    world.pages["/index.xml"] = Page(sitemap((inner, ""), (loop, ""), element="sitemapindex"), headers=XML)
    world.pages["/inner.xml"] = Page(sitemap(("http://news.example/one", "2025-01-01")), headers=XML)
    world.pages["/one"] = Page(page("Words."), headers=HTML)
    report = intake.take_url("http://news.example/index.xml")
    assert report.added == ("news-example-one",)
    assert len(world.asked) < 10  # an index that names itself ends


# Order


def test_writes_take_turns_and_removing_what_is_not_there_fails(intake: Intake, ingestion: Ingestion) -> None:
    within, most = 0, 0
    taken = ingestion.take

    def watched(*args: object) -> IngestReport:
        nonlocal within, most
        within += 1
        most = max(most, within)
        time.sleep(0.01)
        report = taken(*args)  # type: ignore[arg-type]
        within -= 1
        return report

    ingestion.take = watched  # type: ignore[method-assign,assignment]
    futures = [intake.submit(intake.take_file, f"{n}.md", f"# {n}\n\nText {n}.".encode()) for n in range(8)]
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
