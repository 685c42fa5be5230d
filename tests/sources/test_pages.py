"""Tests of `assistant.sources.pages`."""

from assistant.sources.pages import PageLine, running_text


def page(*lines: str) -> list[PageLine]:
    """Return lines of one size, 12 points apart; an empty one leaves a gap."""
    return [PageLine(text, y=700.0 - 12 * at, size=10) for at, text in enumerate(lines) if text]


def test_repeated_edges_and_page_numbers_go() -> None:
    proses = ["One speaks of metals.", "Another of prices.", "The last of magnets."]
    pages = [page("Metal Quarterly", prose, str(at)) for at, prose in enumerate(proses, 1)]
    assert running_text(pages).split("\n\n") == proses


def test_a_header_of_one_chapter_goes() -> None:
    pages = [
        page(f"Chapter {1 + at // 4}: Prices {at}", f"{'abcdefgh'[at]} prose of the page", "ends here.")
        for at in range(8)
    ]
    assert "Chapter" not in running_text(pages)


def test_a_line_that_differs_stays() -> None:
    assert running_text([page("One title", "text."), page("Other title", "text of it.")]).startswith("One title\ntext.")


def test_paragraphs_are_told_by_gaps_and_run_on_over_pages() -> None:
    one = page("The first paragraph of it", "ends here.", "", "The second one goes")
    two = page("on upon the next page.")
    assert (
        running_text([one, two])
        == "The first paragraph of it\nends here.\n\nThe second one goes\non upon the next page."
    )


def test_gaps_are_known_though_paragraphs_are_short() -> None:
    lines = page("One line that is of some length", "and its end", "", "two line that is of some length", "and an end")
    lines += [PageLine("third line that is of some length", y=616, size=10)]
    assert running_text([lines]).count("\n\n") == 2


def test_a_change_of_type_parts_and_large_lines_join() -> None:
    lines = [
        PageLine("A Long Title", y=700, size=18),
        PageLine("in Two Lines", y=680, size=18),
        PageLine("Body text of the page", y=660, size=10),
        PageLine("that goes on.", y=648, size=10),
        PageLine("Bold Head", y=636, size=10, bold=True),
    ]
    assert running_text([lines]).split("\n\n") == [
        "A Long Title in Two Lines",
        "Body text of the page\nthat goes on.",
        "Bold Head",
    ]


def test_hyphens_at_line_ends_are_mended() -> None:
    text = running_text([page("the mag-", "net and the long-", "term price and a long-term view in 2024-", "25 of it")])
    assert text == "the magnet and the long-term price and a long-term view in 2024-\n25 of it"


def test_without_positions_short_last_lines_end_paragraphs() -> None:
    lines = ["A line of prose that is rather long", "ends.", "Another line of prose that is long", "ends too."]
    assert running_text([[PageLine(line) for line in lines]]).count("\n\n") == 1
    assert running_text([]) == ""
