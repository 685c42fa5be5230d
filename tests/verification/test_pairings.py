"""Tests of `assistant.verification.pairings`."""

import pytest
from hypothesis import given

from assistant.verification.pairings import crossed
from tests.verification.texts import prose


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Cars wait 30 minutes and lorries 12.", "Lorries wait 30 minutes, cars 12."),
        ("The chapel has 240 pews, the abbey 90.", "The abbey has 240 pews, the chapel 90."),
        ("Keys are kept for two years, deeds for ten.", "Deeds are kept for two years and keys for ten."),
        ("Trout cost 8 francs while perch cost 14 francs.", "Perch cost 8 francs, whereas trout cost 14 francs."),
    ],
)
def test_two_figures_keep_their_places(statement: str, quote: str) -> None:
    found = crossed(statement, [quote])
    assert len(found) == 2
    assert all(one in statement for one in found)


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Cars wait 12 minutes and lorries 30.", "Lorries wait 30 minutes, cars 12."),
        ("Keys are kept for ten years, deeds for two.", "Deeds are kept for two years and keys for ten."),
        ("Groups may stay two and a half hours, guests four.", "Four hours for guests, two and a half for groups."),
        (
            "Guests of the inn doubled from May to 90 in June.",
            "The inn had 90 guests in June, twice as many as in May.",
        ),
        ("Perch cost 8 francs.", "Perch cost 8 francs, whereas trout cost 14 francs."),
        ("Cars 12, lorries 30.", "Cars | 30 | 12 | lorries"),
    ],
)
def test_figures_may_be_told_in_any_order(statement: str, quote: str) -> None:
    assert crossed(statement, [quote]) == ()


@given(prose())
def test_no_text_crosses_itself(text: str) -> None:
    assert crossed(text, [text]) == ()
