"""Tests of `assistant.verification.wording`."""

import pytest
from hypothesis import given

from assistant.verification.wording import in_words_of
from tests.verification.texts import prose


@pytest.mark.parametrize(
    ("statement", "source", "expected"),
    [
        ("It opened on May 27, 2025.", "On 27 May 2025 the pier opened.", "It opened on 27 May 2025."),
        ("Half a million boats sank.", "Some 500,000 boats sank.", "Some 500,000 boats sank."),
        ("It cost US$1.2bn.", "It cost $1.2 billion.", "It cost $1.2 billion."),
        ("It took two years.", "It took 24 months.", "It took 24 months."),
        ("It cost 5 pounds.", "It cost 6 pounds.", "It cost 5 pounds."),
        ("It cost more than 5 pounds.", "It cost 5 pounds.", "It cost more than 5 pounds."),
        ("NHB's board met.", "The National Harbour Board met.", "National Harbour Board's board met."),
        ("The National Harbour Board met.", "The board of NHB met.", "The NHB met."),
        ("NHB met.", "NHB, the National Harbour Board, met.", "NHB met."),
        ("The US and the U.K. met.", "The United States met the United Kingdom.",
         "The United States and the United Kingdom met."),
        ("American boats sank.", "Boats of the United States sank.", "American boats sank."),
        ("It met us in May.", "It met the United States in May.", "It met us in May."),
    ],
)  # fmt: skip
def test_what_means_the_same_is_put_in_the_sources_words(statement: str, source: str, expected: str) -> None:
    assert in_words_of(statement, source) == expected


@given(prose(), prose())
def test_any_two_texts(statement: str, source: str) -> None:
    assert in_words_of(statement, statement) == statement
    assert isinstance(in_words_of(statement, source), str)
