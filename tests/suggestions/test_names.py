"""Tests of `assistant.suggestions.names`."""

import pytest

from tests.material import make_article

from .material import questions


def test_names_that_other_articles_hold_too_are_left_to_them() -> None:
    article = make_article("Ships sail under the rules of the Harbour Act in all of the bays.", title="Norland")
    assert questions(article) == ["What is said about the Harbour Act?"]
    assert questions(article, ("By the Harbour Act.", "The Harbour Act")) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "All ships keep to the orders of the Secretary of Transport in winter.",
        "All ships keep to the rules of the National Oceanic and Atmospheric Office.",
        "The captains met in Arvik as agreed in January 2024 by all of them.",
        "The harbour is busy in winter, said Ada Brenner of the board.",
    ],
)
def test_names_of_offices_and_parts_of_names_are_not_asked_about(sentence: str) -> None:
    assert not [one for one in questions(make_article(sentence, title="Norland")) if "said about" in one]
