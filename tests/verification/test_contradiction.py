"""Tests of `assistant.verification.contradiction`."""

import pytest

from assistant.verification.contradiction import contradiction

QUOTE = "The mill on the Aare, built in 1874 by Anna Berg, may grind 12 tonnes of rye a day."


@pytest.mark.parametrize(
    "statement",
    [
        "The mill on the Aare was built in 1874.",
        "Anna Berg built the mill.",
        "The mill may grind 12 t of rye a day.",
        "The mill \u201con the Aare\u201d is Anna Berg\u2019s.",
    ],
)
def test_what_the_quote_says_is_not_contradicted(statement: str) -> None:
    assert contradiction(statement, [QUOTE]) is None


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("The mill may grind 21 tonnes of rye a day.", "figures"),
        ("The mill on the Aare was built in May 1875.", "1875"),
        ("Rosa Lenz built the mill.", "names"),
        ("The mill stands \u201cnear the Aare\u201d.", "quotations"),
        ("The mill on the Aare was not built by Anna Berg.", "denies"),
        ("The mill grinds 12 tonnes of rye a day.", "certain"),
    ],
)
def test_what_it_does_not_say_is_named(statement: str, reason: str) -> None:
    found = contradiction(statement, [QUOTE])
    assert found is not None
    assert reason in found


def test_what_stands_around_a_quote_may_name_and_date_it() -> None:
    assert contradiction("Anna Berg ground 12 tonnes in 1890.", ["12 tonnes"], ["Anna Berg", "Year: 1890"]) is None


def test_a_term_of_another_quote_is_not_put_into_what_a_quote_says() -> None:
    quotes = ["The mill on the Aare grinds wheat for bakers.", "Red rye | for brewers"]
    found = contradiction("The mill on the Aare grinds red rye for bakers.", quotes)
    assert found is not None
    assert "place of what another does" in found
    assert contradiction("The mill on the Aare grinds wheat for bakers.", quotes) is None
