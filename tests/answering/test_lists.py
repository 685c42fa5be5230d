"""Tests of `assistant.answering.lists`."""

import pytest

from assistant.answering.lists import (
    is_label,
    items_after,
    items_below,
    list_around,
    lists_in,
    wanted_item,
    wanted_list,
)
from assistant.answering.questions import analyse
from assistant.sources.document import Piece
from assistant.types import Article, Block
from tests.material import make_article, piece


def item(text: str, level: int = 1) -> Piece:
    return piece("list_item", text, level)


def heading(text: str, level: int) -> Piece:
    return piece("heading", text, level)


def texts(article: Article, blocks: "list[Block] | tuple[Block, ...]") -> list[str]:
    return [article.text[block.start : block.end] for block in blocks]


def after(article: Article, words: str) -> list[str]:
    return texts(article, items_after(article, article.text.index(words) + len(words)))


DANUBE = make_article(
    heading("Tributaries", 2),
    "The three largest tributaries of the Danube are:",
    item("the Tisza;"),
    item("the Sava;"),
    item("the Drava."),
    "Two countries hold most of them:",
    item("Romania"),
    item("Serbia"),
    heading("Shipping goods", 2),
    piece("table_row", "Grain | much", columns=("Good", "Amount")),
    piece("table_row", "Ore | little", columns=("Good", "Amount")),
    title="The river Danube",
)


def wanted(question: str, article: Article = DANUBE) -> list[str] | None:
    found = wanted_list(analyse(question), article)
    return None if found is None else texts(article, found.items)


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("What are the three largest tributaries of the Danube?", ["the Tisza;", "the Sava;", "the Drava."]),
        ("What are the largest tributaries of the Danube?", ["the Tisza;", "the Sava;", "the Drava."]),
        ("Which two countries hold most tributaries?", ["Romania", "Serbia"]),
        ("Which goods are there in shipping?", ["Grain | much", "Ore | little"]),
        ("What are the four largest tributaries of the Danube?", None),
        ("What are the islands of the Danube?", None),
        ("Which tributaries froze during hard winters last century?", None),
        ("How long is the Danube?", None),
    ],
)
def test_the_list_that_is_asked_for(question: str, items: list[str] | None) -> None:
    assert wanted(question) == items


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("What are the three largest tributaries of the Danube?", 1.0),
        ("What are the largest tributaries of the Danube in winter?", 0.75),
        ("What are the tributaries of the frozen Rhine?", None),
    ],
)
def test_the_share_tells_how_much_of_the_question_the_title_holds(question: str, share: float | None) -> None:
    found = wanted_list(analyse(question), DANUBE)
    assert (found and found.share) == share


def test_headings_under_one_heading_are_a_list() -> None:
    article = make_article(
        heading("The two goals of the plan", 2),
        "Text.",
        heading("Clean water", 3),
        heading("Not this", 4),
        "Text.",
        heading("Safe shipping", 3),
        heading("Another part", 2),
        heading("Nor this", 3),
    )
    assert wanted("What are the two goals of the plan?", article) == ["Clean water", "Safe shipping"]


def test_what_the_headings_are_may_be_said_between_them() -> None:
    article = make_article(
        heading("The plan", 2), "It has two goals, taken in turn.", heading("Clean water", 3), heading("Safe ships", 3)
    )
    assert wanted("What are the two goals of the plan?", article) == ["Clean water", "Safe ships"]


def test_a_single_item_or_very_many_are_no_list() -> None:
    one = make_article("The goals are:", item("Only one."))
    many = make_article("The goals are:", *[item(f"Goal {i}.") for i in range(16)])
    fifteen = make_article("The goals are:", *[item(f"Goal {i}.") for i in range(15)])
    assert wanted("What are the goals?", one) is None
    assert wanted("What are the goals?", many) is None
    assert len(wanted("What are the goals?", fifteen) or []) == 15


def test_items_of_items_are_left_out() -> None:
    article = make_article("The goals are:", item("Water"), item("Deep", 2), item("Clean", 2), item("Ships"))
    assert [texts(article, one.items) for one in lists_in(article)] == [["Water", "Ships"]]


def test_a_list_is_named_by_its_lead_in_or_else_by_its_heading() -> None:
    article = make_article(
        heading("Uses", 2), "Named below:", item("a"), item("b"), heading("Costs", 2), item("c"), item("d")
    )
    assert [one.title.split() for one in lists_in(article)] == [["Named", "below:"], ["Costs"]]


def test_rows_without_column_heads_are_no_list() -> None:
    article = make_article("The goals are:", piece("table_row", "a | b"), piece("table_row", "c | d"))
    assert lists_in(article) == []


def test_the_items_that_follow() -> None:
    assert after(DANUBE, "Danube are:") == ["the Tisza;", "the Sava;", "the Drava."]
    assert after(DANUBE, "most of them:") == ["Romania", "Serbia"]
    assert after(DANUBE, "Tributaries") == []
    assert after(DANUBE, "little") == []


@pytest.mark.parametrize(
    ("items", "count"),
    [
        (["1. one", "2. two", "3. three"], 3),
        (["(a) one", "(b) two", "(c) three"], 3),
        (["(i) one", "(ii) two", "(iii) three", "(iv) four", "(v) five"], 5),
        (["i. one", "ii. two", "(c) the outer list goes on"], 2),
        (["(a) one", "(b) two", "1. another"], 2),
        (["1. one", "2. two", "1. another list"], 2),
        (["1. one", "plain"], 1),
        (["plain", "1. one"], 1),
        (["plain", "- dash"], 2),
        (["(h) goes on", "(i) goes on"], 1),
        (["I. One", "II. Two"], 2),
        (["10) ten"], 1),
    ],
)
def test_numbered_items_are_followed_while_they_count_up(items: list[str], count: int) -> None:
    article = make_article("They are:", *[item(text) for text in items])
    assert after(article, "They are:") == items[:count]


def test_letters_up_to_i_are_letters() -> None:
    items = [f"({letter}) item" for letter in "abcdefghij"]
    article = make_article("They are:", *[item(text) for text in items])
    assert after(article, "They are:") == items


def test_the_items_end_where_the_list_around_them_goes_on() -> None:
    article = make_article("They are:", item("inner one", 2), item("inner two", 2), item("outer", 1))
    assert after(article, "They are:") == ["inner one", "inner two"]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What is the second tributary of the Danube?", "the Sava;"),
        ("What is the name of the 3rd of the three largest tributaries?", "the Drava."),
        ("What is tributary number one called?", "the Tisza;"),
        ("Which is the second country?", "Serbia"),
        ("What is the fourth tributary?", None),
        ("What is the second island of the Danube?", None),
        ("How long is the second tributary?", None),  # more than its name is asked
        ("What are the tributaries?", None),
    ],
)
def test_an_item_is_found_by_its_place(question: str, named: str | None) -> None:
    found = wanted_item(analyse(question), DANUBE)
    assert (found and DANUBE.text[found.start : found.end]) == named


def test_a_place_in_a_list_needs_a_title_that_names_several() -> None:
    article = make_article("A tax will bring a change in each phase. It has three parts:", item("a cap"), item("a cut"))
    assert wanted_item(analyse("What is the second phase?"), article) is None
    assert wanted_item(analyse("What is the second part?"), article) is not None
    headed = make_article(heading("Two parts", 2), "They are:", item("a cap"), item("a cut"))
    assert wanted_item(analyse("What is the second part?"), headed) is not None


DELAYS = make_article(
    heading("What the port changed", 2),
    item("Docks"),
    item("Dock 4 is shut.", 2),
    item("Cranes:"),
    item("Two cranes are new.", 2),
    heading("Reasons for delay", 2),
    item("Fog: 3 ships"),
    item("Ice: 2 ships"),
    title="The port of Strelsau in winter",
)


def around(question: str, words: str) -> list[str] | None:
    start = DELAYS.text.index(words)
    found = list_around(analyse(question), DELAYS, start, start + len(words))
    return None if found is None else texts(DELAYS, found.items)


@pytest.mark.parametrize(
    ("question", "words", "items"),
    [
        ("Why were ships held up?", "Ice: 2 ships", ["Fog: 3 ships", "Ice: 2 ships"]),
        ("What did the port of Strelsau change?", "Cranes:", ["Docks", "Cranes:"]),
        ("What did the port of Strelsau change?", "Dock 4 is shut.", ["Docks", "Cranes:"]),
        ("What did the mayor of Strelsau change in the port?", "Cranes:", None),
        ("How many changes did the port make?", "Cranes:", None),
        ("Did the port of Strelsau change?", "Cranes:", None),
        ("What did the port of Strelsau change?", "Ice: 2 ships", None),
        ("Why were ships held up?", "Cranes:", None),
    ],
)
def test_the_list_around_an_item(question: str, words: str, items: list[str] | None) -> None:
    assert around(question, words) == items


def test_a_label_is_what_the_items_below_it_are_about() -> None:
    docks, _, cranes, below, *_ = (block for block in DELAYS.blocks if block.kind == "list_item")
    assert texts(DELAYS, items_below(DELAYS, docks)) == ["Dock 4 is shut."]
    assert items_below(DELAYS, cranes) == [below]
    assert items_below(DELAYS, below) == []
    assert [
        is_label(one) for one in ("Docks", "Of new docks there are:", "Docks.", "a cap on all docks and cranes")
    ] == [
        True,
        True,
        False,
        False,
    ]
