"""Tests of `assistant.answering.short_answers`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.questions import analyse
from assistant.answering.short_answers import short_answer


def short(question: str, text: str, found: str, columns: tuple[str, ...] = ()) -> str | None:
    start = text.index(found)
    span = short_answer(analyse(question), text, (start, start + len(found)), columns)
    return span and text[slice(*span)]


@pytest.mark.parametrize(
    ("question", "text", "found", "whole"),
    [
        ("When does it open?", "It opens on 1 January 2026.", "January 2026", "1 January 2026"),
        ("When does it open?", "It opens on May 27, 2025.", "May 27", "May 27, 2025"),
        ("Until when is it free?", "It is free until 2026-12-31.", "2026", "2026-12-31"),
        ("In which year did it open?", "It opened on 27 May 2025.", "2025", "2025"),
        ("How many ships came?", "In May 2025 came 27 ships.", "27 ships", "27 ships"),
    ],
)
def test_a_date_is_taken_whole(question: str, text: str, found: str, whole: str) -> None:
    assert short(question, text, found) == whole


HEADS = ("Ship", "Rate", "Free until")


@pytest.mark.parametrize(
    ("question", "found", "cell"),
    [
        ("Until when are tugs free?", "21 | 2027", "2027-06-30"),
        ("What is the rate of tugs?", "21 | 2027", "21"),
        ("What about tugs?", "21 | 2027", None),
        ("What about tugs?", "21", "21"),
    ],
)
def test_of_several_cells_the_one_that_was_asked_for_is_taken(question: str, found: str, cell: str | None) -> None:
    assert short(question, "Tug | 21 | 2027-06-30", found, HEADS) == cell


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("Did Ruritania sign the pact?", "Ruritania signed the pact on 3 July 2025.", "on 3 July 2025"),
        ("In 2025, has the pact been signed?", "The pact was signed in Strelsau.", "Strelsau"),
        ("Who signed the pact?", "The pact was signed on 3 July 2025.", "3 July 2025"),
        ("Who signed the pact?", "The pact was signed by 87 of them.", "87 of them"),
        ("Which judge upheld the pact?", "The Court of Strelsau upheld the pact.", "Court of Strelsau"),
        ("Until when is it shut?", "Until then it is open from 6:30 to 21:00.", "6:30 to 21:00"),
        ("How many people came?", "Tickets brought 12,000 dollars.", "12,000 dollars"),
        ("How many people came?", "People came in 2024.", "2024"),
        ("How much did Strelsau get in 2022?", "Strelsau got it on 22 February 2022.", "22"),
    ],
)
def test_what_is_of_another_kind_is_no_short_answer(question: str, text: str, found: str) -> None:
    assert short(question, text, found) is None


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("Did Ruritania sign the pact?", "Rudolf said: no, Ruritania did not.", "no, Ruritania did not"),
        ("How old is Rudolf?", "Rudolf was born on 13 April 1953.", "13 April 1953"),
        ("Is tin rare?", "They say that tin is not rare.", "is not"),
        ("May 2026 price of tin", "The price of tin is 9 dollars.", "9 dollars"),
        ("Did it sell in 2023 or 2024?", "It was sold in 2024.", "2024"),
        ("Can you say who signed the pact?", "The pact was signed by Rudolf.", "Rudolf"),
        ("Who signed the pact?", "The Court of Strelsau signed it.", "Court of Strelsau"),
        ("Who signed, and when?", "It was signed on 3 July 2025.", "3 July 2025"),
        ("Which judge upheld the pact?", "The judge was Flavia Tarlen.", "Flavia Tarlen"),
        ("Until when is it shut?", "It is shut for seven months.", "seven months"),
        ("Until when is it open on Fridays?", "It is open until 21:00 on Fridays.", "21:00"),
        ("How many dollars came in?", "Tickets brought 12,000 dollars.", "12,000 dollars"),
        ("How many people came?", "Two thousand people came.", "Two thousand"),
    ],
)
def test_what_is_of_the_kind_stays(question: str, text: str, found: str) -> None:
    assert short(question, text, found) == found


@given(
    st.text("1 January 2026|-,.ab", max_size=40),
    st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted),
    st.sampled_from(["When?", "How many tugs?", "Who came?", "Is it?"]),
)
def test_a_short_answer_lies_in_the_sentence(text: str, span: list[int], question: str) -> None:
    start, end = (min(at, len(text)) for at in span)
    found = short_answer(analyse(question), text, (start, end), ("a", "b"))
    assert found is None or 0 <= found[0] <= found[1] <= len(text)
