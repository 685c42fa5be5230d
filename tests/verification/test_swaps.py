"""Tests of `assistant.verification.swaps`."""

import pytest

from assistant.verification.swaps import swapped

LISTED = "Tin is listed by the survey under base metals."
OTHERS = "New materials | graphite, among others"


@pytest.mark.parametrize(
    ("statement", "quotes", "found"),
    [
        ("Tin is listed by the survey under new materials.", [OTHERS, LISTED], True),
        ("Tin is listed by the survey under base metals.", [OTHERS, LISTED], False),
        ("Tin is listed by the survey under heavy stuff.", [OTHERS, LISTED], False),
        ("Tin is listed by the survey under new materials.", [LISTED], False),
        # The other quote says that both are one, or nothing but the term.
        ("Tin is listed by the survey under new materials.", ["New materials are base metals.", LISTED], False),
        ("Tin is listed by the survey under new materials.", ["New materials", LISTED], False),
        ("Zinc is listed by the survey, as are new materials.", [OTHERS, LISTED], False),
        ("", [OTHERS, LISTED], False),
        ("Tin is listed by the survey under new materials.", [], False),
        (
            "The Indian refinery opens in May 2027.",
            ["The Malaysian refinery opens in May 2027.", "Indian firms own mills."],
            True,
        ),
    ],
)
def test_a_term_of_one_quote_does_not_replace_what_another_says(statement: str, quotes: list[str], found: bool) -> None:
    assert swapped(statement, quotes) is found
