"""Tests of `assistant.verification.tenses`."""

import pytest
from hypothesis import given

from assistant.verification.tenses import foretold
from tests.verification.texts import prose

PUBLISHED = ["The bells of Bern", "2025-05-27"]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("The new bell was cast in 2027.", ("2027",)),
        ("The choir sang in Basel and returned in August 2025.", ("August 2025",)),
        ("The organ was delivered by Kern in 2026.", ("2026",)),
        ("The new bell will be cast in 2027.", ()),
        ("The bell is to be cast in 2027.", ()),
        ("The council approved a bell for 2027.", ()),
        ("The new bell was cast in May 2025.", ()),
        ("The new bell was cast in 2025.", ()),
        ("The contract signed in March runs until 2029.", ()),
    ],
)
def test_what_is_to_come_was_not_done(statement: str, expected: tuple[str, ...]) -> None:
    assert foretold(statement, PUBLISHED) == expected


def test_without_a_day_of_publication_nothing_is_known() -> None:
    assert foretold("The new bell was cast in 2027.", ["The bells of Bern"]) == ()


@given(prose())
def test_any_text(text: str) -> None:
    assert all(one in text for one in foretold(text, PUBLISHED))
