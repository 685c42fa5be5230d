"""Tests of `assistant.answering.questions`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.questions import COUNT_WORDS, Kind, analyse, kind_match
from assistant.catalog.lexical import stem

LISTS: list[tuple[str, int | None, str | None]] = [
    ("What are the five directives of the summit?", 5, "directives"),
    ("Which are the 3 largest tributaries of the Danube?", 3, "tributaries"),
    ("What were all four goals?", 4, "goals"),
    ("What goals did the summit set?", None, "goals"),
    ("Which two metals are named?", 2, "metals"),
    ("List the twelve alloys of tin.", 12, "alloys"),
    ("Name all tributaries", None, "tributaries"),
    ("Give me the three uses of tin", 3, "uses"),
    ("Tell me the main risks.", None, "risks"),
    ("What happened to all of the seven bridges?", 7, "bridges"),
    ("What kinds of barges are there?", None, "barges"),
    ("What criteria apply?", None, "criteria"),
    ("Which people spoke?", None, "people"),
    ("WHAT ARE THE TWO MAIN FINDINGS", 2, "findings"),
    ("What are the mayor's five priorities for 2026?", 5, "priorities"),
    ("What are Tin Bay’s five long-term goals?", 5, "goals"),
    ("Which are the workers' two demands?", 2, "demands"),
]


@pytest.mark.parametrize(("question", "count", "noun"), LISTS)
def test_a_list_is_wanted(question: str, count: int | None, noun: str | None) -> None:
    asked = analyse(question)
    assert asked.listed
    assert asked.count == count
    assert asked.noun == (stem(noun) if noun else None)


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("Which countries does the Danube flow through?", "countries"),
        ("In which countries is tin mined?", "countries"),
        ("What metals has the mine?", "metals"),
        ("Which goals was the plan about?", "goals"),
    ],
)
def test_the_noun_of_a_list_is_not_the_verb_after_it(question: str, noun: str) -> None:
    assert analyse(question).noun == stem(noun)


@pytest.mark.parametrize(
    "question",
    ["What is the melting point of tin?", "Which was built first?", "What does tin cost?", "What has changed?"],
)
def test_a_verb_is_no_list(question: str) -> None:
    asked = analyse(question)
    assert (asked.listed, asked.noun) == (False, None)


@pytest.mark.parametrize(
    "question",
    [
        "How long is the Danube?",
        "Who directed the works?",
        "Why does tin melt early?",
        "When did the bridge open?",
        "Is copper a metal?",
    ],
)
def test_no_list_is_wanted(question: str) -> None:
    asked = analyse(question)
    assert (asked.listed, asked.count, asked.noun) == (False, None, None)


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("What is the second directive?", (2, "directive")),
        ("What is the 3rd of the three largest tributaries?", (3, "tributaries")),
        ("Which is goal number two?", (2, "goal")),
        ("How much did it make in its first year?", None),
        ("What happened in the second half of the match?", None),
        ("In the first year, what is the second directive?", (2, "directive")),
    ],
)
def test_the_place_of_an_item(question: str, place: tuple[int, str] | None) -> None:
    assert analyse(question).place == (place and (place[0], stem(place[1])))


KINDS: list[tuple[str, Kind]] = [
    ("How many countries are there?", "number"),
    ("How much energy is saved?", "number"),
    ("What percentage of tin goes into solder?", "number"),
    ("What share of tin goes into solder?", "number"),
    ("How long is the river?", "number"),
    ("When did the bridge open?", "date"),
    ("What year did the bridge open?", "date"),
    ("Since when is it open?", "date"),
    ("Who directed the works?", "name"),
    ("Where does it rise?", "name"),
    ("What company owns it?", "name"),
    ("Why does tin melt early?", "reason"),
    ("What caused the flood?", "reason"),
    ("How come it floods when it rains?", "reason"),
    ("Does tin melt?", "other"),
    ("Explain the whole matter", "other"),
]


@pytest.mark.parametrize(("question", "kind"), KINDS)
def test_the_kind_of_answer(question: str, kind: Kind) -> None:
    assert analyse(question).kind == kind


@pytest.mark.parametrize(
    ("kind", "sentence", "wanted"),
    [
        ("number", "It takes 85 percent less.", 1),
        ("number", "About half of it is lost.", 1),
        ("number", "It takes less.", -1),
        ("date", "It opened in 1849.", 1),
        ("date", "It opened on May 27.", 1),
        ("date", "It takes 85 percent.", -1),
        ("name", "The works were led by Adam Clark.", 1),
        ("name", "The works were led by the EU.", 1),
        ("name", "The works were led by an engineer.", -1),
        ("reason", "It floods because of the rain.", 1),
        ("reason", "It floods.", -1),
        ("other", "It floods in 1849 because of Adam.", 0),
    ],
)
def test_whether_a_sentence_holds_the_kind(kind: Kind, sentence: str, wanted: float) -> None:
    assert kind_match(kind, sentence) == wanted


def test_terms_and_pairs() -> None:
    asked = analyse("What are the tributaries of the Danube, the tributaries?")
    assert asked.terms == ("tributari", "danub")
    assert ("the", "danub") in asked.pairs
    assert ("danub", "tributari") not in asked.pairs


def test_count_words() -> None:
    assert (COUNT_WORDS["two"], COUNT_WORDS["five"], COUNT_WORDS["twelve"]) == (2, 5, 12)


@given(st.text())
def test_any_text_can_be_analysed(question: str) -> None:
    asked = analyse(question)
    assert len(set(asked.terms)) == len(asked.terms)
    assert asked.listed or (asked.count, asked.noun) == (None, None)
