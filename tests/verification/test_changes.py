"""Tests of `assistant.verification.changes`."""

import pytest
from hypothesis import given

from assistant.verification.changes import changed
from tests.verification.texts import prose


@pytest.mark.parametrize(
    ("statement", "quote", "expected"),
    [
        ("The toll rose by 9 francs.", "The toll rose by a fifth to 9 francs.", ("9 francs",)),
        ("The herd shrank to 40 sheep.", "The herd shrank by 40 sheep in winter.", ("40",)),
        ("Ticket sales fell by 12 percent.", "Ticket sales dropped to 12 percent of the plan.", ("12 percent",)),
        ("The toll rose to 9 francs.", "The toll rose by a fifth to 9 francs.", ()),
        ("The herd shrank by 40 sheep.", "The herd lost 40 sheep in winter.", ()),
        ("The bridge was built by 12 men.", "The bridge fell to 12 men with saws.", ()),
        ("Sales were cut by half.", "The board wants to halve sales.", ()),
    ],
)
def test_by_is_not_to(statement: str, quote: str, expected: tuple[str, ...]) -> None:
    assert changed(statement, [quote]) == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("The toll rose from 9 francs in May to 7 francs in June.", ("7 francs",)),
        ("Output fell from 30 tonnes to 45 tonnes.", ("from 30 tonnes to 45 tonnes",)),
        ("Membership declined from 120 to 160.", ("120 to 160",)),
        ("The toll rose from 7 francs to 9 francs.", ()),
        ("Output fell from 2 to 0.3 million tonnes.", ()),
        ("The club climbed from 9th to 7th.", ()),
        ("The club rose from 9 to 7 in the table.", ()),
        ("The shop is open from 9 to 5.", ()),
    ],
)
def test_what_rises_ends_higher(statement: str, expected: tuple[str, ...]) -> None:
    found = changed(statement, ["The year was wet."])
    assert len(found) == len(expected)
    assert all(one in told or told in one for one, told in zip(found, expected, strict=True))


@given(prose())
def test_no_text_changes_itself(text: str) -> None:
    assert changed(text, [text]) == ()
