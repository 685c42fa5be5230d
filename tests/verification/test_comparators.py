"""Tests of `assistant.verification.comparators`."""

import pytest

from assistant.verification.comparators import Comparator, agree, comparator_after, comparator_before


def test_tells_where_a_comparator_begins_and_ends() -> None:
    assert comparator_before("It is more than 40", 16, None) == ("more", 6)
    assert comparator_before("It is 40", 6, None) == ("", 6)
    assert comparator_after("40 or less.", 2) == ("most", 10)


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
