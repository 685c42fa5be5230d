"""The page's start on small screens, long questions, lists and figures."""

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import Open
from .reading import Reader, expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator


def _height(what: "Locator") -> float:
    box = what.bounding_box()
    assert box
    return box["height"]


@pytest.mark.parametrize("size", [(320, 568), (320, 640), (360, 740), (844, 390), (1280, 560)])
def test_at_the_start_nothing_covers_anything(opened: Open, size: tuple[int, int]) -> None:
    page = opened(viewport={"width": size[0], "height": size[1]}).page
    page.locator(".starter").first.wait_for()
    boxes = [page.locator(one).bounding_box() for one in (".bar", ".welcome h1", ".promise", ".box", ".starters")]
    edges = [(box["y"], box["y"] + box["height"]) for box in boxes if box]
    assert len(edges) == 5
    assert all(above[1] <= below[0] for above, below in itertools.pairwise(edges))
    assert edges[3][1] <= size[1], "the question box is on the screen"
    # Their whole text is seen, and what does not fit is reached by scrolling.
    assert page.evaluate(
        "['#scroll', '#welcome'].every((one) => { const it = document.querySelector(one);"
        " return it.scrollHeight <= it.clientHeight; })"
    )
    page.locator(".holdings").scroll_into_view_if_needed()
    expect(page.locator(".holdings")).to_be_in_viewport()


def test_of_a_long_question_the_first_lines_are_shown_until_all_is_asked_for(opened: Open) -> None:
    reader = opened(viewport={"width": 390, "height": 844})
    turn = reader.ask(("How long is the Danube, which flows through ten countries? " * 80)[:4000])
    heading = turn.get_by_role("heading", level=2)
    assert _height(heading) < 150
    more = turn.locator(".question > .show-all")
    more.click()
    assert _height(heading) > 800
    expect(more).to_have_text("Show less")
    expect(more).to_have_attribute("aria-expanded", "true")
    more.click()
    assert _height(heading) < 150
    assert reader.ask("How long is the Danube?").locator(".show-all").count() == 0


def test_all_items_of_a_list_look_alike(reader: Reader) -> None:
    turn = reader.ask("What are the three largest tributaries of the Danube?")
    assert turn.locator(".statement").count() == turn.locator(".statement.entry:not(.unmarked)").count() == 3


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("until 2026-12-31, from 1 January 2026", ["2026-12-31", "1 January 2026"]),
        ("HARBOR-3 and DENV-4 and H5N1, 12 of each", ["12"]),
        ("mid-2025; 2019-20; at 18:42 on 31/12/2026", ["2025", "2019-20", "18:42", "31/12/2026"]),
        ("US$1.84 billion, 7.6 percent, $ 5, 1,200", ["US$1.84 billion", "7.6 percent", "$ 5", "1,200"]),
        ("on May 27, 2025 or in May 2025 or on May 5", ["May 27, 2025", "May 2025", "May 5"]),
        ("21 | 2027", ["21", "2027"]),
    ],
)
def test_a_figure_is_one_thing_and_no_part_of_a_name(reader: Reader, text: str, figures: list[str]) -> None:
    found: Any = reader.page.evaluate(
        "async (text) => (await import('/static/js/figures.js')).figures(text)"
        ".map((one) => [one.text, text.slice(one.start, one.end)])",
        text,
    )
    assert found == [[one, one] for one in figures]


def test_items_keep_their_marks_and_stand_within_each_other(reader: Reader) -> None:
    places: Any = reader.page.evaluate(
        """async () => {
        const { Outline } = await import("/static/js/outline.js");
        const texts = ["It has parts:", "1. Locks:", "upper gates;", "lower gates.", "2. Weirs.", "They leak."];
        const text = `${texts[0]}\\n\\n${texts.slice(1, 5).join("\\n")} ${texts[5]}`;
        const sentences = texts.map((one, at) => ({
          start: text.indexOf(one), end: text.indexOf(one) + one.length, kind: at ? "list_item" : "paragraph" }));
        const passage = { article_id: "a", sha256: "0", start: 0, end: text.length, text, sentences };
        const cited = sentences.map(({ start, end }) => (
          { article_id: "a", sha256: "0", start, end, quote: text.slice(start, end) }));
        const outline = new Outline([passage]);
        const known = cited.map((one) => outline.place({ text: one.quote }, one));
        const alone = new Outline([]);
        const unknown = cited.slice(0, 3).map((one) => alone.place({ text: one.quote }, one));
        return [known, unknown].map((all) => all.map((one) => one && [one.mark, one.depth, one.goesOn]));
        }"""
    )
    item = ["", 1, False]
    assert places[0] == [None, ["1.", 0, False], item, item, ["2.", 0, False], ["", 0, True]]
    assert places[1] == [None, None, ["", 0, False]]
