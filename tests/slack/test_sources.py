from assistant.slack.sources import broken, nearest_text, source_texts
from assistant.slack.text import length, plain

from .answers import citation, hit


def test_a_table_row_names_its_columns() -> None:
    cited = citation(2, "Bronze\t12 percent", columns=("Alloy", "Share <of> tin"), url="https://example.org/tin")
    assert source_texts(cited) == (
        "[2] <https://example.org/tin|Article 2>\nColumns: Alloy | Share &lt;of&gt; tin\n“Bronze 12 percent”",
    )


def test_near_copies_are_told_beside_what_they_copy() -> None:
    cited = citation(1, "q", publisher="Daily", columns=("Alloy",), copies=3)
    assert source_texts(cited) == ("[1] Article 1 — Daily\nNear-copies in 3 other articles\nColumns: Alloy\n“q”",)
    assert source_texts(citation(1, "q", copies=1)) == ("[1] Article 1\nNear-copy in 1 other article\n“q”",)


def test_the_exact_place_is_linked_where_it_can_be() -> None:
    near, far = "https://example.org/a#:~:text=so", "https://example.org/a"
    assert source_texts(citation(1, "q", link=near, url=far))[0].startswith(f"[1] <{near}|Article 1>\n")
    assert source_texts(citation(1, "q", link=near * 60, url=far))[0].startswith(f"[1] <{far}|Article 1>\n")
    assert source_texts(citation(1, "q", link="javascript:1", url="ftp://x"))[0] == "[1] Article 1\n“q”"


def test_an_article_without_a_title_is_named_by_its_id() -> None:
    assert source_texts(citation(1, "q", title=""))[0] == "[1] a\n“q”"
    assert nearest_text(3, hit("Text.", article_id="a9")) == "3. a9\n“Text.”"


def test_a_head_and_its_quote_part_where_one_section_cannot_hold_both() -> None:
    quote = "x " * 1_490
    head, whole = source_texts(citation(1, quote, title="Title " * 10))
    assert head == f"[1] {('Title ' * 10).strip()}"
    assert whole == f"“{quote.strip()}”"
    first, second, third = source_texts(citation(1, "y " * 2_000))
    assert first == "[1] Article 1"
    assert second.startswith("“y")
    assert second.endswith("y …")
    assert third.startswith("… y")
    assert third.endswith("y”")
    assert all(length(text) <= 3_000 for text in (head, whole, first, second, third))


def test_a_passage_is_cut_and_shown_with_its_headings() -> None:
    text = nearest_text(1, hit("word " * 200, title="T", heading_path=("T", " ", "Part"), publisher="P"))
    assert text.startswith("1. T › Part — P\n“word word")
    assert text.endswith("word…”")
    assert len(plain(text)) < 280


def test_nothing_is_broken_that_need_not_be() -> None:
    assert broken("One. Two.", start="“", end="”") == ("“One. Two.”",)
    assert broken(" ") == ()
