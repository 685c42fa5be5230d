"""Tests of `assistant.verification.conditions`."""

import pytest
from hypothesis import given

from assistant.verification.conditions import unconditioned
from tests.verification.texts import prose


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("The ferry sails on Sundays.", "The ferry sails on Sundays unless the lake is frozen."),
        ("Farmers may graze the common.", "Farmers may graze the common only if they pay the toll."),
        ("Alm intends to buy the weir.", "Alm intends to buy the weir, subject to a vote of the council."),
        ("The choir keeps the hall.", "The choir keeps the hall so long as it pays the heating."),
        ("The mill grinds rye.", "If the river is high, the mill grinds rye."),
    ],
)
def test_a_condition_may_not_go(statement: str, quote: str) -> None:
    assert unconditioned(statement, [quote])


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("The ferry sails on Sundays except in frost.", "The ferry sails on Sundays unless the lake is frozen."),
        ("Farmers who pay the toll may graze the common.", "Farmers may graze the common only if they pay the toll."),
        ("The council votes on the weir.", "Alm intends to buy the weir, subject to a vote of the council."),
        ("The ferry could sail on Sundays.", "The ferry could sail on Sundays if the lake were open."),
        ("The new ferry takes an hour.", "The new ferry takes an hour, twice as long as the old one."),
    ],
)
def test_a_condition_may_be_told_in_other_words(statement: str, quote: str) -> None:
    assert not unconditioned(statement, [quote])


@pytest.mark.parametrize(
    ("statement", "quote", "expected"),
    [
        ("The weir is opened if rain falls.", "The weir is opened if more than 30 millimetres of rain fall.", True),
        ("Guests pay if the stay is long.", "Guests pay if the long stay exceeds 20 days.", True),
        ("The bell rings when snow lies on the roof.", "The bell rings when over 40 cm of snow lie on the roof.", True),
        ("The weir is opened if over 30 mm of rain fall.", "The weir is opened if over 30 mm of rain fall.", False),
        ("The weir is opened if the warden says so.", "The weir is opened if over 30 mm of rain fall.", False),
        ("The weir is opened if rain falls.", "The weir is opened if rain falls on it.", False),
    ],
)
def test_the_bound_in_a_condition_may_not_go(statement: str, quote: str, expected: bool) -> None:
    assert unconditioned(statement, [quote]) is expected


@given(prose())
def test_no_text_drops_what_it_has(text: str) -> None:
    assert not unconditioned(text, [text])
