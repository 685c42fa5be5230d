"""Tests of `assistant.citations`."""

from datetime import date
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.citations import Quote, cite, fragment_link, verify
from assistant.types import Article

from .material import articles, make_article

ARTICLE = make_article(
    "Tin  melts\nearly. Lead melts late.",
    id="tin",
    title="On tin",
    url="https://metals.example/tin",
    publisher="Metal Monthly",
    published=date(2024, 6, 15),
)


def quote(start: int, end: int, **changes: object) -> Quote:
    return Quote(**{"article_id": "tin", "sha256": ARTICLE.sha256, "start": start, "end": end, **changes})  # type: ignore[arg-type]


def test_citations_statements_and_text_go_together() -> None:
    other = make_article("Zinc is blue.", id="zinc", title="On zinc")
    quotes = [quote(0, 17), Quote("zinc", other.sha256, 0, 13, ("Metal", "Colour")), quote(18, 34)]
    citations, statements, text = cite(quotes, {"tin": ARTICLE, "zinc": other})
    assert [c.quote for c in citations] == ["Tin  melts\nearly.", "Zinc is blue.", "Lead melts late."]
    assert [c.marker for c in citations] == [1, 2, 3]
    assert [(s.text, s.markers) for s in statements] == [
        ("Tin melts early.", (1,)),
        ("Zinc is blue.", (2,)),
        ("Lead melts late.", (3,)),
    ]
    assert text == "Tin melts early. [1]\nZinc is blue. [2]\nLead melts late. [3]"
    first = citations[0]
    assert (first.article_id, first.title, first.publisher, first.published, first.url, first.sha256) == (
        "tin",
        "On tin",
        "Metal Monthly",
        date(2024, 6, 15),
        "https://metals.example/tin",
        ARTICLE.sha256,
    )
    assert (first.start, first.end) == (0, 17)
    assert first.link == "https://metals.example/tin#:~:text=Tin%20melts%20early."
    assert (citations[1].link, citations[1].columns) == (None, ("Metal", "Colour"))


def test_the_same_words_in_two_places_are_one_statement() -> None:
    other = make_article("Zinc is blue. Tin melts  early.", id="zinc", title="On zinc")
    quotes = [quote(0, 17), quote(18, 34), Quote("zinc", other.sha256, 14, 31)]
    citations, statements, text = cite(quotes, {"tin": ARTICLE, "zinc": other})
    assert [c.quote for c in citations] == ["Tin  melts\nearly.", "Tin melts  early.", "Lead melts late."]
    assert [(s.text, s.markers) for s in statements] == [("Tin melts early.", (1, 2)), ("Lead melts late.", (3,))]
    assert text == "Tin melts early. [1][2]\nLead melts late. [3]"


def test_a_near_copy_is_not_cited_beside_what_it_copies() -> None:
    other = make_article("Tin melts early.", id="copy")
    quotes = [quote(0, 17), Quote("copy", other.sha256, 0, 16)]
    citations, _, text = cite(quotes, {"tin": ARTICLE, "copy": other}, lambda *_: ("copy",))
    assert [(c.article_id, c.copied_by) for c in citations] == [("tin", ("copy",))]
    assert text == "Tin melts early. [1]"


def test_the_same_cells_below_other_heads_are_two() -> None:
    quotes = [quote(0, 17, columns=("2023",)), quote(0, 17, columns=("2024",))]
    assert len(cite(quotes, {"tin": ARTICLE})[1]) == 2


@pytest.mark.parametrize(
    ("inside", "marked"), [((5, 10), "melts"), ((0, 4), "Tin "), (None, ""), ((16, 19), ""), ((9, 9), "")]
)
def test_a_short_answer_is_marked_where_it_lies_in_the_quote(inside: tuple[int, int] | None, marked: str) -> None:
    ((citation,), _, _) = cite([quote(0, 17, highlight=inside)], {"tin": ARTICLE})
    assert citation.highlighted == marked
    assert (citation.highlight is None) == (not marked)
    if citation.highlight:
        assert ARTICLE.text[citation.highlight.start : citation.highlight.end] == marked


def test_white_space_around_a_quote_is_left_out() -> None:
    ((citation,), _, _) = cite([quote(17, 34)], {"tin": ARTICLE})
    assert (citation.start, citation.end, citation.quote) == (18, 34, "Lead melts late.")


def test_without_quotes_there_is_nothing() -> None:
    assert cite([], {}) == ((), (), "")


@pytest.mark.parametrize(
    "wrong",
    [
        quote(0, 17, sha256="0" * 64),
        quote(0, 35),
        quote(-3, 5),
        quote(10, 11),
        quote(5, 5),
        quote(9, 4),
        quote(99, 120),
    ],
)
def test_a_quote_that_is_none_is_refused(wrong: Quote) -> None:
    with pytest.raises(ValueError, match=f"no quote at {wrong.start}-{wrong.end} of tin in version"):
        cite([quote(0, 17), wrong], {"tin": ARTICLE})


@pytest.mark.parametrize(("text", "start", "end"), [(" x ", -1, 2), ("x ", -3, 0)])
def test_a_quote_that_begins_before_the_text_is_refused(text: str, start: int, end: int) -> None:
    article = Article(id="a", title="T", text=text)
    with pytest.raises(ValueError, match=f"no quote at {start}-{end}"):
        cite([Quote("a", article.sha256, start, end)], {"a": article})


@pytest.mark.parametrize(
    "change", [{"article_id": "other"}, {"sha256": "0"}, {"quote": "Tin melts early."}, {"start": 1}, {"end": 16}]
)
def test_a_citation_that_was_changed_does_not_verify(change: dict[str, object]) -> None:
    ((citation,), _, _) = cite([quote(0, 17)], {"tin": ARTICLE})
    assert verify(citation, ARTICLE)
    assert not verify(citation.model_copy(update=change), ARTICLE)


def test_a_citation_does_not_verify_in_another_version() -> None:
    ((citation,), _, _) = cite([quote(0, 17)], {"tin": ARTICLE})
    later = make_article("Tin  melts\nearly. Lead melts late. Zinc too.", id="tin")
    assert later.text[:17] == citation.quote
    assert not verify(citation, later)


@given(articles(), st.data())
def test_every_citation_verifies(article: Article, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(article.text) + 2))
    end = data.draw(st.integers(-2, len(article.text) + 2))
    try:
        ((citation,), (statement,), _) = cite([Quote("a", article.sha256, start, end)], {"a": article})
    except ValueError:
        assert end <= start or end > len(article.text) or not article.text[start:end].strip()
        return
    assert verify(citation, article)
    assert article.text[citation.start : citation.end] == article.text[start:end].strip() == citation.quote
    assert statement.text == " ".join(citation.quote.split())


@pytest.mark.parametrize(
    ("words", "encoded"),
    [
        ("a, b", "a%2C%20b"),
        ("state-owned", "state%2Downed"),
        ("2,850 — “so” & more", "2%2C850%20%E2%80%94%20%E2%80%9Cso%E2%80%9D%20%26%20more"),
        ("a-–b/c?d#e", "a%2D%E2%80%93b%2Fc%3Fd%23e"),
        ('"it\'s"', "%22it%27s%22"),
        ("稀土", "%E7%A8%80%E5%9C%9F"),
        ("100%", "100%25"),
        ("a \n b", "a%20b"),
    ],
)
def test_what_has_a_meaning_in_a_fragment_is_encoded(words: str, encoded: str) -> None:
    assert fragment_link("https://x.example/p?q=1", words) == f"https://x.example/p?q=1#:~:text={encoded}"


def test_a_long_quote_is_given_by_its_first_and_last_words() -> None:
    words = [f"w{i}" for i in range(13)]
    assert fragment_link("http://x.example", " ".join(words[:12])) == "http://x.example#:~:text=" + "%20".join(
        words[:12]
    )
    assert (
        fragment_link("http://x.example", " ".join(words))
        == "http://x.example#:~:text=w0%20w1%20w2%20w3%20w4,w8%20w9%20w10%20w11%20w12"
    )


def test_the_fragment_takes_the_place_of_one_that_is_there() -> None:
    assert fragment_link("https://x.example/p#part", "tin") == "https://x.example/p#:~:text=tin"


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)//https://x",
        "data:text/html,x",
        "file:///etc/passwd",
        "/p",
        "httpx://x",
        " https://x",
    ],
)
def test_there_is_no_link_without_an_address_on_the_web(url: str | None) -> None:
    assert fragment_link(url, "tin") is None


def test_a_scheme_in_capitals_is_one_too() -> None:
    assert fragment_link("HTTPS://x.example/p", "tin") == "HTTPS://x.example/p#:~:text=tin"


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_the_fragment_holds_the_words_and_no_syntax(words: str) -> None:
    link = fragment_link("https://x.example/", words)
    assert link is not None
    fragment = link.removeprefix("https://x.example/#:~:text=")
    parts = fragment.split(",")
    assert len(parts) <= 2
    assert not any(c in fragment for c in "-&# ")
    assert fragment.isascii()
    said = [unquote(part) for part in parts]
    whole = " ".join(words.split())
    assert whole.startswith(said[0])
    assert whole.endswith(said[-1])
