"""Tests of `assistant.verification.attribution`."""

import pytest
from hypothesis import given

from assistant.verification.attribution import unattributed
from tests.verification.texts import prose


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("The dairy waters its milk.", "A neighbour accuses the dairy of watering its milk."),
        ("The bridge is a disgrace.", "The mayor called the bridge a disgrace and left."),
        ("The old quarry is haunted.", "Critics said that the old quarry is haunted; nobody has seen anything."),
        ("The brewery had paid for the hops.", "The brewery maintained that it had paid for the hops."),
        ("The tower leans to the west.", "The surveyor left, since in his view the tower leans to the west."),
    ],
)
def test_a_charge_or_opinion_is_no_fact(statement: str, quote: str) -> None:
    assert unattributed(statement, [quote])


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("A neighbour says that the dairy waters its milk.", "A neighbour accuses the dairy of watering its milk."),
        ("For Mayor Lund, the bridge is a disgrace.", "The mayor, Ida Lund, called the bridge a disgrace and left."),
        ("The quarry was closed in May.", "The quarry was closed in May after critics said that it is haunted."),
        ("The mayor left.", "The mayor called the bridge a disgrace and left."),
        ("The brewery buys hops.", "The brewery said that it buys hops."),
        ("The mayor called for a new bridge.", "The mayor called for a new bridge over the Aare."),
    ],
)
def test_who_says_so_may_be_told_in_other_words(statement: str, quote: str) -> None:
    assert not unattributed(statement, [quote])


@given(prose())
def test_no_text_drops_what_it_has(text: str) -> None:
    assert not unattributed(text, [text])
