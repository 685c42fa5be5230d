"""Tests of `assistant.verification.comparators`."""

import pytest

from assistant.verification.comparators import Comparator, agree, comparator_after, comparator_before


def test_tells_where_a_comparator_begins_and_ends() -> None:
    assert comparator_before("It is more than 40", 16, None) == ("more", 6)
    assert comparator_before("It is 40", 6, None) == ("", 6)
    assert comparator_after("40 or less.", 2) == ("most", 10)
    assert comparator_after("40 or longer.", 2) == ("least", 12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("40 oak trees or more.", "least"),
        ("40 guests at most.", "most"),
        ("40 pages or fewer.", "most"),
        ("40 guests or more than that.", ""),
        ("40 of the guests at most.", ""),
        ("40 guests and more rooms.", ""),
    ],
)
def test_a_comparator_may_stand_behind_what_is_counted(text: str, expected: Comparator) -> None:
    assert comparator_after(text, 2) == (expected, 2)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("", "about", True),
        ("nearly", "", True),
        ("under", "nearly", True),
        ("under", "less", True),
        ("under", "more", False),
        ("more", "more", True),
        ("more", "", False),
        ("more", "least", False),
        ("most", "less", False),
        ("during", "", True),
        ("during", "less", False),
        ("later", "least", True),
        ("multiples", "", False),
    ],
)
def test_only_what_rounds_may_come_and_go(one: Comparator, other: Comparator, expected: bool) -> None:
    assert agree(one, other) is agree(other, one) is expected
