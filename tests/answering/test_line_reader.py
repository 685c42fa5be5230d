"""Tests of `assistant.answering.line_reader`."""

import pytest

from assistant.answering.cited_line import Written
from assistant.answering.line_reader import LineReader

TIN, LEAD = Written("Tin melts.", (1,)), Written("Lead melts.", (2,))
BARE = Written("Tin melts.")


def read(text: str) -> list[Written]:
    reader = LineReader(5)
    return [one for line in text.split("\n") for one in reader.line(line)] + reader.close()


@pytest.mark.parametrize(
    "text",
    [
        "Tin melts. [1]\nLead melts. [2]",
        "1. **Tin melts.** [1]\n2. Lead melts. [2]",
        "# Metals\n- Tin melts. [1]\n\n**Of lead**\n- Lead melts. [2]",
        "The passages say:\nAnswer: Tin melts. [1]\nAnd then:\nLead melts. [2]",
        "[1] Tin melts.\n[2] Lead melts.",
        "Tin melts.\n[1]\nLead melts.\nSource: [2]",
        "Tin melts.\nSource: Metal Monthly [1]\n\nLead melts.\nSource: Metal Monthly [2]",
        "Tin melts. [1]\nLead melts. [2]\n\n[1] Tin and its alloys\n[2]: Lead. Metal Monthly.",
        "Tin melts. [1]\nLead melts. [2]\n\n**References**\n1. Tin and its alloys [1]\n2. Lead [2]",
        "Tin melts. [1]\nLead melts. [2]\n\nQuellen: Zinn, Blei",
        "```\nTin melts. [1]\n---\nLead melts. [2]\n```",
    ],
)
def test_which_lines_are_statements(text: str) -> None:
    assert read(text) == [TIN, LEAD]


def test_sources_may_be_what_a_statement_is_about() -> None:
    assert read("Sources of tin are few. [1]") == [Written("Sources of tin are few.", (1,))]


def test_a_line_without_numbers_waits_for_the_next() -> None:
    reader = LineReader(5)
    assert reader.line("Tin melts.") == []
    assert reader.line("Lead melts. [2]") == [BARE, LEAD]
    assert reader.line("Tin melts.") == []
    assert reader.line("It is so.") == [BARE]
    assert reader.close() == [Written("It is so.")]


def test_lines_that_wait_can_be_dropped() -> None:
    reader = LineReader(5)
    reader.line("Tin melts.")
    reader.forget()
    assert reader.item("Lead melts.", [2]) == [LEAD]
    assert reader.close() == []


def test_no_answer_does_not_take_back_an_answer() -> None:
    reader = LineReader(5)
    assert reader.line("Tin melts. [1]") == [TIN]
    reader.say_no_answer()
    assert not reader.no_answer
    other = LineReader(5)
    assert other.item("no answer", []) == []
    assert other.no_answer
    assert other.line("Tin melts. [1]") == other.item("Tin melts.", [1]) == other.close() == []


def test_an_item_adds_its_sources_to_the_numbers_in_its_text() -> None:
    reader = LineReader(5)
    assert reader.item("- Tin melts. [1]", [2, 9]) == [Written("Tin melts.", (1, 2), ("9",))]
    assert reader.item("Tin melts. [1] Lead melts.", "2") == [TIN, LEAD]
    assert reader.item(" [1] ", [1]) == []
