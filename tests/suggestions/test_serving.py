"""Tests of `assistant.suggestions.serving`."""

import pytest

from assistant.suggestions.serving import (
    heading_serves,
    is_matter,
    is_origin,
    is_whole,
    name_serves,
    names_something,
    plain,
    title_serves,
    well_formed,
)


def test_headings() -> None:
    assert heading_serves("How the ice forms")
    assert not any(heading_serves(text) for text in ("Summary", "Rules: the bay", "Above the bay", "One " * 13))


def test_titles() -> None:
    assert title_serves("Ships of the northern lakes")
    odd = (
        "Ships",
        "ships of the lakes",
        "Ships | The Lake Review",
        "final report.pdf",
        "SHIPS OF THE LAKES",
        "Ore " * 20,
    )
    assert not any(title_serves(text) for text in odd)


def test_names() -> None:
    assert name_serves("Harbour Act")
    odd = ("Arvik", "Secretary of Transport", "May Day", "Table Bay", "HARBOUR ACT", "Arvik's Harbour")
    assert not any(name_serves(text) for text in odd)


def test_subjects() -> None:
    assert plain("the bay of Arvik", 4)
    assert not plain("the bay of Arvik", 3)
    assert not any(plain(text, 9) for text in ("In addition", "the bay that is closed", "the bay of"))


def test_matter() -> None:
    assert is_matter("ice on 3 May")
    assert not is_matter("3 May 1987")


def test_what_names_something() -> None:
    assert all(names_something(text) for text in ("the bay of Arvik", "“Arvik”", "order 14017"))
    assert not names_something("shipping in winter")


@pytest.mark.parametrize(
    "question",
    [
        "Who pays",
        "Who? Ada?",
        "Who pays for the?",
        "Who pays (and why?",
        "What is “ice?",
        "What is *ice*?",
        "Who pays for https://ice.example?",
        f"Who pays for {'ice ' * 40}today?",
    ],
)
def test_questions_that_are_not_well_formed(question: str) -> None:
    assert well_formed("Who pays for the ice (in winter)?")
    assert not well_formed(question)


def test_lines_that_tell_whose_a_text_is_and_lead_elsewhere() -> None:
    told = ("By the bay of Arvik", "Ships in the ice, 1987", "More ships than ever", "Sources of the lake")
    assert not any(is_origin(line) for line in told)
    lines = ("Lake Finance, 2 June 2025", "By Ada Holm", "Read more: Ice", "More on this story", "Share this article")
    assert all(is_origin(line) for line in lines)


def test_phrases_that_break_off() -> None:
    assert is_whole("exempt ships")
    assert not is_whole("exempt until")
