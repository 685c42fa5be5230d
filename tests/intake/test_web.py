"""Tests of `assistant.intake.web`: pages, feeds and sitemaps into the catalog."""

import gzip
import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest

from assistant.catalog import Catalog
from assistant.intake import Intake
from assistant.sources.listing import MAX_LISTED
from tests.sources.world import Page, World

from .material import HTML, XML, outcomes, page, rss, sitemap

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


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("Mon, 02 Jun 2025 10:00:00 GMT", "Mon, 02 Jun 2025 10:00:00 GMT"),
        ("Mon, 02 Jun 2025 10:00:00 GMT", "Tue, 03 Jun 2025 10:00:00 GMT"),
        ("", ""),
    ],
)
def test_an_article_that_was_removed_is_brought_back_by_its_page_but_not_by_its_feed(
    intake: Intake, catalog: Catalog, world: World, first: str, later: str
) -> None:
    one, two = "http://news.example/one", "http://news.example/two"
    world.pages["/feed"] = Page(rss((one, first), (two, first)), headers=XML)
    world.pages |= {f"/{name}": Page(page(f"Words of {name}."), headers=HTML) for name in ("one", "two")}
    intake.take_url("http://news.example/feed")
    intake.remove("news-example-one")
    world.pages["/feed"] = Page(rss((one, later), (two, first)), headers=XML)
    assert outcomes(intake.take_url("http://news.example/feed")) == {"unchanged": 1}
    assert [facts.id for facts in catalog.articles()] == ["news-example-two"]
    assert intake.take_url(one).added == ("news-example-one",)
    intake.take_url("http://news.example/feed")  # which has the title and the day of it
    assert catalog.article("news-example-one").title == f"On {one}"


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
    assert outcomes(report) == {"added": 1, "failed": 4}
    assert report.failed[-1].path == "http://news.example/feed"
    refused = "it lists 2 that cannot be fetched: the address 'file://etc/passwd' begins with file:"
    assert report.failed[-1].reason.startswith(refused)
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


def test_a_list_ends_after_a_while_and_goes_on_with_the_next_check(make: Callable[..., Intake], world: World) -> None:
    entries = [(f"http://news.example/{n}", f"2025-01-0{n}") for n in range(1, 6)]
    world.pages["/sitemap.xml"] = Page(sitemap(*entries), headers=XML)
    world.pages |= {f"/{n}": Page(page(f"Words of {n}."), headers=HTML) for n in range(1, 6)}
    slow = make(seconds=2.5, clock=itertools.count().__next__)
    first = slow.take_url("http://news.example/sitemap.xml")
    assert first.added == ("news-example-5", "news-example-4")
    assert [one.reason.split(":")[0] for one in first.failed] == ["it lists 3 more"]
    assert slow.take_url("http://news.example/sitemap.xml").added == ("news-example-3", "news-example-2")


def test_no_list_of_lists_leads_to_more_than_one_may(make: Callable[..., Intake], world: World) -> None:
    def named(what: str) -> list[tuple[str, str]]:
        return [(f"http://news.example/{what}{n}", "") for n in range(4)]

    world.pages["/index"] = Page(sitemap(*named("index"), element="sitemapindex"), headers=XML)
    for n in range(4):
        world.pages[f"/index{n}"] = Page(sitemap(*named(f"page{n}"), element="sitemapindex"), headers=XML)
        world.pages |= {f"/page{n}{m}": Page(page(f"Words {n} {m}."), headers=HTML) for m in range(4)}
    few = make(most=3)
    report = few.take_url("http://news.example/index")
    assert [one.path for one in world.asked] == ["/index", "/index0", "/page00", "/page01"]
    assert len(report.added) == 2


def test_a_list_of_what_cannot_be_fetched_is_one_failure(intake: Intake, world: World) -> None:
    bad = 300
    world.pages["/s.xml"] = Page(sitemap(*((f"x:{n}", "") for n in range(bad))), headers=XML)
    [failure] = intake.take_url("http://news.example/s.xml").failed
    assert failure.reason.startswith("it lists 300 that cannot be fetched: the address 'x:0' begins with x:")


def test_what_a_list_names_beyond_its_bound_is_told(intake: Intake, world: World) -> None:
    more = MAX_LISTED + 2
    world.pages["/s.xml"] = Page(gzip.compress(sitemap(*(("x:", ""),) * more)), headers=XML)
    world.pages["/s.xml.gz"] = world.pages["/s.xml"]
    reasons = [one.reason.split(":")[0] for one in intake.take_url("http://news.example/s.xml.gz").failed]
    assert reasons == [
        "it lists 50,000 that cannot be fetched",
        "it lists 2 beyond the first 50,000, which are left out",
    ]


def test_a_list_that_has_not_changed_looks_through_the_articles_once(
    intake: Intake, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [(f"http://news.example/{n}", f"2025-01-0{n}") for n in range(1, 6)]
    world.pages["/sitemap.xml"] = Page(sitemap(*entries), headers=XML)
    world.pages |= {f"/{n}": Page(page(f"Words of {n}."), headers=HTML) for n in range(1, 6)}
    intake.take_url("http://news.example/sitemap.xml")
    asked: list[Catalog] = []
    hashes = Catalog.content_hashes

    def watched(catalog: Catalog) -> Any:
        asked.append(catalog)
        return hashes(catalog)

    monkeypatch.setattr(Catalog, "content_hashes", watched)
    assert outcomes(intake.take_url("http://news.example/sitemap.xml")) == {"unchanged": 5}
    assert len(asked) == 1


def test_validators_of_another_url_are_not_kept(intake: Intake, world: World) -> None:
    world.pages["/a"] = Page(status=302, headers={"Location": "http://other.example/b"})
    world.pages["/b"] = Page(page("Words of b."), headers={**HTML, "ETag": '"b"'})
    assert outcomes(intake.take_url("http://news.example/a")) == {"added": 1}
    world.pages["/a"] = Page(page("Words of a."), headers=HTML)
    assert outcomes(intake.take_url("http://news.example/a")) == {"updated": 1}
    assert "if-none-match" not in world.asked[-1].headers


def test_an_index_of_sitemaps(intake: Intake, world: World) -> None:
    inner, loop = "http://news.example/inner.xml", "http://news.example/index.xml"
    world.pages["/index.xml"] = Page(sitemap((inner, ""), (loop, ""), element="sitemapindex"), headers=XML)
    world.pages["/inner.xml"] = Page(sitemap(("http://news.example/one", "2025-01-01")), headers=XML)
    world.pages["/one"] = Page(page("Words."), headers=HTML)
    report = intake.take_url("http://news.example/index.xml")
    assert report.added == ("news-example-one",)
    assert len(world.asked) < 10  # an index that names itself ends
