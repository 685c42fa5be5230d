"""Tests of `assistant.sources.bylines`."""

from datetime import date

import pytest

from assistant.sources.bylines import is_byline, read_facts
from assistant.sources.document import Facts

DAY = date(2025, 5, 30)


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        ("Published: May 30, 2025", Facts(published=DAY)),
        ("Posted on 30 May 2025", Facts(published=DAY)),
        ("May 30, 2025", Facts(published=DAY)),
        ("2025-05-30", Facts(published=DAY)),
        ("By Ann Lee", Facts(author="Ann Lee")),
        ("By Ann Lee | May 30, 2025", Facts(author="Ann Lee", published=DAY)),
        ("By Ann Lee and Bo de Vries, May 30, 2025", Facts(author="Ann Lee and Bo de Vries", published=DAY)),
        ("Reuters | May 30, 2025", Facts(published=DAY)),
        ("Last updated: May 30, 2025", Facts(updated=DAY)),
        ("Published May 30, 2025 | Updated May 31, 2025", Facts(published=DAY, updated=date(2025, 5, 31))),
        ("Source: Baotou Daily, May 30, 2025", Facts(published=DAY, publisher="Baotou Daily")),
        ("Source: Translated and cut from Baotou Daily, May 30, 2025", Facts(published=DAY)),
        ("Publisher: Metal Weekly", Facts(publisher="Metal Weekly")),
        ("Port Ellis, 30 May 2025", Facts(published=DAY)),
        ("BAOTOU, May 30, 2025 (Xinhua)", Facts(published=DAY)),
    ],
)
def test_reads_what_a_line_says(line: str, facts: Facts) -> None:
    assert read_facts([line]) == facts
    assert is_byline(line)


@pytest.mark.parametrize(
    "line",
    [
        "By the end of May",
        "Rare Earths in May 2025",
        "Released prisoners came home",
        "Date palms of Arabia",
        "By law, it is so!",
    ],
)
def test_prose_says_nothing(line: str) -> None:
    assert read_facts([line]) == Facts()
    assert not is_byline(line)


@pytest.mark.parametrize(
    "line",
    [
        "Port Ellis, 30 May 2025. The pool is shut.",
        "WASHINGTON, D.C., May 30, 2025 (AP) -- The pool is shut.",
        "Santa Rosa, 2025-05-30 — The pool is shut.",
    ],
)
def test_a_dateline_dates_the_text_that_it_begins(line: str) -> None:
    assert read_facts(["A title", line]) == Facts(published=DAY)
    assert not is_byline(line)
    assert read_facts(["Prose of it."] * 8 + [line]) == Facts()


@pytest.mark.parametrize(
    "line",
    [
        "In Ulm, 30 May 2025 was a holiday.",
        "Ann Lee, 30 May 1925 – 2005",
        "Ulm, 31 June 2025. The pool is shut.",
        "The pool shut in Ulm, 30 May 2025. It is old.",
    ],
)
def test_a_day_in_a_sentence_is_no_dateline(line: str) -> None:
    assert read_facts([line]) == Facts()


def test_a_date_near_the_top_goes_before_a_source_line() -> None:
    lines = ["Title", "May 30, 2025", *["Prose of the article."] * 30, "Source: Example News, January 1, 2020"]
    assert read_facts(lines) == Facts(published=DAY, publisher="Example News")


def test_a_date_far_below_is_not_the_article_s() -> None:
    assert read_facts(["Prose."] * 20 + ["May 30, 2025"]) == Facts()
