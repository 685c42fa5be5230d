"""Tests of `assistant.suggestions.sentences`."""

import pytest

from tests.material import make_article

from .material import questions


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The four main rivers of Norland are:", "What are the four main rivers of Norland?"),
        (
            "The fact sheet of 2026 names two metals: tin and zinc.",
            "What are the two metals that the fact sheet of 2026 names?",
        ),
        ("The Meridian Line is a company that runs ships.", "What is the Meridian Line?"),
        (
            "The average price of tin in Norland is about $30 a kilogram.",
            "What is the average price of tin in Norland?",
        ),
        ("The average price of tin fell from $30 to $20.", "How has the average price of tin changed?"),
        ("The prices of tin in Norland fell by 20 percent.", "How have the prices of tin in Norland changed?"),
        ("The exports of tin in Norland reached 30 tons.", "What were the exports of tin in Norland?"),
        ("“Critical mineral” means a mineral of the list.", "How is the term “Critical mineral” defined?"),
        ("The Harbour Act was passed on 3 May 1987.", "When was the Harbour Act passed?"),
        ("The bay of Arvik is closed because ice fills it.", "Why is the bay of Arvik closed?"),
        ("The Harbour Act must cost at least $5 million.", "How much must the Harbour Act cost?"),
        ("The report is by Ada Brenner, an engineer in Arvik.", "Who is Ada Brenner?"),
        ("The aim of the Harbour Act is to keep the bay free.", "What is the aim of the Harbour Act?"),
        ("Ships sail under the rules of the Harbour Act in all of the bays.", "What is said about the Harbour Act?"),
    ],
)
def test_sentences_become_questions(sentence: str, question: str) -> None:
    about = "In the year after, the Harbour Act and the Meridian Line were known."
    assert question in questions(make_article(about, sentence, title="Norland"))


@pytest.mark.parametrize(
    "sentence",
    [
        "It is a company that runs ships.",
        "This act was passed in 1987.",
        "In addition is a company that runs ships.",
        "Their average price of tin is $30.",
        "The firm says that these are: tin and zinc.",
        "Under the rules there are two metals: tin and zinc.",
    ],
)
def test_sentences_that_lean_on_others_do_not(sentence: str) -> None:
    assert questions(make_article(sentence, title="Norland")) == []


def test_persons_are_no_things() -> None:
    asked = questions(make_article("Ada Brenner is an engineer in Arvik.", "In the bay, Ada sails.", title="Norland"))
    assert not any(question.startswith("What is") for question in asked)
