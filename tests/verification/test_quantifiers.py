"""Tests of `assistant.verification.quantifiers`."""

import pytest
from hypothesis import given

from assistant.verification.quantifiers import requantified
from tests.verification.texts import prose


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Frost spoiled the harvest.", "Frost spoiled a part of the harvest."),
        ("The bank forgave its debt.", "The bank forgave half of its debt."),
        ("She sold the drawings.", "She sold some of the drawings."),
        ("Several of his plays were printed.", "Only one of his plays was ever printed."),
        ("Several witnesses saw the fire.", "No witness saw the fire."),
        ("The parish owns several bells.", "The parish owns a single bell."),
        ("The lift is the highest in Norway.", "The valley opened its highest lift in May."),
        ("The yard is the first to build a steel barge.", "The yard has built its first steel barge."),
        ("It is the oldest known organ in the canton.", "The church had its oldest organ restored."),
    ],
)
def test_a_part_is_not_the_whole(statement: str, quote: str) -> None:
    assert requantified(statement, [quote])


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Frost spoiled the harvest in part.", "Frost spoiled a part of the harvest."),
        ("The bank forgave 50 percent of its debt.", "The bank forgave half of its debt."),
        ("The mill belongs to the estate.", "The mill is part of the estate."),
        ("Several of his plays were printed.", "Some of his plays were printed, though no novel was."),
        ("Several witnesses saw the fire.", "Three witnesses saw the fire."),
        ("The parish owns several bells.", "The parish owns many bells, of which a single one is rung."),
        ("The lift is the highest in Norway.", "The valley opened the highest lift of all Norway in May."),
        ("The yard built its first steel barge.", "The yard has built its first steel barge."),
        ("The church's oldest organ was restored in Bern.", "The church had its oldest organ restored in Bern."),
    ],
)
def test_a_part_may_be_told_in_other_words(statement: str, quote: str) -> None:
    assert not requantified(statement, [quote])


@given(prose())
def test_no_text_says_more_than_itself(text: str) -> None:
    assert not requantified(text, [text])
